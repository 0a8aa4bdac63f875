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
  SPLIT_RECORDS,
} from '../../layout/areas';
import { PLACE_AREA_SEQUENCE, PLACE_FILLING, REGION_AREAS } from '../../layout/directory';
import * as directory from './directory';

let first: usize = 0;
let end: usize = 0;

export function start(): void {
  first = directory.address(REGION_AREAS);
  end = first + directory.size(REGION_AREAS);
}

/** Place for the next line of this split (0, a message type or `SPLIT_RECORDS`) and local day, or 0 when no area is free. */
export function place(split: u32, day: u32): usize {
  let area = filling(split, LATEST);
  if (area === 0 || load<u32>(area, AREA_DAY) !== day) {
    turn(split);
    area = filling(split, LATEST);
    if (area !== 0 && load<u32>(area, AREA_DAY) !== day) {
      handOver(split, LATEST);
      area = 0;
    }
    if (area === 0) {
      area = take(split, day);
      if (area === 0) return 0;
    }
  }
  return area + AREA_HEADER_BYTES + load<u32>(area, AREA_BYTES);
}

/** Whether so many lines, each of any split and day, would find a place. */
export function hasRoom(lines: u32): bool {
  for (let area = first; area < end; area += AREA_STRIDE) {
    if (atomic.load<i32>(area, AREA_STATE) === AREA_FREE && --lines === 0) return true;
  }
  return false;
}

/** Ends the line that was written at `place` of this split; `at` is the address behind it. */
export function commit(split: u32, at: usize): void {
  const area = filling(split, LATEST);
  const bytes = <u32>(at - area) - AREA_HEADER_BYTES;
  store<u32>(area, bytes, AREA_BYTES);
  store<u32>(area, load<u32>(area, AREA_LINES) + 1, AREA_LINES);
  if (bytes >= <u32>AREA_FULL_BYTES) handOver(split, LATEST);
}

/** Hands over every area that holds a line. */
export function handOverAll(): void {
  for (let split: u32 = 0; split <= <u32>SPLIT_RECORDS; split++) {
    if (filling(split, EARLIER) !== 0) handOver(split, EARLIER);
    if (filling(split, LATEST) !== 0) handOver(split, LATEST);
  }
}

/** The two areas that a split fills: the one of the line before, and the one of the day before that. */
const LATEST: usize = 0;
const EARLIER: usize = 4;

function filling(split: u32, which: usize): usize {
  return <usize>load<u32>(((<usize>split) << 3) + which, PLACE_FILLING);
}

function setFilling(split: u32, which: usize, area: usize): void {
  store<u32>(((<usize>split) << 3) + which, <u32>area, PLACE_FILLING);
}

/** Makes the earlier area of a split the latest and the other way round. */
function turn(split: u32): void {
  const area = filling(split, LATEST);
  setFilling(split, LATEST, filling(split, EARLIER));
  setFilling(split, EARLIER, area);
}

/** Gives an area that this split fills to the writer. */
function handOver(split: u32, which: usize): void {
  const area = filling(split, which);
  const sequence = load<u32>(PLACE_AREA_SEQUENCE) + 1;
  store<u32>(area, sequence, AREA_SEQUENCE);
  setFilling(split, which, 0);
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
    setFilling(split, LATEST, area);
    return area;
  }
  return 0;
}
