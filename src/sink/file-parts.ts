// Files of old days, part by part: never more in memory than one of them.
import {
  type BigIntStats,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  lstatSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { codeOf } from './destination.ts';
import { whyRefused } from './log-file.ts';

/** No link is followed, and nothing is waited for, such as a pipe's other end. */
export const READ: number = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Rights of a file until the log's own are given to it. */
export const PRIVATE = 0o600;
/** Throws where an open file is not one of httplog's. */
export function requireOwn(descriptor: number, directory: string, path: string): void {
  const code = whyRefused(fstatSync(descriptor), statSync(directory));
  if (code !== undefined) throw Object.assign(new Error(`${path}: ${code}`), { code, path });
}

/** The parts of a file, so many bytes from this place on. Each is valid until the next one is asked for. */
export function* partsOf(source: number, partBytes: number, size: number, place = 0): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(partBytes, size));
  for (let at = 0; at < size; ) {
    const wanted = Math.min(buffer.length, size - at);
    let filled = 0;
    while (filled < wanted) {
      const count = readSync(source, buffer, filled, wanted - filled, place + at + filled);
      if (count === 0) return;
      filled += count;
    }
    at += filled;
    yield buffer.subarray(0, filled);
  }
}

/** Writes one part behind the other from this place on. */
export function writerAt(target: number, place: number): (bytes: Uint8Array) => void {
  let at = place;
  return (bytes) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(target, bytes, done, bytes.length - done, at + done);
    at += bytes.length;
  };
}

/** Gives a file that is whole the rights and the time of another, and brings it to the disk. */
export function settleFile(descriptor: number, like: BigIntStats): void {
  giveRights(descriptor, like);
  settleTime(descriptor, like);
}

/** The same without the rights. */
export function settleTime(descriptor: number, { mtimeNs }: Pick<BigIntStats, 'mtimeNs'>): void {
  const seconds = Number(mtimeNs) / 1e9;
  futimesSync(descriptor, seconds, seconds);
  fsyncSync(descriptor);
}

/** Whether `settleTime` may have made the first of these times of the second: a second is a floating-point number there. */
export function isSameTime(one: bigint, other: bigint): boolean {
  return Math.abs(Number(one - other)) < 1e6;
}

/** Who may not give a file away keeps it for himself. */
function giveRights(descriptor: number, { uid, gid, mode }: BigIntStats): void {
  let rights = Number(mode) & 0o777;
  try {
    const now = fstatSync(descriptor, { bigint: true });
    if (now.uid !== uid || now.gid !== gid) fchownSync(descriptor, Number(uid), Number(gid));
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
    rights &= 0o700;
  }
  fchmodSync(descriptor, rights);
}

/** undefined where there is none. */
export function sizeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.size;
}
