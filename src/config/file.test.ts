import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFile, findTrustedFile, LARGEST } from './file.ts';

const user = process.geteuid?.() ?? -1;
let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-file-'));
  path = join(directory, 'httplog.conf');
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (content: string | Uint8Array, mode = 0o644) => {
  writeFileSync(path, content);
  chmodSync(path, mode);
};

describe('findFile', () => {
  test('a file', () => {
    write('A=1\n');
    expect(findFile(path)).toEqual({ text: 'A=1\n' });
  });
  test('through a link, and writable by all: who names it trusts it', () => {
    write('A=1\n', 0o666);
    symlinkSync(path, join(directory, 'link'));
    expect(findFile(join(directory, 'link'))).toEqual({ text: 'A=1\n' });
  });
  test('nothing there', () => expect(findFile(path)).toEqual({ absent: true }));
  test('/dev/null is the empty file', () => expect(findFile('/dev/null')).toEqual({ text: '' }));
  test('exactly 64 KB, and a byte more', () => {
    write('#'.repeat(LARGEST));
    expect(findFile(path)).toEqual({ text: '#'.repeat(65536) });
    write('#'.repeat(LARGEST + 1));
    expect(findFile(path)).toEqual({ error: 'it has more than 65536 bytes' });
  });
  test('a byte order mark is not swallowed', () => {
    write('\ufeffA=1');
    expect(findFile(path)).toEqual({ text: '\ufeffA=1' });
  });
  test.each([
    ['a directory', () => directory, 'it is a directory'],
    ['a device', () => '/dev/zero', 'it is not a regular file'],
    ['a part of the path is a file', () => join(path, 'x'), 'a part of its path is no directory'],
    ['a long name', () => join(directory, 'x'.repeat(300)), 'its name is too long'],
    ['not UTF-8', () => path, 'it is not UTF-8 text'],
  ])('%s', (_, name, error) => {
    write(new Uint8Array([0x41, 0x3d, 0xff]));
    expect(findFile(name())).toEqual({ error });
  });
  test('a link in a circle', () => {
    symlinkSync('httplog.conf', path);
    expect(findFile(path)).toEqual({ error: 'it is a symbolic link that leads nowhere' });
  });
  test('a FIFO does not block', () => {
    expect(spawnSync('sh', ['-c', 'mkfifo "$0"', path]).status).toBe(0);
    expect(findFile(path)).toEqual({ error: 'it is not a regular file' });
  });
  test.skipIf(user === 0)('no permission (skipped as root, who may read all)', () => {
    write('', 0o000);
    expect(findFile(path)).toEqual({ error: 'permission denied; run httplog as root or make the file readable' });
  });
});

describe('findTrustedFile', () => {
  test.each([0o600, 0o644, 0o640, 0o755])('own file, mode %o', (mode) => {
    write('A=1', mode);
    expect(findTrustedFile(path, user)).toEqual({ text: 'A=1' });
  });
  test.each([0o664, 0o646, 0o666, 0o622])('others may write it, mode %o', (mode) => {
    write('A=1', mode);
    expect(findTrustedFile(path, user)).toEqual({ distrusted: 'others than its owner may write it (chmod go-w)' });
  });
  test('nothing there', () => expect(findTrustedFile(path, user)).toEqual({ absent: true }));
  test('a link is not followed', () => {
    writeFileSync(join(directory, 'real'), 'A=1', { mode: 0o600 });
    symlinkSync('real', path);
    expect(findTrustedFile(path, user)).toEqual({ distrusted: 'it is a symbolic link' });
  });
  test('a directory', () => {
    mkdirSync(path, { mode: 0o755 });
    expect(findTrustedFile(path, user)).toEqual({ error: 'it is a directory' });
  });
  test.skipIf(user !== 0)('somebody else owns it (skipped without root, who alone can give files away)', () => {
    write('A=1');
    chownSync(path, 12345, 12345);
    const distrusted = 'it belongs to user id 12345, not to root or the running user';
    expect(findTrustedFile(path, 0)).toEqual({ distrusted });
    expect(findTrustedFile(path, 12345)).toEqual({ text: 'A=1' });
  });
  test.skipIf(user !== 0)('root owns it, another user runs (skipped without root)', () => {
    write('A=1');
    expect(findTrustedFile(path, 12345)).toEqual({ text: 'A=1' });
  });
});
