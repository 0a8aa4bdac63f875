// Gauges: how full everything is. They are taken when somebody asks, into words of the main thread's counters.
import { AREA_FREE, AREA_STATE, AREA_STRIDE } from '../../layout/areas.ts';
import {
  COUNTER_AREAS,
  COUNTER_AREAS_USED,
  COUNTER_FLOWS_MAXIMUM,
  COUNTER_RING_BLOCKS,
  COUNTER_RING_BLOCKS_USED,
} from '../../layout/counters.ts';
import { REGION_AREAS, REGION_FLOWS, REGION_RING } from '../../layout/directory.ts';
import { FLOW_ENTRY_BYTES } from '../../layout/flows.ts';
import { blocksOf } from '../capture/live.ts';
import { isReady } from '../capture/ring.ts';
import { regionOf } from './memory.ts';
import { type Counters, set } from './statistics.ts';

/** Takes the gauges of all memories. */
export function takeGauges(memories: readonly WebAssembly.Memory[], counters: Counters): void {
  const sum = (of: (memory: WebAssembly.Memory) => number): number =>
    memories.reduce((all, memory) => all + of(memory), 0);
  set(counters, COUNTER_AREAS, sum(areas));
  set(counters, COUNTER_AREAS_USED, sum(areasUsed));
  set(counters, COUNTER_RING_BLOCKS, sum(ringBlocks));
  set(counters, COUNTER_RING_BLOCKS_USED, sum(ringBlocksUsed));
  set(counters, COUNTER_FLOWS_MAXIMUM, sum(flowsMaximum));
}

function areas(memory: WebAssembly.Memory): number {
  return regionOf(memory, REGION_AREAS).size / AREA_STRIDE;
}

function areasUsed(memory: WebAssembly.Memory): number {
  const { address, size } = regionOf(memory, REGION_AREAS);
  const words = new Int32Array(memory.buffer);
  let used = 0;
  for (let area = address; area < address + size; area += AREA_STRIDE) {
    if (Atomics.load(words, (area + AREA_STATE) / 4) !== AREA_FREE) used++;
  }
  return used;
}

function ringBlocks(memory: WebAssembly.Memory): number {
  const { size } = regionOf(memory, REGION_RING);
  return size === 0 ? 0 : blocksOf(size).blockCount;
}

function ringBlocksUsed(memory: WebAssembly.Memory): number {
  const { address, size } = regionOf(memory, REGION_RING);
  if (size === 0) return 0;
  const { blockSize } = blocksOf(size);
  const words = new Int32Array(memory.buffer);
  let used = 0;
  for (let block = address; block < address + size; block += blockSize) {
    if (isReady(words, block)) used++;
  }
  return used;
}

function flowsMaximum(memory: WebAssembly.Memory): number {
  return regionOf(memory, REGION_FLOWS).size / FLOW_ENTRY_BYTES;
}
