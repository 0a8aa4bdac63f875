import type { Batch } from '../../src/sink/destination.ts';
import { utf8 } from './bytes.ts';

/** A batch of these lines. */
export function batchOf(lines: readonly string[], fields: Partial<Pick<Batch, 'split' | 'day'>> = {}): Batch {
  return {
    split: 0,
    day: 20190901,
    ...fields,
    parts: [utf8(lines.map((line) => `${line}\n`).join(''))],
  };
}

/** Today as a number, YYYYMMDD, in local time. */
export function today(): number {
  const now = new Date();
  return now.getFullYear() * 10000 + (now.getMonth() + 1) * 100 + now.getDate();
}
