// The closed files that a spool holds, as the one who writes them knows them.
import { statSync, unlink } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Claims } from './spool-claims.ts';
import { closedFiles, type SpoolFile } from './spool-file.ts';

const removeFile = promisify(unlink);

/** The closed files of a spool. */
export interface HeldFiles {
  readonly count: number;
  /** Of all of them. */
  readonly bytes: number;
  /** Name of the newest batch; empty where there is none. */
  readonly newest: string;
  /** Records in all of them. */
  readonly records: number;
  add(file: SpoolFile, bytes: number): void;
  /** Whoever had it removed it. False: it was not held any more. */
  gone(name: string): boolean;
  /** All of them, the oldest first. */
  inOrder(): Iterable<SpoolFile>;
  /** Removes one. `sent`: it is on its way, and stays; `gone`: it was removed before, and nobody had said so yet. */
  drop(file: SpoolFile): Promise<'sent' | 'gone' | 'dropped'>;
}

/** What stands in this directory. */
export function findHeldFiles(directory: string, claims: Claims): HeldFiles {
  const held = new Map<string, { readonly file: SpoolFile; readonly bytes: number }>();
  let bytes = 0;
  let records = 0;
  let newest = '';
  const add = (file: SpoolFile, size: number): void => {
    held.set(file.name, { file, bytes: size });
    bytes += size;
    records += file.records;
    newest = file.batch;
  };
  const gone = (name: string): boolean => {
    const one = held.get(name);
    bytes -= one?.bytes ?? 0;
    records -= one?.file.records ?? 0;
    return held.delete(name);
  };
  for (const file of closedFiles(directory)) {
    add(file, statSync(join(directory, file.name), { throwIfNoEntry: false })?.size ?? 0);
  }
  return {
    get count() {
      return held.size;
    },
    get bytes() {
      return bytes;
    },
    get records() {
      return records;
    },
    get newest() {
      return newest;
    },
    add,
    gone,
    *inOrder() {
      for (const { file } of held.values()) yield file;
    },
    async drop({ name, batch }) {
      if (!claims.beginDrop(batch)) return 'sent';
      gone(name);
      try {
        await removeFile(join(directory, name));
        return 'dropped';
      } catch {
        return 'gone';
      } finally {
        claims.endDrop();
      }
    },
  };
}
