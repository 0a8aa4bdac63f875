// A capture file as a source of bytes: a path or standard input, unpacked where it is gzip. What the bytes mean is the
// packet code's business.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzip, PACKED_BYTES, type Read } from './gunzip.ts';

const STANDARD_INPUT = 0;
/** How long a wait for a pipe may last, in milliseconds, before it is looked whether the run ends. */
const PIPE_WAIT = 500;
/** The first bytes of a gzip member (RFC 1952, section 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b];

/** An open capture file. */
export interface CaptureFile {
  /** Packets may come while it is read: it is a pipe or the like, not a file on a disk. */
  readonly growing: boolean;
  /** Bytes of it read so far, as they stand on the disk. */
  position(): number;
  /** Reads into these bytes, two or more; 0 at the end, or when `ended` said so. Rejects with what the system or the unpacking says. */
  read(into: Uint8Array): Promise<number>;
}

/** Opens a path, or `-` for standard input, and gives its descriptor. Throws where that is no file that can be read. */
export function openPath(path: string): number {
  const descriptor = path === '-' ? STANDARD_INPUT : openForReading(path, constants.O_RDONLY);
  if (fstatSync(descriptor).isDirectory()) throw directoryError(path);
  return descriptor;
}

/** Throws what `openPath` would throw, and does not wait for a pipe's other end. */
export function provePath(path: string): void {
  if (path === '-') return;
  const descriptor = openForReading(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const isDirectory = fstatSync(descriptor).isDirectory();
  closeSync(descriptor);
  if (isDirectory) throw directoryError(path);
}

function directoryError(path: string): Error {
  return new Error(`${path} is a directory: -r takes a capture file`);
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied: the user that runs httplog must be able to read it'],
]);

function openForReading(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`flag -r: ${path}: ${REASONS.get(code) ?? message}`);
  }
}

/** Bytes of an open file on a disk; 0 for a pipe and the like. */
export function sizeOf(descriptor: number): number {
  const stat = fstatSync(descriptor);
  return stat.isFile() ? stat.size : 0;
}

/** Reads a capture file from this descriptor. `ended` is asked while waiting for a pipe: true gives up. */
export function readCaptureFile(descriptor: number, ended: () => boolean): CaptureFile {
  const growing = !fstatSync(descriptor).isFile();
  let position = 0;
  const readSource = growing ? pipeReader(descriptor, ended) : fileReader(descriptor);
  const readDescriptor: Read = async (into) => {
    const count = await readSource(into);
    position += count;
    return count;
  };
  let read: Read = async (into) => {
    // No more than is unpacked at a time: it may be gzip.
    const count = await readBeginning(readDescriptor, into.subarray(0, PACKED_BYTES));
    const isGzip = count >= GZIP_MAGIC.length && GZIP_MAGIC.every((byte, i) => into[i] === byte);
    read = isGzip ? gunzip(into.slice(0, count), readDescriptor) : readDescriptor;
    return isGzip ? read(into) : count;
  };
  return { growing, position: () => position, read: (into) => read(into) };
}

/** The kernel reads a file ahead by itself. A turn of the event loop before each part is for writers and signals. */
function fileReader(descriptor: number): Read {
  return async (into) => {
    await nextTurn();
    return readSync(descriptor, into, 0, into.length, null);
  };
}

/** No thread may be held by a pipe that nobody writes to: it is waited for, again and again. */
function pipeReader(descriptor: number, ended: () => boolean): Read {
  return async (into) => {
    const { isReadable } = await import('../linux/wait.ts');
    while (!(await isReadable(descriptor, PIPE_WAIT))) if (ended()) return 0;
    return readSync(descriptor, into, 0, into.length, null);
  };
}

/** Reads until there are as many bytes as tell what kind of file this is, or no more. */
async function readBeginning(read: Read, into: Uint8Array): Promise<number> {
  let length = 0;
  while (length < GZIP_MAGIC.length) {
    const count = await read(into.subarray(length));
    if (count === 0) break;
    length += count;
  }
  return length;
}
