// V8 CPU profiles, one for each thread (`-cpuprofile`).
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/** Begins to profile this thread if there is a path; the function that comes back ends that and writes the file. */
export function startProfile(path: string | undefined, thread: string): () => void {
  if (path === undefined) return () => {};
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  return () => {
    session.post('Profiler.stop', (error, result) => {
      if (error === null) writeFileSync(profilePath(path, thread), JSON.stringify(result.profile));
    });
    session.disconnect();
  };
}

/** Path of a thread's profile: its name stands before the ending, or is added. */
export function profilePath(path: string, thread: string): string {
  const ending = '.cpuprofile';
  const base = path.endsWith(ending) ? path.slice(0, -ending.length) : path;
  return `${base}.${thread}${ending}`;
}
