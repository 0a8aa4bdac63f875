import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { whyNoTool } from '../../test/support/live/network.ts';
import { HAS_ZSTD, type PackingName } from './old-files.ts';
import { PACKINGS } from './packing.ts';

const TIME = Date.UTC(2026, 10, 23, 10, 20, 30);

function packed(name: PackingName, bytes: Uint8Array): Buffer {
  const { partBytes, open } = PACKINGS[name];
  const packer = open('http-20261123.log', TIME);
  const parts = [packer.begin()];
  for (let at = 0; at < bytes.length; at += partBytes) parts.push(packer.pack(bytes.subarray(at, at + partBytes)));
  return Buffer.concat([...parts, packer.end()]);
}

const PART = PACKINGS.gzip.partBytes;
const text = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `line ${n} GET /items/${n % 97}\n`).join(''));
const INPUTS: readonly [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['text', text],
  ['noise', randomBytes(3 * PART + 1)],
  ['whole parts', Buffer.alloc(2 * PART, 'ab\n')],
];

describe('gzip', () => {
  test.each(INPUTS)('%s', (_name, bytes) => {
    const file = packed('gzip', bytes);
    expect(gunzipSync(file).equals(bytes)).toBe(true);
    const tool = spawnSync('gzip', ['-dc'], { input: Buffer.concat([file, file]), maxBuffer: 1e8 });
    expect([tool.status, tool.stderr.toString()]).toEqual([0, '']);
    expect(tool.stdout.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  test('parts know what was before them: as small as gzip makes it', () => {
    const tool = spawnSync('gzip', ['-c'], { input: text, maxBuffer: 1e8 });
    expect(packed('gzip', text).length).toBeLessThan(tool.stdout.length * 1.02);
  });

  test('the name and the time for those who unpack it', () => {
    const file = packed('gzip', text);
    expect(file.subarray(10, 28).toString()).toBe('http-20261123.log\0');
    expect(file.readUInt32LE(4)).toBe(TIME / 1000);
  });
});

const noZstd = HAS_ZSTD ? whyNoTool('zstd') : 'this Node.js has no zstd';
if (noZstd !== undefined) console.warn(`skipped: packing with zstd: ${noZstd}`);

describe.skipIf(noZstd !== undefined)('zstd', () => {
  test.each(INPUTS)('%s', (_name, bytes) => {
    const file = packed('zstd', bytes);
    const tool = spawnSync('zstd', ['-dc'], { input: Buffer.concat([file, file]), maxBuffer: 1e8 });
    expect([tool.status, tool.stderr.toString()]).toEqual([0, '']);
    expect(tool.stdout.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });
});
