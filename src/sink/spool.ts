// The spool: records as json on disk until those who receive them have them. It takes what they do not take; when it is full
// the oldest file makes room for what comes.
import { randomBytes } from 'node:crypto';
import { close, ftruncate, open, rename, statSync, unlink } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Batch, codeOf, type Destination, linesIn, lostFirst, type Written, writeParts } from './destination.ts';
import { requireDirectory } from './log-directory.ts';
import { FILE_FLAGS, FILE_MODE } from './log-file.ts';
import { batchName, closedFiles, closedName, numberOf, openName, type SpoolFile } from './spool-file.ts';
import { furthestPlace } from './spool-place.ts';
import { closeOpenBatches } from './spool-recovery.ts';

const openDescriptor = promisify(open);
const closeDescriptor = promisify(close);
const truncate = promisify(ftruncate);
const renameFile = promisify(rename);
const removeFile = promisify(unlink);

/** A file is closed at this size, or at an eighth of the spool's: one insert, and one loss where the spool is full. */
const FULL_BYTES = 8_388_608;

/** What a spool tells. */
export interface SpoolWatch {
  /** So many records stand in it. */
  spooled(records: number): void;
  /** So many did not get there. */
  lost(records: number): void;
  /** This file made room. */
  dropped(file: SpoolFile): void;
  /** A file was closed. */
  closed(): void;
  /** What it holds now. */
  holds(files: number, bytes: number): void;
}

/** A spool, for one write at a time. */
export interface Spool extends Destination {
  /** Somebody has all closed files: what is open is closed as soon as it is worth it. */
  want(): void;
  /** This file is being sent to a receiver, or none: it makes no room meanwhile. */
  sending(receiver: string, name: string | undefined): void;
  /** This file was removed by whoever had it. */
  gone(name: string): void;
}

interface Held extends SpoolFile {
  readonly bytes: number;
}

interface OpenFile {
  readonly batch: string;
  readonly path: string;
  readonly descriptor: number;
  readonly since: number;
  bytes: number;
  records: number;
}

/** How large a spool may be, and its files. */
export interface SpoolSizes {
  /** Bytes of all. */
  readonly most: number;
  /** Milliseconds that a file is open at least while somebody waits for it, so that batches are not tiny. */
  readonly young: number;
}

/** Opens a spool in a directory that is there; what an earlier run left in it is part of it. */
export function openSpool(directory: string, { most, young }: SpoolSizes, watch: SpoolWatch): Spool {
  closeOpenBatches(directory);
  const run = randomBytes(8).toString('hex');
  const held = new Map(closedFiles(directory).map((file) => [file.name, withSize(directory, file)]));
  // What a receiver has it has by the order of names: a new file stands behind every place.
  let next =
    Math.max(...[...held.values()].map(({ batch }) => numberOf(batch)), numberOf(furthestPlace(directory))) + 1;
  let file: OpenFile | undefined;
  const beingSent = new Map<string, string | undefined>();
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const bytes = (): number => [...held.values()].reduce((sum, one) => sum + one.bytes, file?.bytes ?? 0);
  const tell = (): void => watch.holds(held.size + (file === undefined ? 0 : 1), bytes());
  tell();
  /** A write and a closing do not meet. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const turn = last.then(action);
    last = turn.catch(() => {});
    return turn;
  };
  const begin = async (): Promise<OpenFile> => {
    const batch = batchName(next, run);
    const path = join(directory, openName(batch));
    const descriptor = await openOrMake(directory, path);
    next++;
    return { batch, path, descriptor, since: performance.now(), bytes: 0, records: 0 };
  };
  const closeFile = async (): Promise<void> => {
    const closing = file;
    if (closing === undefined) return;
    file = undefined;
    isWanted = false;
    await attempt(closeDescriptor(closing.descriptor));
    const name = closedName(closing.batch, closing.records);
    if (closing.records === 0) await attempt(removeFile(closing.path));
    else if (await attempt(renameFile(closing.path, join(directory, name)))) {
      held.set(name, { name, batch: closing.batch, records: closing.records, bytes: closing.bytes });
      watch.closed();
    } else watch.lost(closing.records);
    tell();
  };
  const makeRoom = async (wanted: number): Promise<void> => {
    for (const old of held.values()) {
      if (bytes() + wanted <= most) break;
      if ([...beingSent.values()].includes(old.name)) continue;
      held.delete(old.name);
      // It may have been delivered a moment ago.
      if (await attempt(removeFile(join(directory, old.name)))) watch.dropped(old);
    }
  };
  const closeWhenDue = (): void => {
    if (file === undefined || !isWanted || timer !== undefined) return;
    const wait = Math.max(0, file.since + young - performance.now());
    timer = setTimeout(() => {
      timer = undefined;
      if (isWanted) void inTurn(closeFile);
    }, wait).unref();
  };
  const write = async (batch: Batch): Promise<Written> => {
    await makeRoom(bytesOf(batch.parts));
    file ??= await begin();
    const written = await writeParts(file.descriptor, batch.parts, file.path);
    const records = linesIn(batch.parts.slice(0, written.parts)) - written.lost;
    // Of a part that was lost the beginning may stand there: a file holds whole records only.
    const kept = written.failure === undefined ? written.bytes : bytesOf(batch.parts.slice(0, written.parts - 1));
    if (kept !== written.bytes) await attempt(truncate(file.descriptor, file.bytes + kept));
    file.bytes += kept;
    file.records += records;
    watch.spooled(records);
    watch.lost(written.lost);
    if (file.bytes >= Math.min(FULL_BYTES, most / 8)) await closeFile();
    tell();
    closeWhenDue();
    return { ...written, torn: false };
  };
  return {
    write: (batch) =>
      inTurn(async () => {
        try {
          return await write(batch);
        } catch (error) {
          const lost = lostFirst(batch, { code: codeOf(error), path: directory });
          watch.lost(lost.lost);
          return lost;
        }
      }),
    want() {
      isWanted = true;
      closeWhenDue();
    },
    sending(receiver, name) {
      beingSent.set(receiver, name);
    },
    gone(name) {
      held.delete(name);
      tell();
    },
    async reopen() {},
    async check() {},
    close: () => inTurn(closeFile),
  };
}

function withSize(directory: string, file: SpoolFile): Held {
  return { ...file, bytes: statSync(join(directory, file.name), { throwIfNoEntry: false })?.size ?? 0 };
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Makes a file, and the directory if that is gone: as the log's, which nothing but the writer waits for. */
async function openOrMake(directory: string, path: string): Promise<number> {
  try {
    return await openDescriptor(path, FILE_FLAGS, FILE_MODE);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await requireDirectory(directory);
    return openDescriptor(path, FILE_FLAGS, FILE_MODE);
  }
}

/** Whether it was done. */
async function attempt(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch {
    return false;
  }
}
