import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { batchOf } from '../../test/support/batches.ts';
import { codeOf, linesBehind, writeBatch } from './destination.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-destination-'));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;

/** Writes to a new file; what came back, and what stands in it. */
function write(batch: ReturnType<typeof batchOf>): [result: ReturnType<typeof writeBatch>, text: string] {
  const path = join(directory, `file${files++}`);
  const descriptor = openSync(path, 'a');
  try {
    return [writeBatch(descriptor, batch, path), readFileSync(path, 'utf8')];
  } finally {
    closeSync(descriptor);
  }
}

test('lines behind a number of bytes: those whose LF is not among them', () => {
  const batch = batchOf(['ab', '', 'cde']);
  expect(batch.bytes).toHaveLength(8);
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((bytes) => linesBehind(batch, bytes))).toEqual([3, 3, 3, 2, 1, 1, 1, 1, 0]);
});

test('a batch is written from its beginning, and noted', () => {
  const batch = batchOf(['first', 'second']);
  expect(write(batch)).toEqual([{ bytes: 13, lost: 0, failure: undefined }, 'first\nsecond\n']);
  expect(batch.notes).toEqual([13]);
});

test('what a writer before has written is not written again', () => {
  const batch = batchOf(['first', 'second'], { written: 8 });
  expect(write(batch)).toEqual([{ bytes: 5, lost: 0, failure: undefined }, 'cond\n']);
  expect(batch.notes).toEqual([13]);
  const whole = batchOf(['first'], { written: 6 });
  expect(write(whole)).toEqual([{ bytes: 0, lost: 0, failure: undefined }, '']);
});

test('shared memory is written from as it stands', () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(6));
  bytes.set(Buffer.from('shared'));
  expect(write({ ...batchOf([]), lines: 1, bytes, notes: [] })[1]).toBe('shared');
});

describe('a write that fails', () => {
  test('loses all lines that are not there whole, and is not tried again', () => {
    const batch = batchOf(['first', 'second', 'third'], { written: 8 });
    const result = writeBatch(openSync('/dev/full', 'w'), batch, 'a path');
    expect(result).toEqual({ bytes: 0, lost: 2, failure: { code: 'ENOSPC', path: 'a path' } });
    expect(batch.notes).toEqual([]);
  });

  test('is tried again where that is said, by its code', () => {
    const codes: string[] = [];
    const result = writeBatch(openSync('/dev/full', 'w'), batchOf(['first']), 'a path', (code) => codes.push(code) < 3);
    expect(codes).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC']);
    expect(result.lost).toBe(1);
  });

  test('of a descriptor that is not open', () => {
    expect(writeBatch(9999, batchOf(['a']), 'p').failure).toEqual({ code: 'EBADF', path: 'p' });
  });
});

test('the code of an error, or what was thrown', () => {
  expect(codeOf(Object.assign(new Error('no'), { code: 'EIO' }))).toBe('EIO');
  expect(codeOf('why')).toBe('why');
});
