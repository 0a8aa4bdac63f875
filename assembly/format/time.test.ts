import { describe, expect, test } from 'vitest';
import { asLatin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const HOUR = 3600;
let offset = (_minute: number): number => 0;
const asked: number[] = [];
const { code, scratch, bytes, read } = openInternals({
  localOffset: (minute) => {
    asked.push(minute);
    return offset(minute);
  },
});

/** With another zone nothing of the one before may be remembered. */
function setOffset(of: (minute: number) => number): void {
  offset = of;
  code.time_start();
  asked.length = 0;
}

function dateTime(stamp: bigint): string {
  return asLatin1(read(scratch, code.time_dateTime(scratch, stamp)));
}

/** The same by the platform. */
function expected(stamp: bigint, offsetSeconds = 0): string {
  const local = new Date(Number(stamp / 1_000_000n) + offsetSeconds * 1000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}

const seconds = (value: number): bigint => BigInt(value) * 1_000_000_000n;

test('every day from 1970 to 2500', () => {
  setOffset(() => 0);
  for (let day = 0; day < 193_900; day++) {
    const date = new Date(day * 86_400_000);
    const stamp = seconds(day * 86_400 + (day % 86_400));
    const number = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    if (code.time_localDay(stamp) !== number) expect(code.time_localDay(stamp)).toBe(number);
    if (dateTime(stamp) !== expected(stamp)) expect(dateTime(stamp)).toBe(expected(stamp));
  }
});

test('every second of a day', () => {
  setOffset(() => 0);
  for (let second = 0; second < 86_400; second++) {
    const stamp = seconds(1_567_296_000 + second);
    if (dateTime(stamp) !== expected(stamp)) expect(dateTime(stamp)).toBe(expected(stamp));
  }
});

test('milliseconds are truncated, never rounded', () => {
  setOffset(() => 0);
  expect(dateTime(0n)).toBe('1970-01-01 00:00:00.000');
  expect(dateTime(999_999n)).toBe('1970-01-01 00:00:00.000');
  expect(dateTime(1_000_000n)).toBe('1970-01-01 00:00:00.001');
  expect(dateTime(1_567_315_011_002_999_999n)).toBe('2019-09-01 05:16:51.002');
  expect(dateTime(seconds(60) - 1n)).toBe('1970-01-01 00:00:59.999');
});

test('the last stamp that 64 bits hold', () => {
  setOffset(() => 0);
  expect(dateTime(2n ** 64n - 1n)).toBe('2554-07-21 23:34:33.709');
});

describe('zones', () => {
  test.each([0, 9 * HOUR, -3 * HOUR - 1800, 14 * HOUR, -12 * HOUR, 5 * HOUR + 2700])('offset %i', (zone) => {
    setOffset(() => zone);
    const steps = [0, 1, 86_399, 86_400, 951_782_399, 951_782_400, 1_567_315_011, 4_102_444_799, 13_574_563_200];
    for (const step of steps) {
      const stamp = seconds(step) + 7_000_000n;
      expect(dateTime(stamp)).toBe(expected(stamp, zone));
      expect(code.time_localDay(stamp)).toBe(Number(expected(stamp, zone).slice(0, 10).replaceAll('-', '')));
    }
  });

  test('west of Greenwich 1970 begins in 1969', () => {
    setOffset(() => -5 * HOUR);
    expect(dateTime(0n)).toBe('1969-12-31 19:00:00.000');
  });

  test('a change of the offset holds from its very minute on', () => {
    const change = 25_000_000;
    setOffset((minute) => (minute < change ? 2 * HOUR : HOUR));
    expect(dateTime(seconds(change * 60 - 1))).toBe(expected(seconds(change * 60 - 1), 2 * HOUR));
    expect(dateTime(seconds(change * 60))).toBe(expected(seconds(change * 60), HOUR));
    expect(dateTime(seconds(change * 60 - 1))).toBe(expected(seconds(change * 60 - 1), 2 * HOUR));
  });

  test('the offset is asked for once a minute', () => {
    setOffset(() => HOUR);
    for (const second of [0, 1, 59, 60, 61, 119]) dateTime(seconds(second));
    code.time_localDay(seconds(119));
    expect(asked).toEqual([0, 1]);
  });
});

test('no more than one byte is overwritten behind the text', () => {
  bytes.fill(0xee, scratch, scratch + 64);
  expect(code.time_dateTime(scratch, 0n)).toBe(scratch + 23);
  expect(read(scratch + 24, scratch + 64).every((byte) => byte === 0xee)).toBe(true);
});

describe('other writings', () => {
  const utc = (stamp: bigint): string => asLatin1(read(scratch, code.time_utc(scratch, stamp)));
  const common = (stamp: bigint): string => asLatin1(read(scratch, code.time_common(scratch, stamp)));

  test('RFC 3339 in UTC with nanoseconds, whatever the zone', () => {
    setOffset(() => 9 * HOUR);
    for (const step of [0, 1, 59, 86_399, 86_400, 951_782_399, 951_782_400, 1_709_164_800, 4_102_444_799]) {
      const expectedText = `${new Date(step * 1000).toISOString().slice(0, 19)}.012345678Z`;
      expect(utc(seconds(step) + 12_345_678n)).toBe(expectedText);
    }
    expect(utc(2n ** 64n - 1n)).toBe('2554-07-21T23:34:33.709551615Z');
  });

  test.each([
    [0, '+0000'],
    [9 * HOUR, '+0900'],
    [-3 * HOUR - 1800, '-0330'],
    [14 * HOUR, '+1400'],
    [5 * HOUR + 2700, '+0545'],
  ])('the Common Log Format with an offset of %i seconds', (zone, written) => {
    setOffset(() => zone);
    for (let month = 0; month < 12; month++) {
      const stamp = BigInt(Date.UTC(2024, month, 15, 12, 34, 56)) * 1_000_000n;
      const local = new Date(Date.UTC(2024, month, 15, 12, 34, 56) + zone * 1000).toUTCString();
      const [, day, name, year, time] = local.split(' ');
      expect(common(stamp)).toBe(`${day}/${name}/${year}:${time} ${written}]`);
    }
  });
});
