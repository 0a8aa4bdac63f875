import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { codeOf } from '../sink/destination.ts';

/** The most bytes that a configuration file may have. */
export const LARGEST: number = 64 * 1024;

/** What came of looking for a file: its text; nothing there; there, but not to be trusted; or an error. The strings are whole phrases. */
export type Found =
  | { readonly text: string }
  | { readonly absent: true }
  | { readonly distrusted: string }
  | { readonly error: string };

/** The numeric user id that may own a file of the working directory, beside root. */
type User = number;

/** /dev/null of Linux's devices.txt, major 1, minor 3: the usual way to say "no configuration file". */
const NULL_DEVICE = 0x103;
const WRITABLE_BY_OTHERS = 0o022;

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; run httplog as root or make the file readable',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link that leads nowhere',
  ENOTDIR: 'a part of its path is no directory',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is not a regular file',
};

function readBounded(descriptor: number): Found {
  const bytes = Buffer.alloc(LARGEST + 1);
  let length = 0;
  while (length < bytes.length) {
    const got = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (got === 0) break;
    length += got;
  }
  if (length > LARGEST) return { error: `it has more than ${LARGEST} bytes` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length)) };
  } catch {
    return { error: 'it is not UTF-8 text' };
  }
}

function whyDistrusted(stats: Stats, user: User): string | undefined {
  if (stats.uid !== 0 && stats.uid !== user)
    return `it belongs to user id ${stats.uid}, not to root or the running user`;
  // A file with access control lists shows its group bits as their mask, so these are found here too.
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) return 'others than its owner may write it (chmod go-w)';
  return undefined;
}

/** All questions are asked of the opened file: a second look at the path could meet another one. */
function readOpened(descriptor: number, user: User | undefined): Found {
  const stats = fstatSync(descriptor);
  const distrusted = user === undefined ? undefined : whyDistrusted(stats, user);
  if (distrusted !== undefined) return { distrusted };
  if (stats.isDirectory()) return { error: 'it is a directory' };
  if (!stats.isFile() && stats.rdev !== NULL_DEVICE) return { error: 'it is not a regular file' };
  return readBounded(descriptor);
}

function find(path: string, flags: number, user: User | undefined): Found {
  let descriptor: number | undefined;
  try {
    // O_NONBLOCK: a FIFO in the file's place must not stop the start.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | flags);
    return readOpened(descriptor, user);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return { absent: true };
    if (code === 'ELOOP' && user !== undefined) return { distrusted: 'it is a symbolic link' };
    return { error: WORDS[code] ?? code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads a configuration file of at most 64 KB. Never throws. */
export function findFile(path: string): Found {
  return find(path, 0, undefined);
}

/**
 * Reads a configuration file from a place where anybody could have put it: it is trusted only if it is a file of its own (not a link, whose owner
 * is somebody else's business), belongs to root or to `user`, and nobody else may write it. Never throws.
 */
export function findTrustedFile(path: string, user: User): Found {
  return find(path, constants.O_NOFOLLOW, user);
}
