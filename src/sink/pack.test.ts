import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallDisk } from '../../test/support/small-disk.ts';
import { carryOut, type Done, findLogFiles } from './old-days.ts';
import { planOldDays } from './old-files.ts';
import { packLog } from './pack.ts';

const isRoot = process.geteuid?.() === 0;
const OTHER = 12345;
const LOG = 'http-20261120.log';
const NOW = new Date(2026, 10, 23, 12);
const WRITTEN = new Date(2026, 10, 20, 23, 59, 58, 123);

const text = (words: string, lines = 30_000): string =>
  Array.from({ length: lines }, (_, n) => `${words} ${n} of a log file\n`).join('');

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-pack-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string): string => join(directory, name);
const unpacked = (name = `${LOG}.gz`): string => gunzipSync(readFileSync(path(name))).toString();
const goOn = (): boolean => true;

function writeLog(content: string, name = LOG): void {
  writeFileSync(path(name), content, { mode: 0o640 });
  utimesSync(path(name), WRITTEN, WRITTEN);
}

/** A look at the directory, and what is done then. */
async function round(keepDays: number | undefined = undefined): Promise<Done[]> {
  const { files } = await findLogFiles(directory);
  return [...carryOut(directory, planOldDays(files, { keepDays, compress: 'gzip' }, NOW), 'gzip', goOn)];
}

