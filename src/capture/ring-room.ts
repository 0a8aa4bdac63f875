// Whether there is memory for the rings. The kernel would make room by ending other programs, so it is asked before.
import { readFileSync } from 'node:fs';

const KILOBYTES = 1024;

/** Megabytes that /proc/meminfo says can be taken without swapping (proc(5)); undefined where it does not say. */
export function availableMegabytes(meminfo: string): number | undefined {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return found === undefined ? undefined : Math.floor(Number(found) / KILOBYTES);
}

/** Why rings of so many megabytes, one for each thread, do not fit into so much memory, and which would; undefined if they do. */
export function whyNoRoom(megabytes: number, threads: number, available: number): string | undefined {
  if (megabytes * threads <= available) return undefined;
  const each = threads === 1 ? '' : ` for each of ${threads} capture threads`;
  const fits = Math.floor(available / 2 / threads);
  const advice = fits > 0 ? `-b ${fits} would fit` : `a smaller -cpu and -b 1 may fit`;
  return `no memory for a ring of ${megabytes} MB${each}: ${available} MB are free; ${advice}`;
}

/** Throws an Error of one line where there is no memory for the rings. */
export function requireRingRoom(megabytes: number, threads: number): void {
  const available = availableMegabytes(readFileSync('/proc/meminfo', 'latin1'));
  const why = available === undefined ? undefined : whyNoRoom(megabytes, threads, available);
  if (why !== undefined) throw new Error(why);
}
