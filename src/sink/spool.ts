// The spool: records as json on disk until those who receive them have them. It takes what they do not take; when it is full
// the oldest file makes room for what comes.
import { randomBytes } from 'node:crypto';
import { close, ftruncate, open, rename, stat, unlink } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Batch, codeOf, type Destination, linesIn, lostFirst, type Written, writeParts } from './destination.ts';
import { findHeldFiles } from './held-files.ts';
import { requireDirectory } from './log-directory.ts';
import { FILE_FLAGS, FILE_MODE } from './log-file.ts';
import type { Claims } from './spool-claims.ts';
import { batchName, closedName, numberOf, openName, type SpoolFile } from './spool-file.ts';
import { furthestPlace } from './spool-place.ts';
import { closeOpenBatches } from './spool-recovery.ts';

const openDescriptor = promisify(open);
const closeDescriptor = promisify(close);
const truncate = promisify(ftruncate);
const renameFile = promisify(rename);
const removeFile = promisify(unlink);
const lookAt = promisify(stat);

/** A file is closed at this size, or at an eighth of the spool's: one insert, and one loss where the spool is full. */
const FULL_BYTES = 8_388_608;
/** There is no room on the disk: the spool's own files may make some. */
const NO_ROOM: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** What a spool tells. */
export interface SpoolWatch {
  /** So many records stand in it. */
  spooled(records: number): void;
  /** So many did not get there. */
  lost(records: number): void;
  /** This file made room. */
  dropped(file: SpoolFile): void;
  /** This file was closed. */
  closed(file: SpoolFile): void;
  /** What it holds now. */
  holds(files: number, bytes: number): void;
  /** Its directory was away, and was made again. Throws where it can't be used. */
  remade(): void;
  /** Milliseconds that what comes waits for this file, where the spool is full, to be delivered; 0: it makes room. */
  mayWait(oldest: SpoolFile): number;
}

/** A spool, for one write at a time. */
export interface Spool extends Destination {
  /** Somebody has all closed files: what is open is closed as soon as it is worth it. */
  want(): void;
  /** This file was removed by whoever had it. False: the spool has dropped it before. */
  gone(name: string): boolean;
  /** Delivery goes on: whoever waits for room looks again. */
  moved(): void;
  /** Records in closed files. */
  waiting(): number;
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
export function openSpool(directory: string, { most, young }: SpoolSizes, claims: Claims, watch: SpoolWatch): Spool {
  closeOpenBatches(directory);
  const run = randomBytes(8).toString('hex');
  const held = findHeldFiles(directory, claims);
  // What a receiver has it has by the order of names: a new file stands behind every place.
  let next = Math.max(numberOf(held.newest), numberOf(furthestPlace(directory))) + 1;
  let file: OpenFile | undefined;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let moved = (): void => {};

  const bytes = (): number => held.bytes + (file?.bytes ?? 0);
  const tell = (): void => watch.holds(held.count + (file === undefined ? 0 : 1), bytes());
  tell();
  /** A write and a closing do not meet. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const turn = last.then(action);
    last = turn.catch(() => {});
    return turn;
  };
  const moveWithin = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      moved = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  /** Waits for what is delivered, or drops the oldest file: there may be room then. False where there is nothing to be done. */
  const makeSomeRoom = async (): Promise<boolean> => {
    for (const oldest of held.inOrder()) {
      const wait = watch.mayWait(oldest);
      if (wait > 0) {
        await moveWithin(wait);
        return true;
      }
      const fate = await held.drop(oldest);
      if (fate === 'dropped') watch.dropped(oldest);
      if (fate !== 'sent') return true;
    }
    return false;
  };
  const hasRoomAfter = async (code: string): Promise<boolean> => NO_ROOM.includes(code) && makeSomeRoom();
  const begin = async (): Promise<OpenFile> => {
    const batch = batchName(next, run);
    const path = join(directory, openName(batch));
    const descriptor = await openOrMake(directory, path, watch.remade, hasRoomAfter);
    next++;
    return { batch, path, descriptor, since: performance.now(), bytes: 0, records: 0 };
  };
  const closeFile = async (): Promise<void> => {
    const closing = file;
    if (closing === undefined) return;
    file = undefined;
    const { batch, records, path } = closing;
    await attempt(closeDescriptor(closing.descriptor));
    const name = closedName(batch, records);
    if (records === 0) await attempt(removeFile(path));
    else if (await attempt(renameFile(path, join(directory, name)))) {
      isWanted = false;
      const closed = { name, batch, records };
      held.add(closed, closing.bytes);
      watch.closed(closed);
    } else if (await isAway(path)) watch.lost(records);
    // Else it stays open, as that of a killed run does, and the next run closes it.
    tell();
  };
  const makeRoom = async (wanted: number): Promise<void> => {
    while (bytes() + wanted > most && (await makeSomeRoom()));
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
    const written = await writeParts(file.descriptor, batch.parts, file.path, hasRoomAfter);
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
    return { ...written, torn: false, failure: written.failure && { ...written.failure, what: 'records' } };
  };
  /** Somebody removed the file under the spool: what it held is lost, and what comes goes into another. */
  const check = async (): Promise<void> => {
    if (file === undefined || !(await isAway(file.path))) return;
    watch.lost(file.records);
    await attempt(closeDescriptor(file.descriptor));
    file = undefined;
    tell();
  };
  return {
    write: (batch) =>
      inTurn(async () => {
        try {
          return await write(batch);
        } catch (error) {
          const lost = lostFirst(batch, { code: codeOf(error), path: directory, what: 'records' });
          watch.lost(lost.lost);
          return lost;
        }
      }),
    want() {
      isWanted = true;
      closeWhenDue();
    },
    gone(name) {
      const wasHeld = held.gone(name);
      moved();
      tell();
      return wasHeld;
    },
    moved: () => moved(),
    waiting: () => held.records,
    async reopen() {},
    check: () => inTurn(check),
    close: () => inTurn(closeFile),
  };
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Makes a file, and the directory if that is gone: as the log's, which nothing but the writer waits for. */
async function openOrMake(
  directory: string,
  path: string,
  remade: () => void,
  hasRoomAfter: (code: string) => Promise<boolean>,
): Promise<number> {
  for (let isMade = false; ; ) {
    try {
      return await openDescriptor(path, FILE_FLAGS, FILE_MODE);
    } catch (error) {
      if (await hasRoomAfter(codeOf(error))) continue;
      if (isMade || codeOf(error) !== 'ENOENT') throw error;
    }
    await requireDirectory(directory);
    remade();
    isMade = true;
  }
}

async function isAway(path: string): Promise<boolean> {
  return lookAt(path).then(
    () => false,
    (error: unknown) => codeOf(error) === 'ENOENT',
  );
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
