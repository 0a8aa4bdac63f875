import { expect, test } from 'vitest';
import { watchClock } from './clock-trust.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const INSTALLED = Date.UTC(2026, 0, 1);

/** A clock that is set by hand, and one that only goes on. */
function watch(start = Date.UTC(2026, 10, 23)) {
  const time = { wall: start, run: 0 };
  const why = watchClock(INSTALLED, { now: () => time.wall, monotonic: () => time.run });
  const pass = (milliseconds: number): void => {
    time.wall += milliseconds;
    time.run += milliseconds;
  };
  return { time, why, pass };
}

test('a clock that goes on is trusted', () => {
  const { why, pass } = watch();
  for (let hour = 0; hour < 100; hour++) {
    expect(why()).toBeUndefined();
    pass(HOUR);
  }
});

test('one that is corrected by minutes is trusted', () => {
  const { time, why, pass } = watch();
  for (const minutes of [59, -59, 30]) {
    time.wall += minutes * 60_000;
    pass(HOUR);
    expect(why()).toBeUndefined();
  }
});

test.each([1.1 * HOUR, 40 * DAY, -2 * HOUR])('one that was set by %i ms is not, for a day', (jump) => {
  const { time, why, pass } = watch();
  pass(5 * HOUR);
  time.wall += jump;
  for (let hour = 0; hour < 24; hour++) {
    expect(why()).toMatch(/^the clock was set/);
    pass(HOUR);
  }
  expect(why()).toBeUndefined();
});

test('a year that cannot be is not, from the start', () => {
  expect(watch(Date.UTC(2099, 0, 1)).why()).toMatch('more than 15 years after httplog was installed');
  expect(watch(Date.UTC(2041, 0, 3)).why()).toMatch('more than 15 years');
  expect(watch(Date.UTC(2040, 11, 25)).why()).toBeUndefined();
  // It was installed while the clock was wrong.
  expect(watch(Date.UTC(2020, 0, 1)).why()).toBeUndefined();
});
