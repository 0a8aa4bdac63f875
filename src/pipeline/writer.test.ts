import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AREA_FREE, AREA_FULL, AREA_STATE, AREA_STRIDE } from '../../layout/areas.ts';
import {
  COUNTER_BYTES_WRITTEN,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_WRITES_FAILED,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_WRITES,
} from '../../layout/counters.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { TYPE_CQ, TYPE_CR } from '../../layout/types.ts';
import { putArea } from '../../test/support/areas.ts';
import { batchOf } from '../../test/support/batches.ts';
import { asLatin1, join as joinBytes } from '../../test/support/bytes.ts';
import { openDailyFiles } from '../sink/daily-file.ts';
import { type Batch, type Destination, linesIn, type Written } from '../sink/destination.ts';
import { fileName } from '../sink/log-file.ts';
import { fullAreas } from './areas.ts';
import { dataOf, makeMemory } from './memory.ts';
import { type Counters, makeCounters, total } from './statistics.ts';
import { openWriter, type WriterEvent } from './writer.ts';

const DAY = 20190901;

let directory = '';
let counters: Counters;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-writer-'));
  counters = makeCounters();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const counted = (counter: number): number => total([counters], counter);
const contents = (split: number, day: number = DAY): string =>
  readFileSync(join(directory, fileName(split, day)), 'utf8');

/** Makes an area full of a batch; `nth` is which was handed over. */
function fill(memory: WebAssembly.Memory, number: number, { split, day, parts }: Batch, nth: number): void {
  const contents = { split, day, lines: linesIn(parts), bytes: joinBytes(...parts) };
  putArea(memory, number, { state: AREA_FULL, sequence: nth, ...contents });
  new Int32Array(memory.buffer)[PLACE_AREA_SEQUENCE / 4] = nth;
}

function isFree(memory: WebAssembly.Memory, number: number): boolean {
  return dataOf(memory, REGION_AREAS).getInt32(number * AREA_STRIDE + AREA_STATE, true) === AREA_FREE;
}

/** A memory whose areas are full of these batches, handed over in this order. */
function memoryOf(batches: readonly Batch[], areas: number = batches.length): WebAssembly.Memory {
  const memory = makeMemory({ ring: 0, input: 0, areas, filters: 0 });
  batches.forEach((batch, number) => {
    fill(memory, number, batch, number + 1);
  });
  return memory;
}

/** A destination whose writes end when told. */
function slowDestination(): Destination & {
  done: string[];
  calls: string[];
  finish(written?: Partial<Written>): void;
} {
  const calls: string[] = [];
  const done: string[] = [];
  let finish: (written: Partial<Written>) => void = () => {};
  const called = async (name: string): Promise<void> => void calls.push(name);
  return {
    calls,
    done,
    write: ({ parts }) => {
      calls.push(
        `write ${asLatin1(joinBytes(...parts))
          .trim()
          .replaceAll('\n', ',')}`,
      );
      return new Promise((resolve) => {
        finish = (written) =>
          resolve({ bytes: 0, parts: parts.length, lost: 0, torn: false, failure: undefined, ...written });
      });
    },
    finish: (written = {}) => finish(written),
    reopen: () => called('reopen'),
    check: () => called('check'),
    close: () => called('close'),
  };
}

/** Lets what waits go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Has all areas written to daily files; what was told. */
async function write(...memories: WebAssembly.Memory[]): Promise<WriterEvent[]> {
  const told: WriterEvent[] = [];
  const files = openDailyFiles(directory, () => {});
  const writer = openWriter(memories, files, counters, (event) => told.push(event));
  await writer.idle();
  await files.close();
  expect(memories.flatMap(fullAreas)).toEqual([]);
  return told;
}

test('failing is told of each split by itself, and what it lost', async () => {
  const path = join(directory, fileName(TYPE_CQ, DAY));
  mkdirSync(path);
  const bad = batchOf(['a', 'b'], { split: TYPE_CQ, day: DAY });
  const good = batchOf(['c'], { split: TYPE_CR, day: DAY });
  const mended = batchOf(['d'], { split: TYPE_CQ, day: DAY + 1 });
  expect(await write(memoryOf([bad, good, bad, good, mended, good]))).toEqual([
    { kind: 'failed', code: 'EISDIR', path },
    { kind: 'resumed', lost: 4 },
  ]);
  expect([contents(TYPE_CR), contents(TYPE_CQ, DAY + 1)]).toEqual(['c\nc\nc\n', 'd\n']);
  const numbers = [COUNTER_LINES_WRITTEN, COUNTER_LINES_NOT_WRITTEN, COUNTER_WRITES_FAILED, COUNTER_BYTES_WRITTEN].map(
    counted,
  );
  expect(numbers).toEqual([4, 4, 2, 8]);
});

test('areas of one file are one write, of all memories, each in its order', async () => {
  const other = batchOf(['other'], { day: DAY + 1 });
  const slow = slowDestination();
  const memories = [memoryOf([batchOf(['one']), other, batchOf(['two'])]), memoryOf([batchOf(['three'])])];
  const writer = openWriter(memories, slow, counters, () => {});
  writer.wake();
  slow.finish();
  await settle();
  slow.finish();
  await writer.idle();
  expect(slow.calls).toEqual(['write one,two,three', 'write other']);
});

