// The files of a spool as its receivers take them: each has its own place, and a file goes when all have it.
import { unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../sink/destination.ts';
import { closedFiles, type SpoolFile } from '../sink/spool-file.ts';
import { readPlace, writePlace } from '../sink/spool-place.ts';

/** A spool, for those who take its files. */
export interface Places {
  /** The file behind a receiver's place; undefined where it has all. */
  next(receiver: string): SpoolFile | undefined;
  /** A receiver has the file that was its next: its place is behind that now. Resolves to whether the file is gone, as all have it. */
  had(receiver: string, file: SpoolFile): Promise<boolean>;
}

interface Place {
  batch: string;
  /** What was seen behind it, in order. To look into the directory for each file would cost much when many stand there. */
  ahead: SpoolFile[];
}

/** Opens the spool for these receivers. Who is none of them any more is waited for no more. */
export function openPlaces(directory: string, receivers: readonly string[]): Places {
  const places = new Map<string, Place>(
    receivers.map((name) => [name, { batch: readPlace(directory, name), ahead: [] }]),
  );
  const haveAll = (batch: string): boolean => [...places.values()].every((place) => place.batch >= batch);
  for (const { name, batch } of closedFiles(directory)) if (haveAll(batch)) unlinkSync(join(directory, name));

  const placeOf = (receiver: string): Place => {
    const place = places.get(receiver);
    if (place === undefined) throw new Error(`no receiver of this spool: ${receiver}`);
    return place;
  };
  return {
    next(receiver) {
      const place = placeOf(receiver);
      if (place.ahead.length === 0) place.ahead = closedFiles(directory).filter(({ batch }) => batch > place.batch);
      return place.ahead[0];
    },
    async had(receiver, { name, batch }) {
      const place = placeOf(receiver);
      place.batch = batch;
      place.ahead.shift();
      // A full spool drops what it must; where a file can't be removed it is not gone, but is not sent again either.
      if (haveAll(batch)) return isDone(unlink(join(directory, name)), 'ENOENT');
      // Where it can't be noted, the next run sends once more what stands here.
      await writePlace(directory, receiver, batch).catch(() => {});
      return false;
    },
  };
}

/** Whether it was done, or failed only because it was done before. */
function isDone(action: Promise<unknown>, before: string): Promise<boolean> {
  return action.then(
    () => true,
    (error: unknown) => codeOf(error) === before,
  );
}
