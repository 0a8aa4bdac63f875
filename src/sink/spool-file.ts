// The files of a spool. A closed one never changes: it is what is sent, what is known again, and what is dropped, as a whole.
import { readdirSync } from 'node:fs';

/** A closed file: whole records, one a line. */
export interface SpoolFile {
  readonly name: string;
  /** What no other file of any spool is named: a number that counts up, and a random one of the run that wrote it. */
  readonly batch: string;
  readonly records: number;
}

// 000000000042-9f86d081884c7d65-1234.json: by their names files stand in the order in which they were begun. The first digit is 0:
// what begins otherwise is not httplog's, and the numbers behind it would have a digit too many.
const CLOSED: RegExp = /^(0\d{11}-[0-9a-f]{16})-(\d{1,9})\.json$/;
const OPEN: RegExp = /^(0\d{11}-[0-9a-f]{16})\.open$/;
const BATCH: RegExp = /^0\d{11}-[0-9a-f]{16}$/;

export function closedName(batch: string, records: number): string {
  return `${batch}-${records}.json`;
}

export function openName(batch: string): string {
  return `${batch}.open`;
}

export function batchName(number: number, run: string): string {
  return `${String(number).padStart(12, '0')}-${run}`;
}

/** Whether a text may be a batch's name. */
export function isBatch(text: string): boolean {
  return BATCH.test(text);
}

/** The number of a batch, which counts up. */
export function numberOf(batch: string): number {
  return Number(batch.slice(0, 12));
}

/** The closed files of a spool, the oldest first. */
export function closedFiles(directory: string): SpoolFile[] {
  return filesIn(directory).flatMap((name) => {
    const [, batch = '', records = ''] = CLOSED.exec(name) ?? [];
    return batch === '' ? [] : [{ name, batch, records: Number(records) }];
  });
}

/** The batches whose files were not closed, the oldest first: whoever wrote them was killed. */
export function openBatches(directory: string): string[] {
  return filesIn(directory).flatMap((name) => OPEN.exec(name)?.[1] ?? []);
}

/** Names of files, sorted; what only leads to one, or waits for somebody to write, is none. */
function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
}
