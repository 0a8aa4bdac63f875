import { afterAll, expect, test } from 'vitest';
import { close } from './libc.ts';
import { drainWakeup, makeWakeup, waitReadable, wake } from './wait.ts';

const first = makeWakeup();
const second = makeWakeup();
afterAll(() => {
  close(first);
  close(second);
});

test('the time runs out when nobody wakes', () => {
  const begin = performance.now();
  expect(waitReadable([first, second], 50)).toBe(0);
  const passed = performance.now() - begin;
  expect(passed).toBeGreaterThan(45);
  expect(passed).toBeLessThan(1000);
});

test('a bit for each descriptor that is ready', () => {
  wake(second);
  expect(waitReadable([first, second], 1000)).toBe(0b10);
  wake(first);
  expect(waitReadable(Int32Array.of(first, second), 1000)).toBe(0b11);
  expect(drainWakeup(first)).toBe(true);
  expect(drainWakeup(second)).toBe(true);
  expect(waitReadable([first, second], 0)).toBe(0);
});

test('wake-ups add up to one', () => {
  for (let i = 0; i < 3; i++) wake(first);
  expect([drainWakeup(first), drainWakeup(first)]).toEqual([true, false]);
});

test('a negative descriptor is passed over, a closed one is an error', () => {
  expect(waitReadable([-1], 0)).toBe(0);
  const closed = makeWakeup();
  close(closed);
  expect(() => waitReadable([closed], 0)).toThrow(expect.objectContaining({ code: 'EBADF', call: 'poll' }));
  expect(() => wake(closed)).toThrow(expect.objectContaining({ code: 'EBADF', call: 'write' }));
  expect(() => drainWakeup(closed)).toThrow(expect.objectContaining({ code: 'EBADF', call: 'read' }));
});

test('more descriptors than a wait takes are refused', () => {
  expect(() => waitReadable(new Array<number>(9).fill(-1), 0)).toThrow(RangeError);
});

test('no wait sits for more than a second', () => {
  const begin = performance.now();
  expect(waitReadable([first], 60_000)).toBe(0);
  expect(performance.now() - begin).toBeLessThan(5000);
});

test('a wait leaves no garbage', () => {
  const descriptors = Int32Array.of(first, second);
  for (let i = 0; i < 20_000; i++) waitReadable(descriptors, 0);
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100_000; i++) waitReadable(descriptors, 0);
  // 100,000 of the smallest objects would be 1.6 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(800_000);
});
