import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types.ts';
import { batchOf, today } from '../../test/support/batches.ts';
import { openDailyFiles } from './daily-file.ts';
import type { Destination } from './destination.ts';
import { prepareDirectory } from './log-directory.ts';
import { fileName } from './log-file.ts';

const DAY = 20190901;
const WRITTEN = { parts: 1, lost: 0, torn: false, failure: undefined };

let base = '';
let directory = '';
let opened = 0;
let files: Destination;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'httplog-daily-'));
  directory = join(base, 'log');
  opened = 0;
  files = openDailyFiles(directory, () => opened++);
});
afterEach(async () => {
  await files.close();
  rmSync(base, { recursive: true, force: true });
});

/** The descriptors of this process that are open on a path. */
const descriptorsOf = (path: string): number[] =>
  readdirSync('/proc/self/fd')
    .filter((name) => existsSync(`/proc/self/fd/${name}`) && readlinkSync(`/proc/self/fd/${name}`) === path)
    .map(Number);
const contents = (name: string = fileName(0, DAY)): string => readFileSync(join(directory, name), 'utf8');

test('names', () => {
  expect([0, TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR].map((split) => fileName(split, DAY))).toEqual([
    'http-20190901.log',
    'http-CQ-20190901.log',
    'http-CR-20190901.log',
    'http-SQ-20190901.log',
    'http-SR-20190901.log',
  ]);
});

test('the directory is made with the first line, those above it too', async () => {
  directory = join(base, 'a', 'b', 'c');
  files = openDailyFiles(directory, () => {});
  expect(existsSync(directory)).toBe(false);
  expect(await files.write(batchOf(['one']))).toEqual({ bytes: 4, ...WRITTEN });
  expect(contents()).toBe('one\n');
});

test('the directory can be made before', () => {
  prepareDirectory(join(base, 'x', 'y'));
  prepareDirectory(join(base, 'x', 'y'));
  expect(statSync(join(base, 'x', 'y')).isDirectory()).toBe(true);
});

test('one file while nothing changes, and one for each split', async () => {
  for (const split of [TYPE_CQ, TYPE_CR, TYPE_CQ, TYPE_SR]) await files.write(batchOf([`of ${split}`], { split }));
  expect(readdirSync(directory).sort()).toEqual([
    'http-CQ-20190901.log',
    'http-CR-20190901.log',
    'http-SR-20190901.log',
  ]);
  expect(contents(fileName(TYPE_CQ, DAY))).toBe('of 1\nof 1\n');
  expect(opened).toBe(3);
});

test('mode 0640, under a umask that allows it', async () => {
  const before = process.umask(0o027);
  try {
    await files.write(batchOf(['one']));
  } finally {
    process.umask(before);
  }
  expect(statSync(join(directory, fileName(0, DAY))).mode & 0o7777).toBe(0o640);
});

test('days of their own, forth and back', async () => {
  for (const day of [DAY, DAY + 1, DAY]) await files.write(batchOf([`day ${day}`], { day }));
  expect(contents()).toBe(`day ${DAY}\nday ${DAY}\n`);
  expect(contents(fileName(0, DAY + 1))).toBe(`day ${DAY + 1}\n`);
});

describe('a file that is there', () => {
  const put = (text: string): void => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, fileName(0, DAY)), text);
  };

  test('is added to', async () => {
    put('before\n');
    await files.write(batchOf(['after']));
    expect(contents()).toBe('before\nafter\n');
  });

  test('that ends in a torn line has that ended first', async () => {
    put('before\ntorn');
    expect(await files.write(batchOf(['after']))).toEqual({ bytes: 6, ...WRITTEN });
    await files.write(batchOf(['more']));
    expect(contents()).toBe('before\ntorn\nafter\nmore\n');
  });

  test('that is empty gets no empty line', async () => {
    put('');
    await files.write(batchOf(['after']));
    expect(contents()).toBe('after\n');
  });

  test('may be appended to by others', async () => {
    await files.write(batchOf(['ours']));
    writeFileSync(join(directory, fileName(0, DAY)), 'theirs\n', { flag: 'a' });
    await files.write(batchOf(['ours again']));
    expect(contents()).toBe('ours\ntheirs\nours again\n');
  });
});

describe.each(['the next batch', 'a look', 'SIGHUP'])('opened anew by %s', (by) => {
  const day = today();
  const name = fileName(0, day);
  const write = async (line: string): Promise<void> => {
    expect(await files.write(batchOf([line], { day }))).toMatchObject(WRITTEN);
  };
  /** Has the files looked at; for the next batch that is nothing. */
  const look = async (): Promise<void> => {
    if (by === 'a look') await files.check();
    if (by === 'SIGHUP') await files.reopen();
    if (by !== 'the next batch') expect(existsSync(join(directory, name))).toBe(true);
  };

  test('renamed', async () => {
    await write('before');
    renameSync(join(directory, name), join(directory, 'rotated'));
    await look();
    await write('after');
    expect([contents('rotated'), contents(name)]).toEqual(['before\n', 'after\n']);
    expect(opened).toBe(2);
  });

  test('removed', async () => {
    await write('before');
    unlinkSync(join(directory, name));
    await look();
    await write('after');
    expect(contents(name)).toBe('after\n');
  });

  test('another in its place', async () => {
    await write('before');
    renameSync(join(directory, name), join(directory, 'rotated'));
    writeFileSync(join(directory, name), 'new\n');
    await look();
    await write('after');
    expect([contents('rotated'), contents(name)]).toEqual(['before\n', 'new\nafter\n']);
  });

  test('with its directory', async () => {
    await write('before');
    rmSync(directory, { recursive: true });
    await look();
    await write('after');
    expect(contents(name)).toBe('after\n');
  });
});

