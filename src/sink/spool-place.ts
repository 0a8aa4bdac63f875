// How far a receiver is with a spool, where it is ahead of another: beside the files stands one for it, with the name of the last batch
// that it has. Batches are named in their order, so it has all before that one too.
import { readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBatch } from './spool-file.ts';

const PLACE: RegExp = /^[a-z]+\.place$/;

/** The place before the first batch. */
export const BEGINNING = '';

function read(path: string): string {
  try {
    const batch = readFileSync(path, 'utf8').trimEnd();
    return isBatch(batch) ? batch : BEGINNING;
  } catch {
    return BEGINNING;
  }
}

/** The last batch that a receiver has, or `BEGINNING`: where nothing is known of it, it is sent all. */
export function readPlace(directory: string, receiver: string): string {
  return read(join(directory, `${receiver}.place`));
}

/** Notes the last batch that a receiver has. Rejects where that can't be written: a run after this one sends more than it must. */
export async function writePlace(directory: string, receiver: string, batch: string): Promise<void> {
  const path = join(directory, `${receiver}.place`);
  await writeFile(`${path}.new`, `${batch}\n`, { mode: 0o640 });
  await rename(`${path}.new`, path);
}

/** The place that is furthest on, of receivers of this run or of others. */
export function furthestPlace(directory: string): string {
  const places = readdirSync(directory).filter((name) => PLACE.test(name));
  const batches = places.map((name) => read(join(directory, name))).sort();
  return batches.at(-1) ?? BEGINNING;
}
