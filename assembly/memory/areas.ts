import {
  AREA_BYTES,
  AREA_DAY,
  AREA_FILLING,
  AREA_FREE,
  AREA_FULL,
  AREA_FULL_BYTES,
  AREA_HEADER_BYTES,
  AREA_LINES,
  AREA_SEQUENCE,
  AREA_SPLIT,
  AREA_STATE,
  AREA_STRIDE,
  AREA_WRITTEN,
} from '../../layout/areas';
import { PLACE_AREA_SEQUENCE, PLACE_FILLING, REGION_AREAS } from '../../layout/directory';
import { TYPE_SR } from '../../layout/types';
import * as directory from './directory';

let first: usize = 0;
let end: usize = 0;

export function start(): void {
  first = directory.address(REGION_AREAS);
  end = first + directory.size(REGION_AREAS);
}

/** Place for the next line of this split (0 or a message type) and local day, or 0 when no area is free. */
export function place(split: u32, day: u32): usize {
  let area = filling(split);
  if (area !== 0 && load<u32>(area, AREA_DAY) !== day) {
    handOver(split);
    area = 0;
  }
  if (area === 0) {
    area = take(split, day);
    if (area === 0) return 0;
  }
  return area + AREA_HEADER_BYTES + load<u32>(area, AREA_BYTES);
}

/** Ends the line that was written at `place` of this split; `at` is the address behind it. */
export function commit(split: u32, at: usize): void {
  const area = filling(split);
  const bytes = <u32>(at - area) - AREA_HEADER_BYTES;
  store<u32>(area, bytes, AREA_BYTES);
  store<u32>(area, load<u32>(area, AREA_LINES) + 1, AREA_LINES);
  if (bytes >= <u32>AREA_FULL_BYTES) handOver(split);
}

/** Hands over every area that holds a line. */
export function handOverAll(): void {
  for (let split: u32 = 0; split <= <u32>TYPE_SR; split++) {
    if (filling(split) !== 0) handOver(split);
  }
}

function filling(split: u32): usize {
  return <usize>load<u32>((<usize>split) << 2, PLACE_FILLING);
}

/** Gives the area that this split fills to the writer. */
function handOver(split: u32): void {
  const area = filling(split);
  const sequence = load<u32>(PLACE_AREA_SEQUENCE) + 1;
  store<u32>(area, sequence, AREA_SEQUENCE);
  store<u32>((<usize>split) << 2, 0, PLACE_FILLING);
  atomic.store<i32>(area, AREA_FULL, AREA_STATE);
  // Last: who reads this number finds all areas up to it full.
  atomic.store<u32>(PLACE_AREA_SEQUENCE, sequence);
}

/** Takes the lowest free area, so that a quiet program touches few pages; 0 when there is none. */
function take(split: u32, day: u32): usize {
  for (let area = first; area < end; area += AREA_STRIDE) {
    if (atomic.load<i32>(area, AREA_STATE) !== AREA_FREE) continue;
    store<u32>(area, split, AREA_SPLIT);
    store<u32>(area, day, AREA_DAY);
    store<u32>(area, 0, AREA_BYTES);
    store<u32>(area, 0, AREA_LINES);
    store<u32>(area, 0, AREA_WRITTEN);
    atomic.store<i32>(area, AREA_FILLING, AREA_STATE);
    store<u32>((<usize>split) << 2, <u32>area, PLACE_FILLING);
    return area;
  }
  return 0;
}
