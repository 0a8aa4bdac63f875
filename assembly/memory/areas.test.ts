import { beforeEach, expect, test } from 'vitest';
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
} from '../../layout/areas.ts';
import { PLACE_AREA_SEQUENCE, PLACE_FILLING, REGION_AREAS } from '../../layout/directory.ts';
import { bytesOf, regionOf } from '../../src/pipeline/memory.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const COUNT = 4;
const DAY = 20190901;
const { code, memory, data } = openInternals({ areas: COUNT });
const { address } = regionOf(memory, REGION_AREAS);

beforeEach(() => {
  bytesOf(memory, REGION_AREAS).fill(0);
  for (let word = 0; word < 2 * 5; word++) data.setUint32(PLACE_FILLING + 4 * word, 0, true);
  data.setUint32(PLACE_AREA_SEQUENCE, 0, true);
});

const header = (area: number, offset: number): number => data.getUint32(address + area * AREA_STRIDE + offset, true);
const states = (): number[] => Array.from({ length: COUNT }, (_, area) => header(area, AREA_STATE));
const first = address + AREA_HEADER_BYTES;

/** Writes a line of this many bytes; where it begins, counted from the first byte of the first area's lines. */
function line(bytes: number, split = 0, day = DAY): number | undefined {
  const place = code.areas_place(split, day);
  if (place === 0) return undefined;
  code.areas_commit(split, place + bytes);
  return place - first;
}

test('lines follow each other in the lowest area', () => {
  expect([line(10), line(20), line(30)]).toEqual([0, 10, 30]);
  expect(states()).toEqual([AREA_FILLING, AREA_FREE, AREA_FREE, AREA_FREE]);
  const expected: [number, number][] = [
    [AREA_BYTES, 60],
    [AREA_LINES, 3],
    [AREA_DAY, DAY],
    [AREA_SPLIT, 0],
    [AREA_WRITTEN, 0],
  ];
  for (const [offset, value] of expected) expect(header(0, offset)).toBe(value);
});

test('a place that no line came to stays as it was', () => {
  line(10);
  expect(code.areas_place(0, DAY)).toBe(code.areas_place(0, DAY));
  expect([header(0, AREA_BYTES), header(0, AREA_LINES)]).toEqual([10, 1]);
});

test('an area is handed over when it holds 128 KB, not before', () => {
  line(AREA_FULL_BYTES - 1);
  expect(states()[0]).toBe(AREA_FILLING);
  expect(line(1)).toBe(AREA_FULL_BYTES - 1);
  expect(states()).toEqual([AREA_FULL, AREA_FREE, AREA_FREE, AREA_FREE]);
  expect(header(0, AREA_LINES)).toBe(2);
  expect(line(5)).toBe(AREA_STRIDE);
});

test('the longest line fits behind 128 KB', () => {
  const longest = 2 * 6 * 2 * 65536;
  line(AREA_FULL_BYTES - 1);
  line(longest);
  expect(header(0, AREA_BYTES) + AREA_HEADER_BYTES).toBeLessThanOrEqual(AREA_STRIDE);
});

test('two days take turns, each in an area of its own; a third hands over the one that was not used last', () => {
  line(10);
  expect(line(10, 0, DAY + 1)).toBe(AREA_STRIDE);
  expect([line(10, 0, DAY), line(10, 0, DAY + 1), line(10, 0, DAY)]).toEqual([10, AREA_STRIDE + 10, 20]);
  expect(states()).toEqual([AREA_FILLING, AREA_FILLING, AREA_FREE, AREA_FREE]);
  expect([header(0, AREA_DAY), header(1, AREA_DAY)]).toEqual([DAY, DAY + 1]);
  expect(line(10, 0, DAY + 2)).toBe(2 * AREA_STRIDE);
  expect(states()).toEqual([AREA_FILLING, AREA_FULL, AREA_FILLING, AREA_FREE]);
  code.areas_handOverAll();
  expect(states()).toEqual([AREA_FULL, AREA_FULL, AREA_FULL, AREA_FREE]);
});

test('there is room while so many areas are free, whatever is filled', () => {
  for (let i = 0; i < COUNT; i++) {
    expect(code.areas_hasRoom(1)).toBe(1);
    expect(code.areas_hasRoom(COUNT - i)).toBe(1);
    expect(code.areas_hasRoom(COUNT - i + 1)).toBe(0);
    line(10, 0, DAY + i);
  }
  expect(code.areas_hasRoom(1)).toBe(0);
});

test('each split fills an area of its own', () => {
  expect([1, 2, 3, 4].map((split) => line(10, split))).toEqual([0, 1, 2, 3].map((area) => area * AREA_STRIDE));
  expect(line(7, 2)).toBe(AREA_STRIDE + 10);
  expect([0, 1, 2, 3].map((area) => header(area, AREA_SPLIT))).toEqual([1, 2, 3, 4]);
  expect(line(7, 0)).toBeUndefined();
  code.areas_handOverAll();
  expect(states()).toEqual(new Array(COUNT).fill(AREA_FULL));
});

test('the lowest free area is taken, whichever was freed last', () => {
  for (let i = 0; i < COUNT; i++) line(AREA_FULL_BYTES);
  expect(line(10)).toBeUndefined();
  data.setInt32(address + 3 * AREA_STRIDE + AREA_STATE, AREA_FREE, true);
  data.setInt32(address + 1 * AREA_STRIDE + AREA_STATE, AREA_FREE, true);
  expect(line(10)).toBe(AREA_STRIDE);
  expect(header(1, AREA_BYTES)).toBe(10);
});

test('an area that was used before begins empty', () => {
  line(AREA_FULL_BYTES);
  data.setUint32(address + AREA_WRITTEN, AREA_FULL_BYTES, true);
  data.setInt32(address + AREA_STATE, AREA_FREE, true);
  expect(line(3, 0, DAY + 7)).toBe(0);
  const values = [AREA_BYTES, AREA_LINES, AREA_WRITTEN, AREA_DAY].map((offset) => header(0, offset));
  expect(values).toEqual([3, 1, 0, DAY + 7]);
});

test('none free: no place, until one is', () => {
  for (let i = 0; i < COUNT; i++) line(AREA_FULL_BYTES);
  expect([code.areas_place(0, DAY), code.areas_place(4, DAY)]).toEqual([0, 0]);
  data.setInt32(address + AREA_STATE, AREA_FREE, true);
  expect(code.areas_place(0, DAY)).toBe(first);
});

test('areas are numbered in the order in which they were handed over', () => {
  line(10, 2);
  line(10, 1);
  line(AREA_FULL_BYTES, 3);
  code.areas_handOverAll();
  expect([0, 1, 2].map((area) => header(area, AREA_SEQUENCE))).toEqual([3, 2, 1]);
  code.areas_handOverAll();
  expect(data.getUint32(PLACE_AREA_SEQUENCE, true)).toBe(3);
});

test('the sequence number wraps', () => {
  data.setUint32(PLACE_AREA_SEQUENCE, 0xffffffff, true);
  line(10);
  code.areas_handOverAll();
  expect(header(0, AREA_SEQUENCE)).toBe(0);
});
