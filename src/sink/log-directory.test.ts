import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TYPE_CQ } from '../../layout/types.ts';
import { batchOf } from '../../test/support/batches.ts';
import { openDailyFiles } from './daily-file.ts';
import { prepareDirectory, proveDirectory } from './log-directory.ts';
import { fileName, fileNames, whyRefused } from './log-file.ts';
import { isLeftover, readLogName } from './old-files.ts';

const isRoot = process.geteuid?.() === 0;
const NOW = new Date(2026, 1, 28, 23, 59);
const NOBODY = 65534;
const OTHER = 12345;

let base = '';
let directory = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'httplog-directory-'));
  directory = join(base, 'log');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const prove = (names: readonly string[] = fileNames(false, NOW)): void => proveDirectory(directory, names);
const code = (wanted: string, path = directory): unknown => expect.objectContaining({ code: wanted, path });

test('the names of today and tomorrow', () => {
  expect(fileNames(false, NOW)).toEqual(['http-20260228.log', 'http-20260301.log']);
  expect(fileNames(true, NOW)).toHaveLength(8);
  expect(fileNames(true, NOW)[0]).toBe(fileName(TYPE_CQ, 20260228));
});

describe('a directory', () => {
  test('in which files can be made; nothing stays behind', () => {
    prepareDirectory(directory);
    prove();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('proved by a file of a name that is no log file’s, nor a leftover of packing', async () => {
    prepareDirectory(directory);
    const watched = watch(directory);
    const seen: string[] = [];
    watched.on('change', (_, name) => seen.push(String(name)));
    prove();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0), 5000);
    watched.close();
    expect(new Set(seen).size).toBe(1);
    expect([readLogName(seen[0] ?? ''), isLeftover(seen[0] ?? '')]).toEqual([undefined, false]);
    expect(seen[0]).toMatch(/^\.httplog-.*\.proof$/);
  });

  test('whose files are there already: they are not touched', () => {
    mkdirSync(directory);
    for (const name of fileNames(false, NOW)) writeFileSync(join(directory, name), 'line\n');
    prove();
    for (const name of fileNames(false, NOW)) expect(readFileSync(join(directory, name), 'utf8')).toBe('line\n');
  });

  test.each([
    [0o755, true],
    [0o775, false],
    [0o757, false],
    [0o777, false],
    [0o2750, true],
    [0o1777, true],
    [0o1770, true],
  ])('of mode %o fits: %j', (mode, fits) => {
    mkdirSync(directory);
    chmodSync(directory, mode);
    if (fits) prove();
    else expect(() => prove()).toThrow(code('EOTHERS'));
  });

  test('that is a file, or is not there', () => {
    expect(() => prove()).toThrow(code('ENOENT'));
    writeFileSync(directory, '');
    expect(() => prove()).toThrow(code('ENOTDIR'));
  });
});

describe.each(fileNames(false, NOW))('%s', (name) => {
  const path = (): string => join(directory, name);

  test.each(['a file', 'nothing'])('that is a link to %s', (to) => {
    mkdirSync(directory);
    if (to === 'a file') writeFileSync(join(base, 'target'), '');
    symlinkSync(join(base, 'target'), path());
    expect(() => prove()).toThrow(code('ELOOP', path()));
    expect(existsSync(join(base, 'target'))).toBe(to === 'a file');
  });

  test('that is a directory', () => {
    mkdirSync(path(), { recursive: true });
    expect(() => prove()).toThrow(code('EISDIR', path()));
  });

  test.skipIf(!isRoot)('that belongs to somebody else (skipped without root)', () => {
    mkdirSync(directory);
    writeFileSync(path(), '');
    chownSync(path(), OTHER, OTHER);
    expect(() => prove()).toThrow(code('EOWNER', path()));
    // A file's packets are of any day: names that are not asked for do not matter.
    prove([]);
    // The directory's owner can do anything there: his files are no danger that he is not.
    chownSync(directory, OTHER, OTHER);
    prove();
  });

  test.skipIf(!isRoot)('of the owner of a directory that others may write (skipped without root)', () => {
    mkdirSync(directory);
    writeFileSync(path(), '');
    chownSync(path(), OTHER, OTHER);
    chownSync(directory, OTHER, OTHER);
    chmodSync(directory, 0o1777);
    expect(() => prove()).toThrow(code('EOWNER'));
    expect(whyRefused(statSync(path()), statSync(directory))).toBe('EOWNER');
    chownSync(directory, 0, 0);
    expect(() => prove()).toThrow(code('EOWNER', path()));
  });
});

test.skipIf(!isRoot)('what is made is given to the user, and nothing else (skipped without root)', () => {
  prepareDirectory(join(base, 'a/b'), { id: NOBODY, group: OTHER });
  for (const made of ['a', 'a/b']) expect(statSync(join(base, made))).toMatchObject({ uid: NOBODY, gid: OTHER });
  expect(statSync(base).uid).toBe(0);
  mkdirSync(directory);
  prepareDirectory(directory, { id: NOBODY, group: OTHER });
  expect(statSync(directory).uid).toBe(0);
});

describe.skipIf(!isRoot)('while it runs (skipped without root)', () => {
  test('a file that somebody else put there is not written to, until it is gone', async () => {
    mkdirSync(directory);
    chmodSync(directory, 0o1777);
    const path = join(directory, fileName(0, 20260228));
    writeFileSync(path, 'theirs\n');
    chownSync(path, OTHER, OTHER);
    const files = openDailyFiles(directory, () => {});
    const batch = batchOf(['one', 'two'], { day: 20260228 });
    expect(await files.write(batch)).toMatchObject({ lost: 2, failure: { code: 'EOWNER', path } });
    expect(readFileSync(path, 'utf8')).toBe('theirs\n');
    rmSync(path);
    expect(await files.write(batch)).toMatchObject({ lost: 0 });
    await files.close();
  });

  test.each([
    ['EOWNER', 0o1777, 0o755, OTHER],
    ['EOWNER', 0o1777, 0o777, OTHER],
    ['EOTHERS', 0o755, 0o777, 0],
    ['EWAY', 0o777, 0o755, 0],
  ])(
    '%s: the directory is another that somebody else can put files into: above %o, its mode %o, of %i',
    async (why, around, mode, owner) => {
      const above = join(base, 'above');
      directory = join(above, 'log');
      const path = join(directory, fileName(0, 20260228));
      mkdirSync(above);
      chmodSync(above, 0o1777);
      const files = openDailyFiles(directory, () => {});
      const batch = batchOf(['one', 'two'], { day: 20260228 });
      expect(await files.write(batch)).toMatchObject({ lost: 0 });
      renameSync(directory, join(above, 'away'));
      chmodSync(above, around);
      mkdirSync(directory);
      chmodSync(directory, mode);
      writeFileSync(path, '');
      for (const name of [directory, path]) chownSync(name, owner, owner);
      const at = why === 'EWAY' ? above : directory;
      expect(await files.write(batch)).toMatchObject({ lost: 2, failure: { code: why, path: at } });
      await files.check();
      await files.reopen();
      expect(readFileSync(path, 'utf8')).toBe('');
      rmSync(directory, { recursive: true });
      chmodSync(above, 0o1777);
      expect(await files.write(batch)).toMatchObject({ lost: 0 });
      expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
      await files.close();
    },
  );
});
