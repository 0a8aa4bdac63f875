import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { batchOf } from '../../test/support/batches.ts';
import { utf8 } from '../../test/support/bytes.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { codeOf, linesIn, lostFirst, type Written, writeParts } from './destination.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-destination-'));
const disk = smallDisk('batches on a full disk', 256);
afterAll(() => {
  rmSync(directory, { recursive: true });
  disk?.unmount();
});
let files = 0;

/** Writes to a new file; what came back, and what stands in it. */
async function write(parts: readonly Uint8Array[], where = directory): Promise<[result: Written, text: string]> {
  const path = join(where, `file${files++}`);
  const descriptor = openSync(path, 'a');
  try {
    const result = await writeParts(descriptor, parts, path);
    return [result, readFileSync(path, 'utf8')];
  } finally {
    closeSync(descriptor);
  }
}

test('a batch is written, all its parts in their order', async () => {
  const parts = ['first\nsecond\n', 'third\n', 'fourth\n'].map(utf8);
  expect(await write(parts)).toEqual([
    { bytes: 26, parts: 3, lost: 0, torn: false, failure: undefined },
    'first\nsecond\nthird\nfourth\n',
  ]);
});

test('nothing to write', async () => {
  expect(await write([])).toEqual([{ bytes: 0, parts: 0, lost: 0, torn: false, failure: undefined }, '']);
});

test('shared memory is written from as it stands', async () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(6));
  bytes.set(Buffer.from('shared'));
  expect((await write([bytes]))[1]).toBe('shared');
});

describe('a write that fails', () => {
  test('loses the part that was to be written, and that is not tried again', async () => {
    const parts = [...batchOf(['first', 'second']).parts, ...batchOf(['third']).parts];
    const result = await writeParts(openSync('/dev/full', 'w'), parts, 'a path');
    const failure = { code: 'ENOSPC', path: 'a path' };
    expect(result).toEqual({ bytes: 0, parts: 1, lost: 2, torn: false, failure });
    expect(lostFirst({ split: 0, day: 0, parts }, failure)).toEqual(result);
  });

  test.skipIf(disk === undefined)(
    'in the middle: of the part at which it failed the lines that are not there whole are lost',
    async () => {
      const line = `${'x'.repeat(99)}\n`;
      const parts = Array.from({ length: 8 }, (_, i) => utf8(line.repeat(700 + i)));
      const [{ bytes, parts: done, lost, torn, failure }, text] = await write(parts, disk?.path);
      expect(failure?.code).toBe('ENOSPC');
      expect(bytes).toBe(text.length);
      expect(bytes).toBeGreaterThan(10_000);
      const through = parts.slice(0, done);
      const before = through.slice(0, -1).reduce((sum, part) => sum + part.length, 0);
      expect(bytes).toBeGreaterThanOrEqual(before);
      expect(bytes).toBeLessThan(before + (through.at(-1)?.length ?? 0));
      expect(lost).toBe(linesIn(through) - Math.floor(bytes / 100));
      expect(torn).toBe(bytes % 100 !== 0);
    },
  );

  test('is tried again where that is said, by its code', async () => {
    const codes: string[] = [];
    const result = await writeParts(
      openSync('/dev/full', 'w'),
      batchOf(['first']).parts,
      'a path',
      async (code) => codes.push(code) < 3,
    );
    expect(codes).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC']);
    expect(result.lost).toBe(1);
  });

  test('of a descriptor that is not open', async () => {
    expect((await writeParts(9999, batchOf(['a']).parts, 'p')).failure).toEqual({ code: 'EBADF', path: 'p' });
  });
});

test('the code of an error, or what was thrown', () => {
  expect(codeOf(Object.assign(new Error('no'), { code: 'EIO' }))).toBe('EIO');
  expect(codeOf('why')).toBe('why');
});
