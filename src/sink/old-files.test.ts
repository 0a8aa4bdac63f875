import { describe, expect, test } from 'vitest';
import { isLeftover, type OldDays, planOldDays, readLogName } from './old-files.ts';

const HOUR = 3_600_000;
const NOW = new Date(2026, 10, 23, 12);
const BOTH: OldDays = { keepDays: 30, compress: 'gzip' };
const LONG_AGO = new Date(2026, 0, 1).getTime();

const found = (...names: string[]) => names.map((name) => ({ name, written: LONG_AGO }));
const plan = (names: readonly string[], settings: Partial<OldDays> = BOTH, now: Date = NOW) =>
  planOldDays(found(...names), { keepDays: undefined, compress: undefined, ...settings }, now);

describe('names', () => {
  test.each([
    ['http-20261123.log', 'http-20261123.log', ''],
    ['http-CQ-20261123.log.gz', 'http-CQ-20261123.log', '.gz'],
    ['http-SR-20240229.log.zst', 'http-SR-20240229.log', '.zst'],
    ['http-19700101.log', 'http-19700101.log', ''],
  ])('%s', (name, log, ending) => {
    expect(readLogName(name)).toMatchObject({ log, ending });
    expect(plan([name], { keepDays: 1 }, new Date(2030, 1, 1)).remove).toEqual([name]);
  });

  test.each([
    'http-20261123.log.1',
    'http-20261123.log.1.gz',
    'http-20261123.log.gz.1',
    'http-20261123.log.bz2',
    'http-20260229.log',
    'http-20261301.log',
    'http-20261100.log',
    'http-20261132.log',
    'http-00000101.log',
    'http-19691231.log',
    'http-2026112.log',
    'http-202611233.log',
    'http-cq-20261123.log',
    'http-XX-20261123.log',
    'http-CQ20261123.log',
    'http-20261123.LOG',
    ' http-20261123.log',
    'http-20261123.log\n',
    'http-20261123.log.gz\n',
    'xhttp-20261123.log',
    'http-２０２６１１２３.log',
    '.http-20261123.log',
    'access-20261123.log',
    '',
  ])('not %j', (name) => {
    expect(readLogName(name)).toBeUndefined();
    expect(plan([name], BOTH, new Date(2030, 1, 1))).toEqual({ leftovers: [], remove: [], pack: [] });
  });

  test.each([
    ['.http-20261123.log.gz.part', true],
    ['.http-CQ-20261123.log.zst.part', true],
    ['.http-20261123.log.gz.new.12.34.1795476395658543000.ready', true],
    ['.http-20261123.log.gz.77.12.34.1795476395658543000.ready', true],
    ['.http-20261123.log.gz.77.12.34.ready', false],
    ['.http-20261323.log.gz.part', false],
    ['.http-20261123.log.part', false],
    ['.http-x.log.gz.part', false],
    ['http-20261123.log.gz.part', false],
    ['.http-20261123.log.gz.swp', false],
  ])('of packing: %s, %j', (name, is) => {
    expect(isLeftover(name)).toBe(is);
    expect(plan([name]).leftovers).toEqual(is ? [name] : []);
  });
});

describe('what is to be done', () => {
  test('today and as many days before it stay; the older go, packed or not', () => {
    const names = ['http-20261123.log', 'http-20261122.log', 'http-20261024.log', 'http-20261023.log.gz'];
    expect(plan([...names, 'http-CR-20200101.log', 'http-20261023.log.zst'])).toEqual({
      leftovers: [],
      remove: ['http-20261023.log.gz', 'http-CR-20200101.log', 'http-20261023.log.zst'],
      pack: ['http-20261122.log', 'http-20261024.log'],
    });
    expect(plan(names, { keepDays: 1 }).remove).toEqual(names.slice(2));
    expect(plan(names, { keepDays: undefined }).remove).toEqual([]);
    expect(planOldDays(found(...names), BOTH, NOW, false).remove).toEqual([]);
  });

  test('packed ones are not packed again; without -compress none is', () => {
    expect(plan(['http-20261122.log.gz', 'http-20261121.log.zst']).pack).toEqual([]);
    expect(plan(['http-20261122.log'], { keepDays: 1 }).pack).toEqual([]);
  });

  test('a day of the future is not over', () => {
    expect(plan(['http-20261124.log', 'http-20990101.log'], { keepDays: 1, compress: 'zstd' })).toEqual({
      leftovers: [],
      remove: [],
      pack: [],
    });
  });

  test('a file is over an hour after its day ended and it was last written, whichever is later', () => {
    const midnight = new Date(2026, 10, 24).getTime();
    const packs = (now: number, written: number): boolean =>
      planOldDays([{ name: 'http-20261123.log', written }], BOTH, new Date(now)).pack.length === 1;
    for (let minute = -26 * 60; minute <= 60; minute += 7)
      expect(packs(midnight + minute * 60_000, LONG_AGO)).toBe(false);
    expect(packs(midnight + HOUR, midnight - 1)).toBe(false);
    expect(packs(midnight + HOUR + 1, midnight - 1)).toBe(true);
    expect(packs(midnight + 5 * HOUR, midnight + 4 * HOUR)).toBe(false);
    expect(packs(midnight + 5 * HOUR + 1, midnight + 4 * HOUR)).toBe(true);
    // Its time is of the future: the clock was set back, so nobody knows.
    expect(packs(midnight + 5 * HOUR, midnight + 48 * HOUR)).toBe(false);
  });

  test('neither is one removed that is still written to', () => {
    const written = NOW.getTime() - HOUR / 2;
    expect(planOldDays([{ name: 'http-20200101.log', written }], BOTH, NOW).remove).toEqual([]);
  });
});
