// A capture file as a source of bytes: a path or standard input, unpacked where it is gzip. What the bytes mean is the
// packet code's business.
import { fstatSync, openSync, readSync } from 'node:fs';
import { gunzip } from './gunzip.ts';

/** Bytes asked for in one read. */
export const CHUNK_BYTES = 1048576;
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
  /** Reads into these bytes; 0 at the end, or when `ended` said so. Throws what the system or the unpacking says. */
  read(into: Uint8Array): number | Promise<number>;
}

/** Opens a path, or `-` for standard input, and gives its descriptor. Throws where that is no file that can be read. */
export function openPath(path: string): number {
  const descriptor = path === '-' ? STANDARD_INPUT : openForReading(path);
  if (fstatSync(descriptor).isDirectory()) throw new Error(`${path} is a directory: -r takes a capture file`);
  return descriptor;
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied: the user that runs httplog must be able to read it'],
]);

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
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
export async function readCaptureFile(descriptor: number, ended: () => boolean): Promise<CaptureFile> {
  const growing = !fstatSync(descriptor).isFile();
  const waitReadable = growing ? (await import('../linux/wait.ts')).waitReadable : undefined;
  const descriptors = [descriptor];
  let position = 0;

  const readDescriptor = (into: Uint8Array): number => {
    while (waitReadable !== undefined && waitReadable(descriptors, PIPE_WAIT) === 0) if (ended()) return 0;
    const count = readSync(descriptor, into, 0, Math.min(into.length, CHUNK_BYTES), null);
    position += count;
    return count;
  };

  const begin = readBeginning(readDescriptor);
  const isGzip = GZIP_MAGIC.every((byte, i) => begin[i] === byte);
  return {
    growing,
    position: () => position,
    read: isGzip ? gunzip(begin, readDescriptor) : after(begin, readDescriptor),
  };
}

/** The first two bytes of the file, or fewer where there are not as many. */
function readBeginning(read: (into: Uint8Array) => number): Uint8Array {
  const begin = new Uint8Array(GZIP_MAGIC.length);
  let length = 0;
  while (length < begin.length) {
    const count = read(begin.subarray(length));
    if (count === 0) break;
    length += count;
  }
  return begin.subarray(0, length);
}

/** Gives the bytes that were read already, and then what follows. */
function after(begin: Uint8Array, read: (into: Uint8Array) => number): (into: Uint8Array) => number {
  let given = false;
  return (into) => {
    if (given || begin.length === 0) return read(into);
    given = true;
    into.set(begin);
    return begin.length;
  };
}
