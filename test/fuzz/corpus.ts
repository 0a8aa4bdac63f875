// The corpora: for each target a folder of small files, each named by what is in it.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER: string = fileURLToPath(new URL('../../test/fuzz/corpus/', import.meta.url));

function folderOf(target: string): string {
  return join(FOLDER, target);
}

/** A name for these bytes. */
export function nameOf(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 12);
}

/** The corpus of a target, always in the same order. */
export function readCorpus(target: string): Uint8Array[] {
  const folder = folderOf(target);
  return namesIn(folder).map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

/** Puts this corpus in the place of the one that is there. */
export function writeCorpus(target: string, corpus: readonly Uint8Array[]): void {
  const folder = folderOf(target);
  mkdirSync(folder, { recursive: true });
  const names = new Map(corpus.map((input) => [nameOf(input), input]));
  for (const name of namesIn(folder)) if (!names.has(name)) rmSync(join(folder, name));
  for (const [name, input] of names) writeFileSync(join(folder, name), input);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
