import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bar, drawEvery } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('draws until it is ended, and then clears the line', () => {
  const written: string[] = [];
  const end = drawEvery(
    200,
    () => 'bar',
    (text) => written.push(text),
  );
  vi.advanceTimersByTime(400);
  end();
  vi.advanceTimersByTime(400);
  expect(written).toEqual(['\rbar', '\rbar', '\r\x1b[K']);
});

test('a terminal that has gone: nothing is thrown, and nothing tried again', () => {
  let tries = 0;
  const end = drawEvery(
    200,
    () => 'bar',
    () => {
      tries += 1;
      throw new Error('EIO');
    },
  );
  vi.advanceTimersByTime(1000);
  end();
  expect(tries).toBe(1);
});

test('the bar', () => {
  expect(bar(0)).toBe(`[${' '.repeat(40)}]   0 %`);
  expect(bar(0.5)).toBe(`[${'#'.repeat(20)}${' '.repeat(20)}]  50 %`);
  expect(bar(2)).toBe(`[${'#'.repeat(40)}] 100 %`);
});
