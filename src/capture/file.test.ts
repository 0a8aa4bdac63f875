import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type CaptureFile, openPath, readCaptureFile, sizeOf } from './file.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-file-'));
afterAll(() => rmSync(directory, { recursive: true }));
const never = (): boolean => false;
const MEGABYTE = 1048576;
let files = 0;
let descriptors: number[] = [];
let child: ChildProcess | undefined;
afterEach(() => {
  for (const descriptor of descriptors) closeSync(descriptor);
  descriptors = [];
  child?.kill('SIGKILL');
});

function open(path: string): number {
  const descriptor = openPath(path);
  descriptors.push(descriptor);
  return descriptor;
}

function fileOf(bytes: Uint8Array): number {
  const path = join(directory, `file${files++}`);
  writeFileSync(path, bytes);
  return open(path);
}

/** Reads to the end, into room of this many bytes. */
async function readAll(file: CaptureFile, room = 1 << 20): Promise<Buffer> {
  const parts: Buffer[] = [];
  const into = new Uint8Array(room);
  for (let count = await file.read(into); count > 0; count = await file.read(into)) {
    parts.push(Buffer.from(into.slice(0, count)));
  }
  return Buffer.concat(parts);
}

const text = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => Math.imul(i * i + 7, 2654435761) >>> 24));

describe('a file', () => {
  test.each([0, 1, 2, 3, 1000, MEGABYTE + 5])('of %i bytes', async (length) => {
    const bytes = text(length);
    const file = readCaptureFile(fileOf(bytes), never);
    expect(file.growing).toBe(false);
    expect((await readAll(file)).equals(bytes)).toBe(true);
    expect(file.position()).toBe(length);
    expect(await file.read(new Uint8Array(10))).toBe(0);
  });

  test('in small pieces', async () => {
    const file = readCaptureFile(fileOf(text(1000)), never);
    expect((await readAll(file, 3)).equals(text(1000))).toBe(true);
  });

  test('into shared memory', async () => {
    const into = new Uint8Array(new SharedArrayBuffer(10));
    const file = readCaptureFile(fileOf(Buffer.from('abcdef')), never);
    expect(await file.read(into.subarray(0, 4))).toBe(4);
    expect(await file.read(into.subarray(4))).toBe(2);
    expect(Buffer.from(into).toString()).toBe('abcdef\0\0\0\0');
  });

  test('its size, which a pipe has not', () => {
    expect(sizeOf(fileOf(text(77)))).toBe(77);
    expect(sizeOf(open('/dev/null'))).toBe(0);
  });

  test('one that is not there, or a directory, is an error', () => {
    expect(() => openPath(join(directory, 'none'))).toThrow(/none/);
    expect(() => openPath(directory)).toThrow(/is a directory/);
    expect(openPath('-')).toBe(0);
  });
});

describe('gzip', () => {
  test.each([0, 1, 1000, 3 * MEGABYTE])('of %i bytes', async (length) => {
    const packed = gzipSync(text(length));
    const file = readCaptureFile(fileOf(packed), never);
    expect((await readAll(file)).equals(text(length))).toBe(true);
    expect(file.position()).toBe(packed.length);
    expect(file.growing).toBe(false);
  });

  test('of several members, in small pieces', async () => {
    const packed = Buffer.concat([gzipSync('first '), gzipSync(''), gzipSync('second')]);
    const file = readCaptureFile(fileOf(packed), never);
    expect((await readAll(file, 4)).toString()).toBe('first second');
  });

  test('cut off: what stands before, then the error', async () => {
    const whole = text(200_000);
    const packed = gzipSync(whole);
    const file = readCaptureFile(fileOf(packed.subarray(0, packed.length / 2)), never);
    const into = new Uint8Array(MEGABYTE);
    let read = 0;
    await expect(
      (async () => {
        for (let count = await file.read(into); count > 0; count = await file.read(into)) {
          expect(Buffer.from(into.slice(0, count)).equals(whole.subarray(read, read + count))).toBe(true);
          read += count;
        }
      })(),
    ).rejects.toThrow('unexpected end of file');
    // Random bytes can not be packed: what was there of them is half of all, but for what the unpacking holds back.
    expect(read).toBeGreaterThan(whole.length / 2 - 70_000);
    expect(read).toBeLessThan(whole.length);
  });

  test('broken', async () => {
    const packed = gzipSync('x'.repeat(1000));
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 0xff;
    const file = readCaptureFile(fileOf(packed), never);
    await expect(readAll(file)).rejects.toThrow('incorrect data check');
    const none = readCaptureFile(fileOf(Buffer.from('\x1f\x8bnothing that is packed', 'latin1')), never);
    await expect(readAll(none)).rejects.toThrow(/unknown compression method/);
  });
});

describe('a pipe', () => {
  /** The reading end of a pipe into which a shell writes. */
  function pipeFrom(script: string): number {
    const path = join(directory, `pipe${files++}`);
    execFileSync('mkfifo', [path]);
    child = spawn('sh', ['-c', `exec >"${path}"; ${script}`], { stdio: 'ignore' });
    const descriptor = openSync(path, 'r');
    descriptors.push(descriptor);
    return descriptor;
  }

  test('gives what has come, and waits for more', async () => {
    const file = readCaptureFile(pipeFrom('printf a; sleep 0.2; printf bcd; sleep 0.9; printf ef'), never);
    expect(file.growing).toBe(true);
    const into = new Uint8Array(100);
    const parts: string[] = [];
    for (let count = await file.read(into); count > 0; count = await file.read(into)) {
      parts.push(Buffer.from(into.slice(0, count)).toString());
    }
    expect(parts.join('')).toBe('abcdef');
    expect(parts.at(-1)).toBe('ef');
    expect(file.position()).toBe(6);
  });

  test('that ends without a byte', async () => {
    const file = readCaptureFile(pipeFrom('true'), never);
    expect(await file.read(new Uint8Array(10))).toBe(0);
  });

  test('unpacks what has come', async () => {
    const packed = join(directory, 'packed.gz');
    writeFileSync(packed, gzipSync('first\n'));
    const file = readCaptureFile(pipeFrom(`cat "${packed}"; sleep 0.3; cat "${packed}"`), never);
    expect((await readAll(file)).toString()).toBe('first\nfirst\n');
    expect(file.position()).toBe(2 * readFileSync(packed).length);
  });

  test('on which nothing comes is given up when the run ends', async () => {
    let asked = 0;
    const begin = performance.now();
    const file = readCaptureFile(pipeFrom('printf abc; exec sleep 30'), () => ++asked >= 2);
    const into = new Uint8Array(10);
    expect([await file.read(into), await file.read(into)]).toEqual([3, 0]);
    expect(asked).toBe(2);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});

test('of a beginning that may be gzip no more is read than is unpacked at a time', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'httplog-'));
  const path = join(directory, 'long');
  writeFileSync(path, new Uint8Array(200_000));
  const descriptor = openPath(path);
  const file = readCaptureFile(descriptor, () => false);
  const into = new Uint8Array(1048576);
  expect([await file.read(into), await file.read(into), await file.read(into)]).toEqual([65536, 134464, 0]);
  closeSync(descriptor);
  rmSync(directory, { recursive: true });
});
