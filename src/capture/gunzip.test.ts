import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gunzip, type Read } from './gunzip.ts';

/** A source that gives `most` bytes at a time. */
function source(bytes: Uint8Array, most: number): Read {
  let at = 0;
  return async (into) => {
    const part = bytes.subarray(at, at + Math.min(most, into.length));
    into.set(part);
    at += part.length;
    return part.length;
  };
}

/** All that can be unpacked, and the code of the error that ended it. */
async function all(packed: Uint8Array, most = 1000, room = 700): Promise<{ bytes: Buffer; code: string | undefined }> {
  const read = gunzip(packed.subarray(0, 2), source(packed.subarray(2), most));
  const parts: Uint8Array[] = [];
  try {
    for (;;) {
      const into = new Uint8Array(room);
      const count = await read(into);
      if (count === 0) return { bytes: Buffer.concat(parts), code: undefined };
      parts.push(into.subarray(0, count));
    }
  } catch (error) {
    return { bytes: Buffer.concat(parts), code: String((error as NodeJS.ErrnoException).code) };
  }
}

const plain = randomBytes(100_000);

test.each([
  [7, 700],
  [1000, 1],
  [65_536, 1_048_576],
])('whole, %i packed bytes at a time into room for %i', async (most, room) => {
  const part = plain.subarray(0, 20_000);
  expect(await all(gzipSync(part), most, room)).toEqual({ bytes: Buffer.from(part), code: undefined });
});

test('several members are one file', async () => {
  const packed = Buffer.concat([gzipSync(plain.subarray(0, 300)), gzipSync(''), gzipSync(plain.subarray(300))]);
  expect(await all(packed)).toEqual({ bytes: plain, code: undefined });
});

test('where it breaks off or is wrong, what stands before comes first, then the error', async () => {
  const packed = gzipSync(plain, { level: 0 });
  const short = await all(packed.subarray(0, packed.length - 5000));
  expect(short.code).toBe('Z_BUF_ERROR');
  expect(short.bytes.length).toBeGreaterThan(plain.length - 5100);
  expect(short.bytes.equals(plain.subarray(0, short.bytes.length))).toBe(true);
  const trailer = await all(packed.subarray(0, packed.length - 4));
  expect(trailer).toEqual({ bytes: plain, code: 'Z_BUF_ERROR' });
  const wrong = Buffer.from(packed);
  wrong.fill(0xff, wrong.length - 8);
  const { bytes, code } = await all(wrong);
  expect(code).toBe('Z_DATA_ERROR');
  expect(bytes.length).toBeGreaterThan(plain.length - 1100);
  expect(bytes.equals(plain.subarray(0, bytes.length))).toBe(true);
});

test('nothing but the first two bytes', async () => {
  expect(await all(gzipSync('').subarray(0, 2))).toEqual({ bytes: Buffer.alloc(0), code: 'Z_BUF_ERROR' });
});

test('a thousand times more than it looks', async () => {
  const zeros = Buffer.alloc(50_000_000);
  const { bytes, code } = await all(gzipSync(zeros), 65_536, 1_048_576);
  expect({ length: bytes.length, code }).toEqual({ length: zeros.length, code: undefined });
});
