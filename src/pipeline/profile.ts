// V8 CPU profiles, one for each thread (`-cpuprofile`).
import { ftruncateSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { codeOf } from '../sink/destination.ts';
import { advice } from './advice.ts';

const STANDARD_ERROR = 2;

/** Begins to profile this thread if there is a descriptor; the function that comes back ends that and writes the file. */
export function startProfile(descriptor: number | undefined, thread: string): () => void {
  if (descriptor === undefined) return () => {};
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  return () => {
    session.post('Profiler.stop', (error, result) => {
      if (error === null) save(descriptor, thread, JSON.stringify(result.profile));
    });
    session.disconnect();
  };
}

function save(descriptor: number, thread: string, profile: string): void {
  try {
    writeWhole(descriptor, Buffer.from(profile));
  } catch (error) {
    // A thread that died of it now would be taken for a broken one.
    try {
      writeSync(STANDARD_ERROR, `httplog: the profile of the ${thread} thread is lost: ${advice(codeOf(error))}\n`);
    } catch {
      // Nobody hears it.
    }
  }
}

/** In the place of what was there: a thread may have died, and another written before. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  ftruncateSync(descriptor);
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, done);
}
