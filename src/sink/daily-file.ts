// Daily files as a destination: `http-YYYYMMDD.log`, or one for each message type. They are only ever added to, and may
// be renamed or removed by others (logrotate) at any time.
import { accessSync, closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types.ts';
import { type Batch, codeOf, type Destination, type Written, writeBatch } from './destination.ts';

const FILE_MODE = 0o640;
/** The name can be guessed, so no link is followed; and nothing is waited for, such as a pipe's other end. */
const FILE_FLAGS =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_RDWR |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  constants.O_NOCTTY;
const LINE_FEED = 10;
/** Ends a torn line. */
const LINE_END: Uint8Array = Uint8Array.of(LINE_FEED);

const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [TYPE_CQ, 'CQ'],
  [TYPE_CR, 'CR'],
  [TYPE_SQ, 'SQ'],
  [TYPE_SR, 'SR'],
]);

interface OpenFile {
  readonly path: string;
  readonly day: number;
  readonly descriptor: number;
  readonly device: number;
  readonly inode: number;
  /** The file ends in the middle of a line, which must be ended before the next. */
  torn: boolean;
}

/** Makes the directory where it is missing. Throws where that, or making files in it, is not allowed. */
export function prepareDirectory(directory: string): void {
  makeDirectory(directory);
  accessSync(directory, constants.W_OK | constants.X_OK);
}

/**
 * Makes a directory, and those above it, where they are missing. (`recursive` of Node's own call never returns below
 * /proc, or in a working directory that was removed.)
 */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeDirectory(dirname(path));
    mkdirSync(path);
  }
}

/** Opens daily files in a directory, which is made where it is missing; `opened` is called for each file opened. */
export function openDailyFiles(directory: string, opened: () => void): Destination {
  const { files, fileFor, close, reopen } = filesInUse(directory, opened);
  return {
    async write(batch) {
      try {
        return await writeTo(fileFor(batch), batch);
      } catch (error) {
        const path = join(directory, fileName(batch.split, batch.day));
        return { bytes: 0, lost: batch.lines, failure: { code: codeOf(error), path } };
      }
    },
    reopen() {
      for (const [split, file] of [...files]) reopen(split, file);
    },
    check() {
      for (const [split, file] of [...files]) if (!isInPlace(file)) reopen(split, file);
    },
    close() {
      for (const split of [...files.keys()]) close(split);
    },
  };
}

/** The file in use for each split, and what is done with them; only `fileFor` throws. */
interface FilesInUse {
  readonly files: ReadonlyMap<number, OpenFile>;
  fileFor(batch: Batch): OpenFile;
  close(split: number): void;
  reopen(split: number, file: OpenFile): void;
}

function filesInUse(directory: string, opened: () => void): FilesInUse {
  const files = new Map<number, OpenFile>();
  const open = (split: number, day: number): OpenFile => {
    const file = openFile(directory, split, day);
    files.set(split, file);
    opened();
    return file;
  };
  const close = (split: number): void => {
    const file = files.get(split);
    files.delete(split);
    // What closing says (EIO) is of lines that were written; the descriptor is gone all the same.
    if (file !== undefined) attempt(() => closeSync(file.descriptor));
  };
  const fileFor = ({ split, day }: Batch): OpenFile => {
    const file = files.get(split);
    if (file !== undefined && file.day === day && isInPlace(file)) return file;
    close(split);
    return open(split, day);
  };
  const reopen = (split: number, file: OpenFile): void => {
    close(split);
    // A day that is over is not begun again: whoever took its file away meant it.
    if (file.day === today()) attempt(() => open(split, file.day));
  };
  return { files, fileFor, close, reopen };
}

/** Name of the file of a split (0 or a message type) and day. */
export function fileName(split: number, day: number): string {
  const type = TYPE_NAMES.get(split);
  return type === undefined ? `http-${day}.log` : `http-${type}-${day}.log`;
}

function openFile(directory: string, split: number, day: number): OpenFile {
  makeDirectory(directory);
  const path = join(directory, fileName(split, day));
  const descriptor = openSync(path, FILE_FLAGS, FILE_MODE);
  try {
    const found = fstatSync(descriptor);
    // A system has no code of its own for this.
    if (!found.isFile()) throw Object.assign(new Error(`${path} is no regular file`), { code: 'ENOTREG' });
    const { dev: device, ino: inode, size } = found;
    return { path, day, descriptor, device, inode, torn: size > 0 && lastByte(descriptor, size) !== LINE_FEED };
  } catch (error) {
    attempt(() => closeSync(descriptor));
    throw error;
  }
}

function lastByte(descriptor: number, size: number): number | undefined {
  const byte = new Uint8Array(1);
  readSync(descriptor, byte, 0, 1, size - 1);
  return byte[0];
}

/** Writes a batch behind the end of the file, of which a torn line is ended first. */
async function writeTo(file: OpenFile, batch: Batch): Promise<Written> {
  const parts = file.torn ? [LINE_END, ...batch.parts] : batch.parts;
  const { left, lost, bytes, failure } = await writeBatch(file.descriptor, { parts }, file.path);
  const ofLines = Math.max(0, file.torn ? bytes - LINE_END.length : bytes);
  // Where nothing was written the file ends as before.
  if (bytes > 0) file.torn = endsTorn(parts, left);
  return { bytes: ofLines, lost: Math.min(lost, batch.lines), failure };
}

/** Whether what was written of these parts, each of whole lines, ends within a line. */
function endsTorn(parts: readonly Uint8Array[], left: readonly Uint8Array[]): boolean {
  const [next] = left;
  const part = parts[parts.length - left.length];
  if (next === undefined || part === undefined) return false;
  const at = part.length - next.length;
  return at > 0 && part[at - 1] !== LINE_FEED;
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

function today(): number {
  const now = new Date();
  return now.getFullYear() * 10000 + (now.getMonth() + 1) * 100 + now.getDate();
}

/** Does what may fail without harm. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Where files are still wrong, the next batch says so.
  }
}
