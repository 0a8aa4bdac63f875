import { expect, test } from 'vitest';
import { AREA_FILLING, AREA_FREE, AREA_FULL, AREA_STATE, AREA_STRIDE } from '../../layout/areas.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { putArea } from '../../test/support/areas.ts';
import { fullAreas, waitingLines } from './areas.ts';
import { dataOf, makeMemory } from './memory.ts';

const COUNT = 4;
const memory = makeMemory({ ring: 0, input: 0, areas: COUNT, filters: 0 });
const region = dataOf(memory, REGION_AREAS);

/** Puts something into an area: its number tells split, day and lines. */
function setArea(number: number, state: number, sequence: number, text = ''): void {
  const bytes = Buffer.from(text);
  putArea(memory, number, { state, sequence, split: number, day: 20190901 + number, lines: 10 + number, bytes });
}

/** The sequence numbers of the full areas, `newest` being the last that was handed over. */
const sequences = (newest: number): number[] => {
  new Int32Array(memory.buffer)[PLACE_AREA_SEQUENCE / 4] = newest;
  return fullAreas(memory).map(({ sequence }) => sequence);
};

test('full areas only, in the order in which they were handed over', () => {
  [7, 5, 6, 4].forEach((sequence, number) => {
    setArea(number, number === 2 ? AREA_FILLING : AREA_FULL, sequence);
  });
  expect(sequences(7)).toEqual([4, 5, 7]);
  // One that was handed over while it is looked waits, as another may stand where that look has been.
  expect(sequences(6)).toEqual([4, 5]);
  setArea(0, AREA_FREE, 7);
  expect(sequences(7)).toEqual([4, 5]);
});

test('the order goes on where the sequence number wraps', () => {
  [1, 0xfffffffe, 0, 0xffffffff].forEach((sequence, number) => {
    setArea(number, AREA_FULL, sequence);
  });
  expect(sequences(1)).toEqual([0xfffffffe, 0xffffffff, 0, 1]);
  expect(sequences(0xffffffff)).toEqual([0xfffffffe, 0xffffffff]);
  [0x80000001, 0x7fffffff, 0x80000000, 0x7ffffffe].forEach((sequence, number) => {
    setArea(number, AREA_FULL, sequence);
  });
  expect(sequences(0x80000001)).toEqual([0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001]);
});

test('lines that are not written stand in full areas and in those that are being filled', () => {
  [AREA_FULL, AREA_FREE, AREA_FILLING, AREA_FREE].forEach((state, number) => {
    setArea(number, state, 1);
  });
  expect(waitingLines(memory, 'lines')).toBe(10 + 12);
  expect(waitingLines(memory, 'records')).toBe(0);
});

test('what an area says, and what is said of it', () => {
  for (let number = 0; number < COUNT; number++) setArea(number, AREA_FREE, 0);
  setArea(3, AREA_FULL, 1, 'a line\n');
  const [area] = fullAreas(memory);
  expect(area).toMatchObject({ split: 3, day: 20190904, lines: 13, sequence: 1 });
  expect(Buffer.from(area?.bytes ?? []).toString()).toBe('a line\n');
  area?.free();
  expect(fullAreas(memory)).toEqual([]);
  expect(region.getInt32(3 * AREA_STRIDE + AREA_STATE, true)).toBe(AREA_FREE);
});
