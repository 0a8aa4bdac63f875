import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TYPE_CQ, TYPE_SQ } from '../../layout/types.ts';
import { batchOf, today } from '../../test/support/batches.ts';
import { utf8 } from '../../test/support/bytes.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { openDailyFiles } from './daily-file.ts';
import type { Destination } from './destination.ts';
import { fileName } from './log-file.ts';

const DAY = 20190901;
const PREAMBLE = '#fields\ta\tb\n#types\tx\ty\n';

let directory = '';
let files: Destination;

const openFiles = (preamble = PREAMBLE): Destination => openDailyFiles(directory, () => {}, utf8(preamble));
const pathOf = (name: string): string => join(directory, name);
const contents = (name: string = fileName(0, DAY)): string => readFileSync(pathOf(name), 'utf8');
const put = (text: string): void => writeFileSync(pathOf(fileName(0, DAY)), text);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-preamble-'));
  files = openFiles();
});
afterEach(async () => {
  await files.close();
  rmSync(directory, { recursive: true });
});

test('a new file begins with it, once; it counts in bytes, not in lines', async () => {
  const written = await files.write(batchOf(['one', 'two']));
  expect(written).toEqual({ bytes: PREAMBLE.length + 8, parts: 1, lost: 0, torn: false, failure: undefined });
  expect(await files.write(batchOf(['three']))).toMatchObject({ bytes: 6 });
  expect(contents()).toBe(`${PREAMBLE}one\ntwo\nthree\n`);
});

test('each file of a split and of a day has its own', async () => {
  for (const split of [TYPE_CQ, TYPE_SQ, TYPE_CQ]) await files.write(batchOf(['x'], { split }));
  await files.write(batchOf(['x'], { split: TYPE_CQ, day: DAY + 1 }));
  expect(contents(fileName(TYPE_CQ, DAY))).toBe(`${PREAMBLE}x\nx\n`);
  for (const name of [fileName(TYPE_SQ, DAY), fileName(TYPE_CQ, DAY + 1)])
    expect(contents(name)).toBe(`${PREAMBLE}x\n`);
});

test('a file that is gone on with keeps its one', async () => {
  await files.write(batchOf(['one']));
  await files.reopen();
  await files.check();
  await files.write(batchOf(['two']));
  await files.close();
  files = openFiles();
  await files.write(batchOf(['three']));
  await files.write(batchOf(['x'], { day: DAY + 1 }));
  await files.write(batchOf(['four']));
  expect(contents()).toBe(`${PREAMBLE}one\ntwo\nthree\nfour\n`);
});

test('one that is there gets none, and has its torn line ended; an empty one gets it', async () => {
  put('before\ntorn');
  expect(await files.write(batchOf(['after']))).toMatchObject({ bytes: 6 });
  expect(contents()).toBe('before\ntorn\nafter\n');
  await files.close();
  put('');
  await files.write(batchOf(['after']));
  expect(contents()).toBe(`${PREAMBLE}after\n`);
});

test('without one nothing is put anywhere', async () => {
  files = openFiles('');
  expect(await files.write(batchOf(['one']))).toMatchObject({ bytes: 4 });
  expect(contents()).toBe('one\n');
});

describe.each(['the next batch', 'a look', 'SIGHUP'])('opened anew by %s', (by) => {
  const day = today();
  const name = fileName(0, day);
  const look = async (): Promise<void> => {
    if (by === 'a look') await files.check();
    if (by === 'SIGHUP') await files.reopen();
  };
  const rotate = {
    renamed: () => renameSync(pathOf(name), pathOf('rotated')),
    removed: () => unlinkSync(pathOf(name)),
  };

  test.each(['renamed', 'removed'] as const)('a file that was %s', async (how) => {
    await files.write(batchOf(['before'], { day }));
    rotate[how]();
    await look();
    await files.write(batchOf(['after'], { day }));
    expect(contents(name)).toBe(`${PREAMBLE}after\n`);
    expect(existsSync(pathOf('rotated')) && contents('rotated')).toBe(how === 'renamed' && `${PREAMBLE}before\n`);
  });

  test('a file that was cut (copytruncate)', async () => {
    await files.write(batchOf(['before'], { day }));
    truncateSync(pathOf(name));
    await look();
    await files.write(batchOf(['after'], { day }));
    expect(contents(name)).toBe(`${PREAMBLE}after\n`);
  });
});

const disk = smallDisk('a preamble on a full disk', 256);
afterAll(() => disk?.unmount());

test.skipIf(disk === undefined)('one that found no room is whole behind what stands there of it', async () => {
  const path = join(disk?.path ?? '', 'log');
  mkdirSync(path);
  const filler = join(disk?.path ?? '', 'filler');
  writeFileSync(filler, new Uint8Array(160 * 1024));
  const long = `#${'x'.repeat(200 * 1024)}\n`;
  const onDisk = openDailyFiles(path, () => {}, utf8(long));
  const first = await onDisk.write(batchOf(['lost', 'too']));
  expect(first).toMatchObject({ parts: 1, lost: 2, failure: { code: 'ENOSPC' } });
  const there = readFileSync(join(path, fileName(0, DAY)), 'utf8');
  expect(first.bytes).toBe(there.length);
  expect(there.length).toBeGreaterThan(0);
  unlinkSync(filler);
  truncateSync(join(path, fileName(0, DAY)), 100);
  expect(await onDisk.write(batchOf(['after']))).toMatchObject({ bytes: long.length + 6, lost: 0 });
  expect(readFileSync(join(path, fileName(0, DAY)), 'utf8')).toBe(`${long.slice(0, 100)}\n${long}after\n`);
  await onDisk.close();
});
