// Daily files as a destination: `http-YYYYMMDD.log`, or one for each message type. They are only ever added to, and may
// be renamed or removed by others (logrotate) at any time.
import { close, constants, fstat, fstatSync, open, read, stat, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Batch, codeOf, type Destination, LINE_FEED, lostFirst, type Written, writeParts } from './destination.ts';
import { makeDirectory } from './log-directory.ts';
import { dayOf, FILE_FLAGS, FILE_MODE, fileName, whyRefused } from './log-file.ts';

// libuv's threads make the calls that a file system which stalls may hold.
const openDescriptor = promisify(open);
const closeDescriptor = promisify(close);
const statDescriptor = promisify(fstat);
const readDescriptor = promisify(read);
const statPath = promisify(stat);

/** Ends a torn line. */
const LINE_END: Uint8Array = Uint8Array.of(LINE_FEED);

interface OpenFile {
  readonly path: string;
  readonly day: number;
  readonly descriptor: number;
  readonly device: number;
  readonly inode: number;
  /** The file ends in the middle of a line, which must be ended before the next. */
  torn: boolean;
  /** It holds nothing: the preamble goes before the next lines. */
  bare: boolean;
}

/**
 * Opens daily files in a directory, which is made where it is missing; `opened` is called for each file opened. The preamble,
 * whole lines or nothing, goes first into each that is empty.
 */
export function openDailyFiles(
  directory: string,
  opened: () => void,
  preamble: Uint8Array = new Uint8Array(0),
): Destination {
  const { files, fileFor, close, reopen } = filesInUse(directory, opened);
  return {
    async write(batch) {
      try {
        return await writeTo(await fileFor(batch), batch, preamble);
      } catch (error) {
        return lostFirst(batch, { code: codeOf(error), path: join(directory, fileName(batch.split, batch.day)) });
      }
    },
    async reopen() {
      for (const [split, file] of [...files]) await reopen(split, file);
    },
    async check() {
      for (const [split, file] of [...files]) if (!isInPlace(file)) await reopen(split, file);
    },
    async close() {
      for (const split of [...files.keys()]) await close(split);
    },
  };
}

/** The file in use for each split, and what is done with them; only `fileFor` rejects. */
interface FilesInUse {
  readonly files: ReadonlyMap<number, OpenFile>;
  fileFor(batch: Batch): Promise<OpenFile>;
  close(split: number): Promise<void>;
  reopen(split: number, file: OpenFile): Promise<void>;
}

function filesInUse(directory: string, opened: () => void): FilesInUse {
  const files = new Map<number, OpenFile>();
  const open = async (split: number, day: number): Promise<OpenFile> => {
    const file = await openFile(directory, split, day);
    files.set(split, file);
    opened();
    return file;
  };
  const close = async (split: number): Promise<void> => {
    const file = files.get(split);
    files.delete(split);
    // What closing says (EIO) is of lines that were written; the descriptor is gone all the same.
    if (file !== undefined) await attempt(closeDescriptor(file.descriptor));
  };
  const fileFor = async ({ split, day }: Batch): Promise<OpenFile> => {
    const file = files.get(split);
    if (file !== undefined && file.day === day && isInPlace(file)) return file;
    await close(split);
    return open(split, day);
  };
  const reopen = async (split: number, file: OpenFile): Promise<void> => {
    await close(split);
    // A day that is over is not begun again: whoever took its file away meant it.
    if (file.day === dayOf(new Date())) await attempt(open(split, file.day));
  };
  return { files, fileFor, close, reopen };
}

async function openFile(directory: string, split: number, day: number): Promise<OpenFile> {
  const path = join(directory, fileName(split, day));
  const descriptor = await openOrMake(directory, path);
  try {
    const found = await statDescriptor(descriptor);
    const refused = whyRefused(found, await statPath(directory));
    if (refused !== undefined) throw Object.assign(new Error(`${path}: ${refused}`), { code: refused });
    const { dev: device, ino: inode, size } = found;
    const torn = size > 0 && (await lastByte(descriptor, size)) !== LINE_FEED;
    return { path, day, descriptor, device, inode, torn, bare: size === 0 };
  } catch (error) {
    await attempt(closeDescriptor(descriptor));
    throw error;
  }
}

/**
 * Opens a file, or makes it, and the directory if that is gone. Not with O_CREAT at once: of a file that is there the kernel may refuse
 * that in a directory that others can write too (fs.protected_regular), and whose file it is would not be told.
 */
async function openOrMake(directory: string, path: string): Promise<number> {
  const file = (await openIfThere(path, FILE_FLAGS & ~constants.O_CREAT)) ?? (await openIfThere(path, FILE_FLAGS));
  if (file !== undefined) return file;
  makeDirectory(directory);
  return openDescriptor(path, FILE_FLAGS, FILE_MODE);
}

/** undefined where the file, or with O_CREAT its directory, is not there. */
async function openIfThere(path: string, flags: number): Promise<number | undefined> {
  try {
    return await openDescriptor(path, flags, FILE_MODE);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

async function lastByte(descriptor: number, size: number): Promise<number | undefined> {
  const byte = new Uint8Array(1);
  await readDescriptor(descriptor, byte, 0, 1, size - 1);
  return byte[0];
}

/** Writes a batch behind the end of the file, of which a torn line is ended first, or the preamble into an empty one. */
async function writeTo(file: OpenFile, batch: Batch, preamble: Uint8Array): Promise<Written> {
  if (preamble.length > 0 && isEmpty(file)) {
    // Others have cut it (copytruncate).
    file.torn = false;
    file.bare = true;
  }
  if (file.torn) {
    const { failure } = await writeParts(file.descriptor, [LINE_END], file.path);
    if (failure !== undefined) return lostFirst(batch, failure);
    file.torn = false;
  }
  const begun = file.bare ? await begin(file, preamble) : undefined;
  if (begun?.failure !== undefined) return { ...lostFirst(batch, begun.failure), bytes: begun.bytes };
  const written = await writeParts(file.descriptor, batch.parts, file.path);
  file.torn = written.torn;
  return { ...written, bytes: written.bytes + (begun?.bytes ?? 0) };
}

/** Writes the preamble. Of one that failed the beginning may stand there: the next is whole all the same. */
async function begin(file: OpenFile, preamble: Uint8Array): Promise<Written> {
  const written = await writeParts(file.descriptor, preamble.length === 0 ? [] : [preamble], file.path);
  file.torn = written.torn;
  file.bare = written.failure !== undefined;
  return written;
}

function isEmpty(file: OpenFile): boolean {
  try {
    return fstatSync(file.descriptor).size === 0;
  } catch {
    return false;
  }
}

/** Whether a path still names the file that is open; where that can't be told, the open file serves. */
function isInPlace(file: OpenFile): boolean {
  try {
    const found = statSync(file.path, { throwIfNoEntry: false });
    return found !== undefined && found.ino === file.inode && found.dev === file.device;
  } catch (error) {
    // Something else stands where the directory was.
    return codeOf(error) !== 'ENOTDIR';
  }
}

/** Waits for what may fail without harm. */
async function attempt(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch {
    // Where files are still wrong, the next batch says so.
  }
}
