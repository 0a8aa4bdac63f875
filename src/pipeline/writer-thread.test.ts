import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AREA_BYTES,
  AREA_DAY,
  AREA_FULL,
  AREA_HEADER_BYTES,
  AREA_LINES,
  AREA_SEQUENCE,
  AREA_SPLIT,
  AREA_STATE,
  AREA_STRIDE,
  AREA_WRITTEN,
} from '../../layout/areas.ts';
import { COUNTER_LINES_NOT_WRITTEN, COUNTER_LINES_WRITTEN, COUNTER_WRITES_FAILED } from '../../layout/counters.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { TYPE_CQ, TYPE_CR } from '../../layout/types.ts';
import { batchOf } from '../../test/support/batches.ts';
import { fileName } from '../sink/daily-file.ts';
import type { Batch } from '../sink/destination.ts';
import { fullAreas } from './areas.ts';
import { CAPTURE_ENDED, makeControl } from './control.ts';
import { bytesOf, dataOf, makeMemory } from './memory.ts';
import type { WriterMessage } from './messages.ts';
import { type Counters, makeCounters, total } from './statistics.ts';
import { keepThread } from './thread.ts';
import type { WriterThreadData } from './writer-thread.ts';

// A thread's module can't be TypeScript on each Node, so this runs the compiled program (npm run build).
const MODULE = new URL('../../dist/src/pipeline/writer-thread.js', import.meta.url).href;
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

/** A memory whose areas are full of these batches, handed over in this order. */
function memoryOf(batches: readonly Batch[]): WebAssembly.Memory {
  const memory = makeMemory({ ring: 0, input: 0, areas: batches.length, filters: 0 });
  const region = dataOf(memory, REGION_AREAS);
  batches.forEach(({ split, day, lines, bytes, written }, number) => {
    const at = number * AREA_STRIDE;
    region.setUint32(at + AREA_SPLIT, split, true);
    region.setUint32(at + AREA_DAY, day, true);
    region.setUint32(at + AREA_LINES, lines, true);
    region.setUint32(at + AREA_BYTES, bytes.length, true);
    region.setUint32(at + AREA_WRITTEN, written, true);
    region.setUint32(at + AREA_SEQUENCE, number, true);
    region.setUint32(at + AREA_STATE, AREA_FULL, true);
    bytesOf(memory, REGION_AREAS).set(bytes, at + AREA_HEADER_BYTES);
  });
  new Int32Array(memory.buffer)[PLACE_AREA_SEQUENCE / 4] = batches.length;
  return memory;
}

/** Has a writer write all areas; what it told. */
async function write(...memories: WebAssembly.Memory[]): Promise<WriterMessage[]> {
  const told: WriterMessage[] = [];
  const control = makeControl();
  control[CAPTURE_ENDED] = 1;
  const data: WriterThreadData = { memories, control, counters, directory, cpuProfile: undefined };
  const hear = (message: WriterMessage): number => told.push(message);
  await keepThread({ module: MODULE, data, hear, replaceable: false, died: () => {} }, []);
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
  const numbers = [COUNTER_LINES_WRITTEN, COUNTER_LINES_NOT_WRITTEN, COUNTER_WRITES_FAILED].map(counted);
  expect(numbers).toEqual([4, 4, 2]);
});

test('an area that a dead writer had begun comes first, whichever memory it stands in', async () => {
  writeFileSync(join(directory, fileName(0, DAY)), 'first\nsec');
  const begun = batchOf(['first', 'second'], { written: 9 });
  const told = await write(memoryOf([batchOf(['one'])]), memoryOf([batchOf(['two']), begun]));
  expect(told).toEqual([]);
  expect(contents(0)).toBe('first\nsecond\none\ntwo\n');
});
