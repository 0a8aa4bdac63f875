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
  add(file: SpoolFile, bytes: number): void;
  /** Whoever had it removed it. */
  gone(name: string): void;
  /** Removes the oldest that is not on its way, and tells it; undefined where there is none. */
  dropOldest(): Promise<SpoolFile | undefined>;
}

/** What stands in this directory. */
export function findHeldFiles(directory: string, claims: Claims): HeldFiles {
  const held = new Map<string, { readonly file: SpoolFile; readonly bytes: number }>();
  let bytes = 0;
  let newest = '';
  const add = (file: SpoolFile, size: number): void => {
    held.set(file.name, { file, bytes: size });
    bytes += size;
    newest = file.batch;
  };
  const gone = (name: string): void => {
    bytes -= held.get(name)?.bytes ?? 0;
    held.delete(name);
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
    get newest() {
      return newest;
    },
    add,
    gone,
    async dropOldest() {
      for (const { file } of held.values()) {
        if (!claims.beginDrop(file.batch)) continue;
        gone(file.name);
        // It may have been delivered a moment ago.
        const isDropped = await removeFile(join(directory, file.name)).then(
          () => true,
          () => false,
        );
        claims.endDrop();
        if (isDropped) return file;
      }
      return undefined;
    },
  };
}
