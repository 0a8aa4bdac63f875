import { expect, test } from 'vitest';
import { BELL, FREED, filePosition, makeControl, ring, setFilePosition, waitFor } from './control.ts';

test('a bell that rang since it was heard is not waited for', () => {
  const control = makeControl();
  const heard = Atomics.load(control, BELL);
  ring(control, BELL);
  const begin = performance.now();
  waitFor(control, BELL, heard, 10_000);
  expect(performance.now() - begin).toBeLessThan(1000);
});

test('a bell that does not ring is waited for as long as said', () => {
  const control = makeControl();
  ring(control, FREED);
  const begin = performance.now();
  waitFor(control, BELL, Atomics.load(control, BELL), 50);
  expect(performance.now() - begin).toBeGreaterThan(45);
});

test('the place in a file may be behind 4 GB', () => {
  const control = makeControl();
  expect(filePosition(control)).toBe(0);
  setFilePosition(control, 10 * 1024 ** 4 + 7);
  expect(filePosition(control)).toBe(10 * 1024 ** 4 + 7);
  expect(Array.from(control.subarray(0, 6))).toEqual([0, 0, 0, 0, 0, 0]);
});