describe('a log file', () => {
  test('is packed, with its mode, owner and time', () => {
    writeLog(text('one'));
    chmodSync(path(LOG), 0o604);
    if (isRoot) chownSync(path(LOG), OTHER, OTHER + 1);
    if (isRoot) chownSync(directory, OTHER, OTHER);
    const { uid, gid } = statSync(path(LOG));
    expect(packLog(directory, LOG, 'gzip', goOn)).toBe(true);
    expect(readdirSync(directory)).toEqual([`${LOG}.gz`]);
    expect(unpacked()).toBe(text('one'));
    const found = statSync(path(`${LOG}.gz`));
    expect(found).toMatchObject({ uid, gid, mtime: WRITTEN, nlink: 1 });
    expect(found.mode & 0o777).toBe(0o604);
  });

  test('is added to the packed file that is there, which stays the same file', () => {
    writeFileSync(path(`${LOG}.gz`), gzipSync('before\n'), { mode: 0o600 });
    const { ino } = statSync(path(`${LOG}.gz`));
    for (const words of ['one', 'two']) {
      writeLog(text(words));
      expect(packLog(directory, LOG, 'gzip', goOn)).toBe(true);
    }
    expect(unpacked()).toBe(`before\n${text('one')}${text('two')}`);
    expect(statSync(path(`${LOG}.gz`)).ino).toBe(ino);
    expect(statSync(path(`${LOG}.gz`)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual([`${LOG}.gz`]);
  });

  test('is added in the way in which its day is packed already', () => {
    writeFileSync(path(`${LOG}.gz`), gzipSync('before\n'));
    writeLog('after\n');
    expect(packLog(directory, LOG, 'zstd', goOn)).toBe(true);
    expect(unpacked()).toBe('before\nafter\n');
  });

  test('stays where packing shall stop', () => {
    writeLog(text('one'));
    let parts = 0;
    expect(packLog(directory, LOG, 'gzip', () => ++parts < 2)).toBe(false);
    expect(parts).toBe(2);
    expect(readdirSync(directory)).toEqual([LOG]);
  });

  test('that is written to, renamed, or removed meanwhile stays as it is', () => {
    const changes: readonly (() => void)[] = [
      () => appendFileSync(path(LOG), 'late\n'),
      () => renameSync(path(LOG), path(`${LOG}.1`)),
      () => rmSync(path(LOG)),
    ];
    for (const change of changes) {
      writeLog(text('one'));
      let isChanged = false;
      const meanwhile = (): boolean => {
        if (!isChanged) change();
        isChanged = true;
        return true;
      };
      expect(packLog(directory, LOG, 'gzip', meanwhile)).toBe(false);
      expect(readdirSync(directory).filter((name) => name.includes('.gz'))).toEqual([]);
    }
    expect(readFileSync(path(`${LOG}.1`), 'utf8')).toBe(text('one'));
  });
});

describe('left alone', () => {
  test('links, directories, and other names', async () => {
    writeLog('text\n', 'target');
    symlinkSync('target', path(LOG));
    symlinkSync('target', path('http-20200101.log'));
    writeLog('text\n', 'http-20200102.log.1');
    const before = readdirSync(directory);
    expect(await round(1)).toEqual([]);
    expect(() => packLog(directory, LOG, 'gzip', goOn)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(readdirSync(directory)).toEqual(before);
    expect(readFileSync(path('target'), 'utf8')).toBe('text\n');
  });

  test.skipIf(!isRoot)(
    'what belongs to somebody else: logs, packed ones, leftovers (skipped without root)',
    async () => {
      for (const name of [LOG, 'http-20200101.log', 'http-20200101.log.gz', `.${LOG}.gz.part`]) {
        writeLog('text\n', name);
        chownSync(path(name), OTHER, OTHER);
      }
      const before = readdirSync(directory);
      expect(await round(1)).toEqual([]);
      expect(readdirSync(directory)).toEqual(before);
      expect(() => packLog(directory, LOG, 'gzip', goOn)).toThrow(expect.objectContaining({ code: 'EOWNER' }));
      // Nor is anything added to a packed file of somebody else.
      rmSync(path(`.${LOG}.gz.part`));
      chownSync(path(LOG), 0, 0);
      utimesSync(path(LOG), WRITTEN, WRITTEN);
      writeFileSync(path(`${LOG}.gz`), 'theirs');
      chownSync(path(`${LOG}.gz`), OTHER, OTHER);
      expect(await round()).toEqual([{ kind: 'failed', path: path(`${LOG}.gz`), code: 'EOWNER' }]);
      expect(readFileSync(path(`${LOG}.gz`), 'utf8')).toBe('theirs');
      expect(readFileSync(path(LOG), 'utf8')).toBe('text\n');
      expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );
});

test('a round: old ones go, others are packed, what an earlier run left goes', async () => {
  writeLog('old\n', 'http-CQ-20251120.log');
  writeLog('old\n', 'http-20251121.log.zst');
  writeLog('half', `.${LOG}.gz.part`);
  writeLog('one\n');
  writeLog('today\n', 'http-20261123.log');
  const done = await round(30);
  expect(done).toHaveLength(3);
  expect(done.map(({ kind }) => kind)).toEqual(['removed', 'removed', 'packed']);
  expect(readdirSync(directory)).toEqual([`${LOG}.gz`, 'http-20261123.log']);
});

const disk = smallDisk('packing on a full disk', 512);
afterAll(() => disk?.unmount());
const NOISE = randomBytes(200_000);

describe.skipIf(disk === undefined)('a full disk', () => {
  test.each([0, 1000])(
    'leaves the log and a packed file of %i bytes as they are; with room again it goes on',
    (there) => {
      const on = (name: string): string => join(disk?.path ?? '', name);
      const before = there === 0 ? new Uint8Array(0) : gzipSync(NOISE.subarray(0, there));
      for (const name of readdirSync(disk?.path ?? '')) rmSync(on(name));
      if (there > 0) writeFileSync(on(`${LOG}.gz`), before);
      writeFileSync(on(LOG), NOISE);
      // Too little for the packed file; then, where that is added, for the second copy of it.
      for (const free of [100_000, ...(there > 0 ? [240_000] : [])]) {
        writeFileSync(on('filler'), new Uint8Array(512 * 1024 - NOISE.length - free - 16384));
        expect(() => packLog(disk?.path ?? '', LOG, 'gzip', goOn)).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
        expect(readFileSync(on(LOG)).equals(NOISE)).toBe(true);
        expect(existsSync(on(`${LOG}.gz`))).toBe(there > 0);
        if (there > 0) expect(readFileSync(on(`${LOG}.gz`)).equals(before)).toBe(true);
        expect(readdirSync(disk?.path ?? '').filter((name) => name.startsWith('.'))).toEqual([]);
        rmSync(on('filler'));
      }
      if (there > 0) return; // 512 KB hold no three of them
      expect(packLog(disk?.path ?? '', LOG, 'gzip', goOn)).toBe(true);
      expect(gunzipSync(readFileSync(on(`${LOG}.gz`))).equals(NOISE)).toBe(true);
    },
  );
});
