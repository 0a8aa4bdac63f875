import type { Batch } from '../../src/sink/destination.ts';
import { utf8 } from './bytes.ts';

/** A batch whose notes can be looked at. */
export interface TestBatch extends Batch {
  readonly notes: number[];
}

/** A batch of these lines, of which `written` bytes stand in the destination already. */
export function batchOf(
  lines: readonly string[],
  fields: Partial<Pick<Batch, 'split' | 'day' | 'written'>> = {},
): TestBatch {
  const notes: number[] = [];
  return {
    split: 0,
    day: 20190901,
    written: 0,
    ...fields,
    lines: lines.length,
    bytes: utf8(lines.map((line) => `${line}\n`).join('')),
    note: (written) => notes.push(written),
    notes,
  };
}

/** Today as a number, YYYYMMDD, in local time. */
export function today(): number {
  const now = new Date();
  return now.getFullYear() * 10000 + (now.getMonth() + 1) * 100 + now.getDate();
}
