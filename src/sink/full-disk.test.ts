import { mkdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { batchOf } from '../../test/support/batches.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { openDailyFiles } from './daily-file.ts';
import { fileName } from './log-file.ts';

const DAY = 20190901;
const disk = smallDisk('daily files on a full disk', 256);
const directory = join(disk?.path ?? '', 'log');
const path = join(directory, fileName(0, DAY));
const filler = join(disk?.path ?? '', 'filler');
afterAll(() => disk?.unmount());

const lines = (count: number, text: string): string[] =>
  Array.from({ length: count }, (_, i) => `${text} ${i} ${'x'.repeat(i % 90)}`);
/** Whole lines of the file, without those that were torn off. */
const wholeLines = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

describe.skipIf(disk === undefined)('a full disk', () => {
  beforeEach(() => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, '');
    writeFileSync(filler, new Uint8Array(128 * 1024));
  });

  test('exactly the lines that are not there whole are lost; with room again it goes on behind the torn one', async () => {
    const files = openDailyFiles(directory, () => {});
    const batches = [lines(5000, 'first'), lines(10, 'second'), lines(10, 'third')];
    const first = await files.write(batchOf(batches[0] ?? []));
    const second = await files.write(batchOf(batches[1] ?? []));
    expect(first.failure).toEqual({ code: 'ENOSPC', path });
    const there = wholeLines();
    expect(there.length).toBeGreaterThan(500);
    expect(there).toEqual(batches[0]?.slice(0, there.length));
    expect(first.lost).toBe(5000 - there.length);
    expect(second).toMatchObject({ bytes: 0, lost: 10, failure: { code: 'ENOSPC' } });
    const torn = readFileSync(path, 'utf8').split('\n').at(-1);
    expect(torn).not.toBe('');

    unlinkSync(filler);
    expect(await files.write(batchOf(batches[2] ?? []))).toMatchObject({ lost: 0, failure: undefined });
    expect(wholeLines()).toEqual([...there, torn, ...(batches[2] ?? [])]);
    await files.close();
  });

  test('a file that others have cut (copytruncate) is gone on with at its end', async () => {
    const files = openDailyFiles(directory, () => {});
    await files.write(batchOf(['before']));
    truncateSync(path);
    await files.write(batchOf(['after']));
    expect(readFileSync(path, 'utf8')).toBe('after\n');
    await files.close();
  });
});
