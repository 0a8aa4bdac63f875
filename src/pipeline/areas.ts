// The writer's side of the areas: finds those that are full, in the order in which they were handed over, and frees them.
import {
  AREA_BYTES,
  AREA_DAY,
  AREA_FILLING,
  AREA_FREE,
  AREA_FULL,
  AREA_HEADER_BYTES,
  AREA_LINES,
  AREA_SEQUENCE,
  AREA_SPLIT,
  AREA_STATE,
  AREA_STRIDE,
  SPLIT_RECORDS,
} from '../../layout/areas.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { regionOf } from './memory.ts';

/** A full area. Its bytes are borrowed: valid until it is freed. */
export interface Area {
  /** 0, the message type of all its lines, or `SPLIT_RECORDS`. */
  readonly split: number;
  /** Local day of all its lines, YYYYMMDD as a number. */
  readonly day: number;
  readonly lines: number;
  readonly bytes: Uint8Array;
  readonly sequence: number;
  /** Gives the area back to the packet code. */
  free(): void;
}

/** The full areas of one memory, in the order in which they were handed over. */
export function fullAreas(memory: WebAssembly.Memory): Area[] {
  const { address, size } = regionOf(memory, REGION_AREAS);
  const words = new Int32Array(memory.buffer);
  // What is handed over while this looks waits for the next look: an earlier one may stand where it has looked already.
  const newest = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
  const areas: Area[] = [];
  for (let place = address; place < address + size; place += AREA_STRIDE) {
    if (Atomics.load(words, (place + AREA_STATE) / 4) !== AREA_FULL) continue;
    const area = areaAt(words, place);
    if (((area.sequence - newest) | 0) <= 0) areas.push(area);
  }
  // The sequence number wraps, so only the difference of two tells which came first.
  return areas.sort((a, b) => (a.sequence - b.sequence) | 0);
}

/** Lines, or records for delivery, that stand in the areas of a memory and are not written: those that are being filled count as well. */
export function waitingLines(memory: WebAssembly.Memory, what: 'lines' | 'records'): number {
  const { address, size } = regionOf(memory, REGION_AREAS);
  const words = new Int32Array(memory.buffer);
  let lines = 0;
  for (let place = address; place < address + size; place += AREA_STRIDE) {
    const state = Atomics.load(words, (place + AREA_STATE) / 4);
    if (state !== AREA_FILLING && state !== AREA_FULL) continue;
    const area = areaAt(words, place);
    if ((area.split === SPLIT_RECORDS) === (what === 'records')) lines += area.lines;
  }
  return lines;
}

function areaAt(words: Int32Array, place: number): Area {
  const word = (offset: number): number => (words[(place + offset) / 4] ?? 0) >>> 0;
  return {
    split: word(AREA_SPLIT),
    day: word(AREA_DAY),
    lines: word(AREA_LINES),
    bytes: new Uint8Array(words.buffer, place + AREA_HEADER_BYTES, word(AREA_BYTES)),
    sequence: word(AREA_SEQUENCE),
    free: () => {
      Atomics.store(words, (place + AREA_STATE) / 4, AREA_FREE);
    },
  };
}