test('a look leaves a file in its place alone, and opens none of a day that is over', async () => {
  await files.write(batchOf(['one']));
  await files.check();
  expect(opened).toBe(1);
  unlinkSync(join(directory, fileName(0, DAY)));
  await files.check();
  await files.reopen();
  expect(existsSync(join(directory, fileName(0, DAY)))).toBe(false);
  await files.write(batchOf(['two']));
  expect(contents()).toBe('two\n');
});

describe('what can not be written', () => {
  test('a directory that is a file', async () => {
    writeFileSync(directory, '');
    const failure = { code: 'ENOTDIR', path: join(directory, fileName(0, DAY)) };
    expect(await files.write(batchOf(['a', 'b']))).toEqual({ bytes: 0, parts: 1, lost: 2, torn: false, failure });
    unlinkSync(directory);
    expect(await files.write(batchOf(['c']))).toMatchObject(WRITTEN);
    expect(contents()).toBe('c\n');
  });

  test('a file that is a directory', async () => {
    mkdirSync(join(directory, fileName(0, DAY)), { recursive: true });
    expect(await files.write(batchOf(['a']))).toMatchObject({ lost: 1, failure: { code: 'EISDIR' } });
  });

  test('a directory without permission, until it has it again', async (context) => {
    const user = process.geteuid?.();
    if (user === 0 && process.seteuid === undefined) context.skip();
    mkdirSync(directory);
    if (user === 0) chmodSync(base, 0o755);
    chmodSync(directory, 0o555);
    try {
      if (user === 0) process.seteuid?.(65534);
      expect(await files.write(batchOf(['a']))).toMatchObject({ lost: 1, failure: { code: 'EACCES' } });
      if (user !== 0) prepareDirectory(directory);
      expect(() => prepareDirectory(join(directory, 'x'))).toThrow(expect.objectContaining({ code: 'EACCES' }));
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
    chmodSync(directory, 0o755);
    expect(await files.write(batchOf(['b']))).toMatchObject(WRITTEN);
    expect(contents()).toBe('b\n');
  });

  test.each(['a file', 'nothing'])('a link to %s is not followed', async (to) => {
    mkdirSync(directory);
    const path = join(directory, fileName(0, DAY));
    const target = join(base, 'target');
    if (to === 'a file') writeFileSync(target, 'theirs\n');
    symlinkSync(target, path);
    expect(await files.write(batchOf(['a', 'b']))).toEqual({
      bytes: 0,
      parts: 1,
      lost: 2,
      torn: false,
      failure: { code: 'ELOOP', path },
    });
    expect(existsSync(target) && readFileSync(target, 'utf8')).toBe(to === 'a file' && 'theirs\n');
    unlinkSync(path);
    expect(await files.write(batchOf(['c']))).toMatchObject(WRITTEN);
    expect(contents()).toBe('c\n');
  });

  test('a pipe is refused, and not left open', async () => {
    mkdirSync(directory);
    const path = join(directory, fileName(0, DAY));
    execFileSync('mkfifo', [path]);
    expect(await files.write(batchOf(['a', 'b']))).toEqual({
      bytes: 0,
      parts: 1,
      lost: 2,
      torn: false,
      failure: { code: 'ENOTREG', path },
    });
    expect(descriptorsOf(path)).toEqual([]);
    expect(opened).toBe(0);
  });
});

describe('a file that can not be closed stops nothing', () => {
  const day = today();
  // Closed behind their back, closing says EBADF.
  const open = async (): Promise<void> => {
    await files.write(batchOf(['before'], { day }));
    const descriptors = descriptorsOf(join(directory, fileName(0, day)));
    expect(descriptors).toHaveLength(1);
    for (const descriptor of descriptors) closeSync(descriptor);
  };

  test('reopen', async () => {
    await open();
    await files.reopen();
    expect(await files.write(batchOf(['after'], { day }))).toMatchObject(WRITTEN);
    expect(contents(fileName(0, day))).toBe('before\nafter\n');
  });

  test('check', async () => {
    await open();
    unlinkSync(join(directory, fileName(0, day)));
    await files.check();
    expect(await files.write(batchOf(['after'], { day }))).toMatchObject(WRITTEN);
    expect(contents(fileName(0, day))).toBe('after\n');
  });

  test('close', async () => {
    await open();
    await files.close();
  });

  test('write, of another day', async () => {
    await open();
    expect(await files.write(batchOf(['after']))).toMatchObject(WRITTEN);
    expect(contents()).toBe('after\n');
  });
});
