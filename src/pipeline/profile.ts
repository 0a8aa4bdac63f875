// V8 CPU profiles, one for each thread (`-cpuprofile`).
import { closeSync, constants, openSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { codeOf } from '../sink/destination.ts';
import { advice } from './advice.ts';

const STANDARD_ERROR = 2;

/** Begins to profile this thread if there is a path; the function that comes back ends that and writes the file. */
export function startProfile(path: string | undefined, thread: string): () => void {
  if (path === undefined) return () => {};
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  return () => {
    session.post('Profiler.stop', (error, result) => {
      if (error === null) save(path, thread, JSON.stringify(result.profile));
    });
    session.disconnect();
  };
}

function save(path: string, thread: string, profile: string): void {
  try {
    writeFileSync(profilePath(path, thread), profile);
  } catch (error) {
    // It could be written when the run began. A thread that died of it now would be taken for a broken one.
    try {
      writeSync(STANDARD_ERROR, `httplog: the profile of the ${thread} thread is lost: ${advice(codeOf(error))}\n`);
    } catch {
      // Nobody hears it.
    }
  }
}

/**
 * Proves that the profiles of these threads can be written, and leaves nothing behind. Throws the system's error.
 */
export function proveProfile(path: string, threads: readonly string[]): void {
  for (const thread of threads) {
    const file = profilePath(path, thread);
    try {
      closeSync(openSync(file, 'wx'));
      unlinkSync(file);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      // O_NONBLOCK: a FIFO in its place must not stop the start.
      closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
    }
  }
}

/** Path of a thread's profile: its name stands before the ending, or is added. */
export function profilePath(path: string, thread: string): string {
  const ending = '.cpuprofile';
  const base = path.endsWith(ending) ? path.slice(0, -ending.length) : path;
  return `${base}.${thread}${ending}`;
}
