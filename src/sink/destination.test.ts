import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { batchOf } from '../../test/support/batches.ts';
import { utf8 } from '../../test/support/bytes.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { type Batch, codeOf, type Progress, writeBatch } from './destination.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-destination-'));
const disk = smallDisk('batches on a full disk', 256);
afterAll(() => {
  rmSync(directory, { recursive: true });
  disk?.unmount();
});
let files = 0;

/** Writes to a new file; what came back, and what stands in it. */
async function write(batch: Pick<Batch, 'parts'>, where = directory): Promise<[result: Progress, text: string]> {
  const path = join(where, `file${files++}`);
  const descriptor = openSync(path, 'a');
  try {
    const result = await writeBatch(descriptor, batch, path);
    return [result, readFileSync(path, 'utf8')];
  } finally {
    closeSync(descriptor);
  }
}

test('a batch is written, all its parts in their order', async () => {
  const parts = ['first\nsecond\n', 'third\n', 'fourth\n'].map(utf8);
  expect(await write({ parts })).toEqual([
    { bytes: 26, lost: 0, failure: undefined, left: [] },
    'first\nsecond\nthird\nfourth\n',
  ]);
});

test('nothing to write', async () => {
  expect(await write({ parts: [] })).toEqual([{ bytes: 0, lost: 0, failure: undefined, left: [] }, '']);
});

test('shared memory is written from as it stands', async () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(6));
  bytes.set(Buffer.from('shared'));
  expect((await write({ parts: [bytes] }))[1]).toBe('shared');
});

describe('a write that fails', () => {
  test('loses all lines, and is not tried again', async () => {
    const batch = { parts: [...batchOf(['first', 'second']).parts, ...batchOf(['third']).parts] };
    const result = await writeBatch(openSync('/dev/full', 'w'), batch, 'a path');
    expect(result).toEqual({
      bytes: 0,
      lost: 3,
      failure: { code: 'ENOSPC', path: 'a path' },
      left: batch.parts,
    });
  });

  test.skipIf(disk === undefined)(
    'in the middle: lines that are not there whole are lost, whichever part they end',
    async () => {
      const line = `${'x'.repeat(99)}\n`;
      const parts = Array.from({ length: 8 }, (_, i) => utf8(line.repeat(700 + i)));
      const [{ bytes, lost, failure, left }, text] = await write({ parts }, disk?.path);
      expect(failure?.code).toBe('ENOSPC');
      expect(bytes).toBe(text.length);
      expect(bytes).toBeGreaterThan(10_000);
      const all = parts.reduce((sum, part) => sum + part.length, 0);
      expect(left.reduce((sum, part) => sum + part.length, 0)).toBe(all - bytes);
      expect(lost).toBe(all / 100 - Math.floor(bytes / 100));
    },
  );

  test('is tried again where that is said, by its code', async () => {
    const codes: string[] = [];
    const result = await writeBatch(
      openSync('/dev/full', 'w'),
      batchOf(['first']),
      'a path',
      async (code) => codes.push(code) < 3,
    );
    expect(codes).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC']);
    expect(result.lost).toBe(1);
  });

  test('of a descriptor that is not open', async () => {
    expect((await writeBatch(9999, batchOf(['a']), 'p')).failure).toEqual({ code: 'EBADF', path: 'p' });
  });
});

test('the code of an error, or what was thrown', () => {
  expect(codeOf(Object.assign(new Error('no'), { code: 'EIO' }))).toBe('EIO');
  expect(codeOf('why')).toBe('why');
});
