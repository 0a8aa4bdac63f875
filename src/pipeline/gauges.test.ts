import { expect, test } from 'vitest';
import { AREA_FILLING, AREA_FREE, AREA_FULL, AREA_STATE, AREA_STRIDE } from '../../layout/areas.ts';
import {
  COUNTER_AREAS,
  COUNTER_AREAS_USED,
  COUNTER_FLOWS_MAXIMUM,
  COUNTER_RING_BLOCKS,
  COUNTER_RING_BLOCKS_USED,
} from '../../layout/counters.ts';
import { REGION_AREAS, REGION_RING } from '../../layout/directory.ts';
import { takeGauges } from './gauges.ts';
import { dataOf, makeMemory } from './memory.ts';
import { makeCounters, total } from './statistics.ts';

const BLOCK = 1048576;
/** block_status of struct tpacket_block_desc, and its bit that gives the block to the program. */
const BLOCK_STATUS = 8;
const TP_STATUS_USER = 1;

/** A memory with these areas and, in its ring, blocks that are ready or not. */
function memoryOf(areas: readonly number[], blocks: readonly boolean[], flows: number): WebAssembly.Memory {
  const memory = makeMemory({ ring: blocks.length * BLOCK, input: 0, areas: areas.length, filters: 0, flows });
  areas.forEach((state, i) => {
    dataOf(memory, REGION_AREAS).setInt32(i * AREA_STRIDE + AREA_STATE, state, true);
  });
  blocks.forEach((ready, i) => {
    dataOf(memory, REGION_RING).setUint32(i * BLOCK + BLOCK_STATUS, ready ? TP_STATUS_USER : 0, true);
  });
  return memory;
}

test('how full areas and rings of all memories are, and how many flows there can be', () => {
  const counters = makeCounters();
  const gauges = [
    COUNTER_AREAS,
    COUNTER_AREAS_USED,
    COUNTER_RING_BLOCKS,
    COUNTER_RING_BLOCKS_USED,
    COUNTER_FLOWS_MAXIMUM,
  ];
  const memories = [
    memoryOf([AREA_FULL, AREA_FREE, AREA_FILLING, AREA_FREE], [true, false, true], 64),
    memoryOf([AREA_FREE, AREA_FULL], [false, true], 100),
  ];
  takeGauges(memories, counters);
  expect(gauges.map((gauge) => total([counters], gauge))).toEqual([6, 3, 5, 3, 164]);
  takeGauges([memoryOf([AREA_FREE], [], 0)], counters);
  expect(gauges.map((gauge) => total([counters], gauge))).toEqual([1, 0, 0, 0, 0]);
});
