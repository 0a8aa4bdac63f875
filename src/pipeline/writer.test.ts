import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AREA_FULL } from '../../layout/areas.ts';
import {
  COUNTER_BYTES_WRITTEN,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_WRITES_FAILED,
} from '../../layout/counters.ts';
import { PLACE_AREA_SEQUENCE } from '../../layout/directory.ts';
import { TYPE_CQ, TYPE_CR } from '../../layout/types.ts';
import { putArea } from '../../test/support/areas.ts';
import { batchOf } from '../../test/support/batches.ts';
import { asLatin1, join as joinBytes } from '../../test/support/bytes.ts';
import { fileName, openDailyFiles } from '../sink/daily-file.ts';
import type { Batch, Destination, Written } from '../sink/destination.ts';
import { fullAreas } from './areas.ts';
import { makeMemory } from './memory.ts';
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
function fill(memory: WebAssembly.Memory, number: number, { split, day, lines, parts }: Batch, nth: number): void {
  putArea(memory, number, { state: AREA_FULL, sequence: nth, split, day, lines, bytes: joinBytes(...parts) });
  new Int32Array(memory.buffer)[PLACE_AREA_SEQUENCE / 4] = nth;
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
  let finish: (written: Written) => void = () => {};
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
        finish = resolve;
      });
    },
    finish: (written) => finish({ bytes: 0, lost: 0, failure: undefined, ...written }),
    reopen: () => calls.push('reopen'),
    check: () => calls.push('check'),
    close: () => calls.push('close'),
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
  files.close();
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
  // Both areas of the file that can't be written are one write.
  expect(numbers).toEqual([4, 4, 1, 8]);
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
