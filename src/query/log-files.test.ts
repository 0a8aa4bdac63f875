import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '../../test/support/live/workspace.ts';
import { dayOfName, findLogFiles, isDay } from './log-files.ts';

test.each([
  ['http-20261123.log', '2026-11-23'],
  ['http-CQ-20261123.log', '2026-11-23'],
  ['http-SR-20240229.log.gz', '2024-02-29'],
  ['http-20261123.log.zst', '2026-11-23'],
  ['http-20261123.log.1', '2026-11-23'],
  ['http-20261123.log.12.gz', '2026-11-23'],
  ['http-20260229.log', undefined],
  ['http-20261123.log.part', undefined],
  ['.http-20261123.log.gz.part', undefined],
  ['http-XX-20261123.log', undefined],
  ["http-20261123.log'", undefined],
  ['http-20261123.log.gz\n', undefined],
  ['other.log', undefined],
])('the day of %j', (name, day) => {
  expect(dayOfName(name)).toBe(day);
});

test('days of the calendar', () => {
  expect(['2026-11-30', '2026-11-31', '2026-1-1', 'x'].map(isDay)).toEqual([true, false, false, false]);
});

test('finds lines and Parquet of the days that are wanted, in their order, and nothing else', () => {
  const directory = makeDirectory();
  for (const name of ['http-20261123.log', 'http-20261121.log.gz', 'http-CQ-20261122.log', 'notes', 'http.log']) {
    writeFileSync(join(directory, name), '');
  }
  mkdirSync(join(directory, 'http-20261120.log'));
  mkdirSync(join(directory, 'date=2026-11-22'));
  writeFileSync(join(directory, 'date=2026-11-22/http.parquet'), '');
  writeFileSync(join(directory, 'date=2026-11-22/http.parquet.part'), '');
  const found = (first: string, last: string): string[] =>
    findLogFiles(directory, { first, last }).map(({ path, day }) => `${day} ${path}`);
  expect(found('2026-11-21', '2026-11-22')).toEqual([
    '2026-11-21 http-20261121.log.gz',
    '2026-11-22 date=2026-11-22/http.parquet',
    '2026-11-22 http-CQ-20261122.log',
  ]);
  expect(findLogFiles(directory)).toHaveLength(4);
  expect(() => found('2027-01-01', '2027-01-02')).toThrow(
    'has no log files of these days; it has those of 2026-11-21 to 2026-11-23',
  );
});

test('links are followed; what leads nowhere, is no file or no directory does not keep the others from being found', () => {
  const directory = makeDirectory();
  const elsewhere = makeDirectory();
  writeFileSync(join(elsewhere, 'log'), '');
  symlinkSync(join(elsewhere, 'log'), join(directory, 'http-20261123.log'));
  symlinkSync('nothing', join(directory, 'http-20261122.log'));
  symlinkSync('http-20261121.log', join(directory, 'http-20261121.log'));
  symlinkSync('nothing', join(directory, 'date=2026-11-20'));
  writeFileSync(join(directory, 'date=2026-11-19'), '');
  expect(findLogFiles(directory)).toEqual([{ path: 'http-20261123.log', day: '2026-11-23', isParquet: false }]);
});

test('says what is wrong with a directory', () => {
  const directory = makeDirectory();
  expect(() => findLogFiles(directory)).toThrow('has no log files (http-YYYYMMDD.log); name their directory with -d');
  expect(() => findLogFiles(join(directory, 'none'))).toThrow('there is no directory');
  writeFileSync(join(directory, 'http-20261123.log'), '');
  expect(() => findLogFiles(join(directory, 'http-20261123.log'))).toThrow('is no directory');
});

test.skipIf(process.getuid?.() === 0)('says who may read a file', () => {
  const directory = makeDirectory();
  writeFileSync(join(directory, 'http-20261123.log'), '');
  chmodSync(join(directory, 'http-20261123.log'), 0);
  expect(() => findLogFiles(directory)).toThrow('may not be read by this user (EACCES)');
});