test('one write at a time; what becomes full meanwhile follows, and files are opened anew in between', async () => {
  const slow = slowDestination();
  const memory = memoryOf([batchOf(['one'])], 3);
  const writer = openWriter([memory], slow, counters, () => {});
  writer.wake();
  fill(memory, 1, batchOf(['two']), 2);
  writer.wake();
  writer.reopen();
  writer.check();
  writer.check();
  await settle();
  expect(slow.calls).toEqual(['write one']);
  slow.finish();
  await settle();
  expect(slow.calls).toEqual(['write one', 'reopen', 'check', 'write two']);
  slow.finish();
  await writer.idle();
  writer.reopen();
  expect(slow.calls.at(-1)).toBe('reopen');
  expect(fullAreas(memory)).toEqual([]);
});

test('who waits for a free area is woken by each, and at once where none is being written', async () => {
  const slow = slowDestination();
  const memory = memoryOf([batchOf(['one']), batchOf(['two'], { split: TYPE_CQ })]);
  const writer = openWriter([memory], slow, counters, () => {});
  const free: number[] = [];
  const wait = (): Promise<void> => writer.freed().then(() => void free.push(2 - fullAreas(memory).length));
  void wait();
  await settle();
  expect(free).toEqual([]);
  slow.finish();
  await settle();
  expect(free).toEqual([1]);
  void wait();
  slow.finish();
  await settle();
  expect(free).toEqual([1, 2]);
  await wait();
  expect(free).toEqual([1, 2, 2]);
});

test('a destination that breaks its word is told', async () => {
  const broken = { ...slowDestination(), write: () => Promise.reject(new Error('a bug')) };
  const writer = openWriter([memoryOf([batchOf(['one'])])], broken, counters, () => {});
  writer.wake();
  await expect(writer.broken).rejects.toThrow('a bug');
});

test('a write that fails loses the area at which it failed, and those behind it are tried', async () => {
  const slow = slowDestination();
  const writer = openWriter(
    [memoryOf([batchOf(['one']), batchOf(['two']), batchOf(['three'])])],
    slow,
    counters,
    () => {},
  );
  writer.wake();
  slow.finish({ parts: 2, lost: 1, failure: { code: 'EIO', path: 'p' } });
  await settle();
  slow.finish();
  await writer.idle();
  expect(slow.calls).toEqual(['write one,two,three', 'write three']);
  expect([COUNTER_LINES_WRITTEN, COUNTER_LINES_NOT_WRITTEN, COUNTER_WRITES_FAILED].map(counted)).toEqual([2, 1, 1]);
});

test('most of the pool never waits for one write', async () => {
  const slow = slowDestination();
  const memory = memoryOf(Array.from({ length: 24 }, (_, i) => batchOf([String(i)])));
  const writer = openWriter([memory], slow, counters, () => {});
  const full: number[] = [];
  for (writer.wake(); fullAreas(memory).length > 0; await settle()) {
    full.push(fullAreas(memory).length);
    slow.finish();
  }
  expect(full).toEqual([24, 16, 8]);
  expect(slow.calls[1]).toBe('write 8,9,10,11,12,13,14,15');
});

test('no memory waits behind one that is never empty', async () => {
  const slow = slowDestination();
  const busy = memoryOf(Array.from({ length: 16 }, () => batchOf(['busy'])));
  const other = memoryOf([batchOf(['other'], { split: TYPE_CQ })]);
  const writer = openWriter([busy, other], slow, counters, () => {});
  writer.wake();
  for (let nth = 17; nth < 65 && fullAreas(other).length > 0; ) {
    slow.finish();
    await settle();
    // Eight areas are being written, and the eight that were are full again.
    const free = Array.from({ length: 16 }, (_, number) => number).filter((number) => isFree(busy, number));
    for (const number of free) fill(busy, number, batchOf(['busy']), nth++);
  }
  expect(slow.calls).toContain('write other');
});

test('what writing suffers from: a write that does not end, and writes that fail until one succeeds', async () => {
  const slow = slowDestination();
  const memory = memoryOf([batchOf(['one']), batchOf(['two'], { day: DAY + 1 })]);
  const writer = openWriter([memory], slow, counters, () => {});
  expect(writer.trouble()).toBeUndefined();
  writer.wake();
  const trouble = writer.trouble();
  expect(trouble).toMatchObject({ kind: 'writing' });
  expect(trouble?.kind === 'writing' && trouble.milliseconds).toBeGreaterThanOrEqual(0);
  slow.finish({ lost: 1, failure: { code: 'EIO', path: '/p' } });
  await settle();
  expect(writer.trouble()).toEqual({ kind: 'failed', code: 'EIO', path: '/p' });
  slow.finish();
  await writer.idle();
  expect(writer.trouble()).toBeUndefined();
});

test('how long writes took is counted', async () => {
  await write(memoryOf([batchOf(['one']), batchOf(['two'], { day: DAY + 1 })]));
  const buckets = Array.from({ length: HISTOGRAM_BUCKETS }, (_, i) => counted(HISTOGRAM_WRITES + i));
  expect(buckets.reduce((sum, times) => sum + times)).toBe(2);
  expect(counted(HISTOGRAM_WRITES + HISTOGRAM_BUCKETS)).toBeGreaterThan(1000);
});
