// The files of a spool as its receivers take them: each has its own place, and a file goes when all have it.
import { unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../sink/destination.ts';
import type { Claims } from '../sink/spool-claims.ts';
import { closedFiles, type SpoolFile } from '../sink/spool-file.ts';
import { readPlace, writePlace } from '../sink/spool-place.ts';
import type { ReceiverName } from './receiver.ts';

/** A spool, for those who take its files. */
export interface Places {
  /** Whether a file was there when the spool was opened. */
  wasThere(file: SpoolFile): boolean;
  /** A file was closed. The directory is read once only: it may hold very many. */
  add(file: SpoolFile): void;
  /** The file behind a receiver's place; undefined where it has all. */
  next(receiver: ReceiverName): SpoolFile | undefined;
  /** A receiver has its next file: its place is behind that now. Resolves to whether the file is gone, as all have it. */
  had(receiver: ReceiverName): Promise<boolean>;
  /** A receiver's next file is not there any more: its place is behind that now. Whether nobody is to get it any more. */
  missed(receiver: ReceiverName): boolean;
}

interface Place {
  /** The last batch that was had or missed. */
  batch: string;
  /** How many files are before the next one, those that are gone included. */
  at: number;
}

/** Opens the spool for these receivers; `gone` hears of files that all of them had before. Who is none of them any more is waited for no more. */
export function openPlaces(
  directory: string,
  receivers: readonly ReceiverName[],
  claims: Claims,
  gone: (file: SpoolFile) => void,
): Places {
  const places = new Map<ReceiverName, Place>();
  const haveAll = (batch: string): boolean => [...places.values()].every((place) => place.batch >= batch);
  /** What not all have, in order; before them this many were. */
  const files: SpoolFile[] = [];
  let before = 0;

  for (const name of receivers) {
    const batch = readPlace(directory, name);
    places.set(name, { batch, at: 0 });
    claims.moveTo(name, batch);
  }
  for (const file of closedFiles(directory)) {
    if (!haveAll(file.batch)) files.push(file);
    else if (remove(join(directory, file.name))) gone(file);
  }
  const newestFound = files.at(-1)?.batch ?? '';
  for (const place of places.values()) place.at = files.filter(({ batch }) => batch <= place.batch).length;

  const placeOf = (receiver: ReceiverName): Place => {
    const place = places.get(receiver);
    if (place === undefined) throw new Error(`no receiver of this spool: ${receiver}`);
    return place;
  };
  const nextOf = (receiver: ReceiverName): SpoolFile | undefined => files[placeOf(receiver).at - before];
  /** A receiver's place moves on; whether that was the last one before the file. */
  const pass = (receiver: ReceiverName, batch: string): boolean => {
    const place = placeOf(receiver);
    place.batch = batch;
    place.at++;
    if (!haveAll(batch)) return false;
    files.shift();
    before++;
    return true;
  };
  return {
    wasThere: ({ batch }) => batch <= newestFound,
    add(file) {
      if (file.batch > (files.at(-1)?.batch ?? '') && !haveAll(file.batch)) files.push(file);
    },
    next: nextOf,
    async had(receiver) {
      const file = nextOf(receiver);
      if (file === undefined) return false;
      const isLast = pass(receiver, file.batch);
      claims.moveTo(receiver, file.batch);
      if (isLast && (await isDone(unlink(join(directory, file.name)), 'ENOENT'))) return true;
      // Where it can't be noted, the next run sends once more what stands here.
      await writePlace(directory, receiver, file.batch).catch(() => {});
      return false;
    },
    missed(receiver) {
      const file = nextOf(receiver);
      return file !== undefined && pass(receiver, file.batch);
    },
  };
}

function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

/** Whether it was done, or failed only because it was done before. */
function isDone(action: Promise<unknown>, before: string): Promise<boolean> {
  return action.then(
    () => true,
    (error: unknown) => codeOf(error) === before,
  );
}
