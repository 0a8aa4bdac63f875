import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { openSpool, type Spool } from './spool.ts';
import { type Claims, makeClaimWords, openClaims } from './spool-claims.ts';
import { closedFiles, type SpoolFile } from './spool-file.ts';

const MEGABYTE = 1_048_576;

let directory = '';
let claims: Claims;
let told: {
  spooled: number;
  lost: number;
  dropped: SpoolFile[];
  closed: number;
  files: number;
  bytes: number;
  remade: number;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-spool-'));
  claims = openClaims(makeClaimWords());
  told = { spooled: 0, lost: 0, dropped: [], closed: 0, files: 0, bytes: 0, remade: 0 };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (most: number = MEGABYTE, mayWait: () => number = () => 0): Spool =>
  openSpool(directory, { most, young: 1000 }, claims, {
    remade: () => told.remade++,
    mayWait,
    spooled: (records) => (told.spooled += records),
    lost: (records) => (told.lost += records),
    dropped: (file) => told.dropped.push(file),
    closed: () => told.closed++,
    holds: (files, bytes) => Object.assign(told, { files, bytes }),
  });
const batch = (...parts: string[]) => ({
  split: SPLIT_RECORDS,
  day: 20190901,
  parts: parts.map((part) => Buffer.from(part)),
});
const contents = (): string[] => closedFiles(directory).map(({ name }) => readFileSync(join(directory, name), 'utf8'));

test('what is written stands in files whose names say their order and how many records they hold', async () => {
  const spool = open();
  await spool.write(batch('{"a":1}\n{"a":2}\n', '{"a":3}\n'));
  expect(closedFiles(directory)).toEqual([]);
  await spool.close();
  await spool.write(batch('{"a":4}\n'));
  await spool.close();
  expect(contents()).toEqual(['{"a":1}\n{"a":2}\n{"a":3}\n', '{"a":4}\n']);
  expect(closedFiles(directory).map(({ records }) => records)).toEqual([3, 1]);
  expect(told).toMatchObject({ spooled: 4, lost: 0, closed: 2, files: 2, bytes: 32 });
});

test('a file that a killed run left open is closed without its torn line; the next run goes on behind it', async () => {
  const spool = open();
  await spool.write(batch('{"a":1}\n{"a":2}\n'));
  const [left = ''] = readdirSync(directory);
  writeFileSync(join(directory, left), '{"a":1}\n{"a":2}\n{"a":');
  const after = open();
  expect(contents()).toEqual(['{"a":1}\n{"a":2}\n']);
  await after.write(batch('{"a":4}\n'));
  await after.close();
  expect(contents()).toEqual(['{"a":1}\n{"a":2}\n', '{"a":4}\n']);
  expect(new Set(closedFiles(directory).map(({ batch }) => batch)).size).toBe(2);
});

test('of a file that holds nothing nothing stays', async () => {
  writeFileSync(join(directory, '000000000007-0123456789abcdef.open'), '{"a":');
  await open().close();
  expect(readdirSync(directory)).toEqual([]);
});

test('a full spool drops its oldest files, but not the one that is being sent, and counts them', async () => {
  const spool = open(80_000);
  const part = `${'x'.repeat(9999)}\n`;
  await spool.write(batch(part));
  const [first] = closedFiles(directory);
  expect(claims.take('otlp', first?.batch ?? '')).toBe(true);
  for (let i = 0; i < 9; i++) await spool.write(batch(part));
  expect(closedFiles(directory)).toHaveLength(8);
  expect(closedFiles(directory)[0]).toEqual(first);
  expect(told).toMatchObject({ spooled: 10, files: 8, bytes: 80_000 });
  expect(told.dropped.map(({ batch, records }) => [Number(batch.slice(0, 12)), records])).toEqual([
    [2, 1],
    [3, 1],
  ]);
});

test('a full spool waits for as long as it is told to, and looks again when delivery goes on', async () => {
  let until = 0;
  const spool = open(80_000, () => Math.max(0, until - performance.now()));
  const part = `${'x'.repeat(9999)}\n`;
  for (let i = 0; i < 8; i++) await spool.write(batch(part));
  const [first] = closedFiles(directory);
  rmSync(join(directory, first?.name ?? ''));
  until = performance.now() + 5000;
  const begun = performance.now();
  setTimeout(() => expect(spool.gone(first?.name ?? '')).toBe(true), 100);
  await spool.write(batch(part));
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(told.dropped).toEqual([]);
  // Nobody goes on any more.
  until = performance.now() + 300;
  for (let i = 0; i < 3; i++) await spool.write(batch(part));
  expect(performance.now()).toBeGreaterThan(until);
  expect(told).toMatchObject({ spooled: 12, files: 8, lost: 0 });
  expect(told.dropped).toHaveLength(3);
});

test('a file that is gone though nobody said so makes room, and none is dropped for it', async () => {
  const spool = open(80_000);
  const part = `${'x'.repeat(9999)}\n`;
  for (let i = 0; i < 8; i++) await spool.write(batch(part));
  const [first] = closedFiles(directory);
  rmSync(join(directory, first?.name ?? ''));
  await spool.write(batch(part));
  expect(told).toMatchObject({ dropped: [], files: 8 });
  expect(spool.gone(first?.name ?? '')).toBe(false);
  expect(spool.waiting()).toBe(8);
});

test('a directory that is removed with an open file in it: its records are lost, and the next file is closed when it is wanted', async () => {
  const spool = open();
  await spool.write(batch('{"a":1}\n{"a":2}\n'));
  spool.want();
  rmSync(directory, { recursive: true });
  await expect.poll(() => told.lost, { timeout: 5000 }).toBe(2);
  await spool.write(batch('{"a":3}\n'));
  await expect.poll(() => told.closed, { timeout: 5000 }).toBe(1);
  expect(contents()).toEqual(['{"a":3}\n']);
});

test('on a full disk the oldest files make room for what comes', async () => {
  const disk = smallDisk('a full disk under a spool', 256);
  if (disk === undefined) return;
  try {
    directory = join(disk.path, 'spool');
    mkdirSync(directory);
    const spool = open();
    const part = `${'x'.repeat(63)}\n`.repeat(512);
    for (let i = 0; i < 40; i++) expect(await spool.write(batch(part))).toMatchObject({ lost: 0, failure: undefined });
    await spool.close();
    expect(told).toMatchObject({ spooled: 40 * 512, lost: 0 });
    const kept = closedFiles(directory).reduce((sum, { records }) => sum + records, 0);
    expect(kept).toBe(40 * 512 - told.dropped.reduce((sum, { records }) => sum + records, 0));
    expect(contents().join('').split('\n')).toHaveLength(kept + 1);
  } finally {
    disk.unmount();
  }
});

test('a file that is removed under it is lost, and what comes goes into another', async () => {
  const spool = open();
  await spool.write(batch('{"a":1}\n{"a":2}\n'));
  await spool.check();
  expect(told.lost).toBe(0);
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  await spool.check();
  expect(told.lost).toBe(2);
  await spool.write(batch('{"a":3}\n'));
  await spool.close();
  expect(contents()).toEqual(['{"a":3}\n']);
});

test('what is not its own is left alone: links, pipes, directories, numbers that are too large', async () => {
  const outside = join(directory, 'outside');
  writeFileSync(outside, '{"a":1}\n{"a":');
  const named = (number: string): string => join(directory, `${number}-0123456789abcdef`);
  symlinkSync(outside, `${named('000000000001')}.open`);
  symlinkSync(outside, `${named('000000000002')}-1.json`);
  mkdirSync(`${named('000000000003')}-2.json`);
  writeFileSync(`${named('999999999999')}-1.json`, '{"a":1}\n');
  execFileSync('mkfifo', [`${named('000000000004')}.open`, `${named('000000000005')}-1.json`]);
  const spool = open();
  await spool.write(batch('{"a":9}\n'));
  await spool.close();
  expect(contents()).toEqual(['{"a":9}\n']);
  expect(closedFiles(directory).map(({ batch: name }) => Number(name.slice(0, 12)))).toEqual([1]);
  expect(readFileSync(outside, 'utf8')).toBe('{"a":1}\n{"a":');
});

test('who has every file gets the open one after a second, and nobody else makes it small', async () => {
  const spool = open();
  await spool.write(batch('{"a":1}\n'));
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(told.closed).toBe(0);
  spool.want();
  await expect.poll(() => told.closed, { timeout: 5000 }).toBe(1);
  await spool.write(batch('{"a":2}\n'));
  expect(told.closed).toBe(1);
});

test('a directory that is away: records are lost and counted, and it is made again', async () => {
  const spool = open();
  rmSync(directory, { recursive: true });
  writeFileSync(directory, '');
  expect(await spool.write(batch('{"a":1}\n{"a":2}\n', '{"a":3}\n'))).toMatchObject({ parts: 1, lost: 2 });
  rmSync(directory);
  expect(await spool.write(batch('{"a":3}\n'))).toMatchObject({ parts: 1, lost: 0 });
  await spool.close();
  expect(told).toMatchObject({ spooled: 1, lost: 2, remade: 1 });
  expect(contents()).toEqual(['{"a":3}\n']);
});
