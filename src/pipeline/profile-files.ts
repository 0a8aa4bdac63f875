// The files of V8 CPU profiles, one for each thread. They are opened when a run begins and written by their descriptors at its end,
// for meanwhile somebody who may write in their directory could put a link in the place of a name.
import { closeSync, constants, fchmodSync, fstatSync, openSync, unlinkSync } from 'node:fs';
import { codeOf } from '../sink/destination.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
/** A profile holds paths and names of functions: it is for its owner. */
const MODE = 0o600;

/** A file that is not fit for a profile; `code` is of `advice`. */
class UnfitFile extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Descriptors of the profiles, by the threads' names; all threads of a process have the same descriptors. */
export type ProfileFiles = Readonly<Record<string, number>>;

/** Opens a profile for each of these threads. Throws an error with a code where one cannot be written. */
export function openProfiles(path: string, threads: readonly string[]): ProfileFiles {
  const open = (thread: string): readonly [string, number] => {
    const { descriptor } = openProfile(profilePath(path, thread));
    fchmodSync(descriptor, MODE);
    return [thread, descriptor];
  };
  return Object.fromEntries(threads.map(open));
}

/** Proves that the profiles of these threads can be written, and leaves nothing behind. Throws what `openProfiles` throws. */
export function proveProfiles(path: string, threads: readonly string[]): void {
  for (const thread of threads) {
    const file = profilePath(path, thread);
    const { descriptor, isNew } = openProfile(file);
    closeSync(descriptor);
    if (isNew) unlinkSync(file);
  }
}

function openProfile(file: string): { readonly descriptor: number; readonly isNew: boolean } {
  try {
    return { descriptor: openSync(file, O_WRONLY | O_CREAT | O_EXCL, MODE), isNew: true };
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  // O_NONBLOCK: a FIFO in its place must not stop the start.
  const descriptor = openSync(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    requireOwn(descriptor);
    return { descriptor, isNew: false };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** An earlier profile of whoever runs httplog, and no other name of another file of theirs. */
function requireOwn(descriptor: number): void {
  const file = fstatSync(descriptor);
  if (!file.isFile()) throw new UnfitFile('ENOTREG');
  if (file.uid !== process.geteuid?.()) throw new UnfitFile('EOWNER');
  if (file.nlink !== 1) throw new UnfitFile('EMLINK');
}

/** Path of a thread's profile: its name stands before the ending, or is added. */
function profilePath(path: string, thread: string): string {
  const ending = '.cpuprofile';
  const base = path.endsWith(ending) ? path.slice(0, -ending.length) : path;
  return `${base}.${thread}${ending}`;
}
