import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proveDirectory } from './log-directory.ts';
import { walkTo, walkToLater } from './way.ts';

const isRoot = process.geteuid?.() === 0;
const OTHER = 12345;

let base = '';
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'httplog-way-')));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Makes a directory below the base. */
function make(name: string, mode = 0o755, owner = process.geteuid?.() ?? 0): string {
  const path = join(base, name);
  mkdirSync(path);
  chmodSync(path, mode);
  if (isRoot) chownSync(path, owner, owner);
  return path;
}
const code = (wanted: string, path: string): unknown => expect.objectContaining({ code: wanted, path });
/** Walks in both ways, which come to the same. */
async function walk(path: string): Promise<unknown> {
  let end: unknown;
  try {
    const { path: at, isThere } = walkTo(path);
    end = { path: at, isThere };
  } catch (error) {
    await expect(walkToLater(path)).rejects.toEqual(error);
    throw error;
  }
  expect(await walkToLater(path)).toMatchObject(end as object);
  return end;
}

describe('a walk', () => {
  test('ends in the directory, or in the lowest one that is there', async () => {
    const log = make('log');
    expect(await walk(log)).toEqual({ path: log, isThere: true });
    expect(await walk(`${log}//./x/../`)).toEqual({ path: log, isThere: true });
    expect(await walk(join(log, 'a/b'))).toEqual({ path: log, isThere: false });
    expect(await walk(relative(process.cwd(), log))).toEqual({ path: log, isThere: true });
    expect(await walk('/')).toEqual({ path: '/', isThere: true });
  });

  test('goes where links lead, as the kernel does', async () => {
    const log = make('log');
    make('log/deep');
    symlinkSync(log, join(base, 'absolute'));
    symlinkSync('absolute/deep/../../log/./deep', join(base, 'relative'));
    symlinkSync('relative', join(base, 'chain'));
    expect(await walk(join(base, 'chain'))).toEqual({ path: join(log, 'deep'), isThere: true });
    expect(await walk(join(base, 'absolute/new/x'))).toEqual({ path: log, isThere: false });
    expect(await walk(join(base, 'chain/..'))).toEqual({ path: base, isThere: true });
  });

  test.each(['', '/log', '/log/more'])('a link to nothing is told: LINK%s', async (behind) => {
    const link = join(base, 'link');
    symlinkSync('none/where', link);
    symlinkSync('link', join(base, 'chain'));
    await expect(walk(link + behind)).rejects.toEqual(code('EDANGLING', link));
    await expect(walk(join(base, 'chain') + behind)).rejects.toEqual(code('EDANGLING', link));
  });

  test('a link to itself, and a file on the way', async () => {
    symlinkSync('itself', join(base, 'itself'));
    await expect(walk(join(base, 'itself/log'))).rejects.toEqual(code('ELOOP', join(base, 'itself')));
    writeFileSync(join(base, 'file'), '');
    await expect(walk(join(base, 'file/log'))).rejects.toEqual(code('ENOTDIR', join(base, 'file/log')));
  });
});

describe('a directory above', () => {
  test.each([
    [0o755, true],
    [0o775, true],
    [0o1777, true],
    [0o757, false],
    [0o777, false],
  ])('of mode %o is a way: %j, whether the log directory is there or not', async (mode, fits) => {
    const above = make('above', mode);
    make('above/between');
    make('above/between/log');
    for (const path of ['between/log', 'between/new', 'new', 'new/log']) {
      const walked = walk(join(above, path));
      if (fits) await walked;
      else await expect(walked).rejects.toEqual(code('EWAY', above));
    }
  });
});

describe.skipIf(!isRoot)('what belongs to somebody else (skipped without root)', () => {
  test.each(['log', 'log/deep', 'log/new'])('in a directory that others may write is no way: %s', async (path) => {
    const above = make('above', 0o1777);
    const squatted = make('above/log', 0o755, OTHER);
    make('above/log/deep');
    await expect(walk(join(above, path))).rejects.toEqual(code('EOWNER', squatted));
    expect(() => proveDirectory(join(above, path), [])).toThrow(code('EOWNER', squatted));
  });

  test('nor is a link there, wherever it leads', async () => {
    const link = join(make('above', 0o1777), 'link');
    symlinkSync(make('log'), link);
    await walk(link);
    lchownSync(link, OTHER, OTHER);
    await expect(walk(link)).rejects.toEqual(code('EFOREIGN', link));
    // A link of the administrator to it does not help.
    symlinkSync('above/link', join(base, 'ours'));
    await expect(walk(join(base, 'ours'))).rejects.toEqual(code('EFOREIGN', link));
  });

  test('in a directory that only its owner may write is one: an administrator named it', async () => {
    const home = make('home', 0o755, OTHER);
    const log = make('home/log', 0o750, OTHER);
    expect(await walk(log)).toEqual({ path: log, isThere: true });
    expect(await walk(join(home, 'new'))).toEqual({ path: home, isThere: false });
    proveDirectory(log, []);
  });

  test('of the user that httplog becomes is one', async () => {
    chmodSync(base, 0o755);
    make('above', 0o1777);
    const log = make('above/log', 0o755, OTHER);
    expect(() => walkTo(log)).toThrow(code('EOWNER', log));
    process.seteuid?.(OTHER);
    try {
      expect(walkTo(log).path).toBe(log);
      proveDirectory(log, []);
    } finally {
      process.seteuid?.(0);
    }
  });
});
