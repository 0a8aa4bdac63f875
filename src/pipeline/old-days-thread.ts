// The thread of old days: removes and packs files, with the lowest priority, and rests as long as it worked.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { carryOut } from '../sink/old-days.ts';
import type { PackingName, Plan } from '../sink/old-files.ts';

/** What the thread is given. */
export interface OldDaysThreadData {
  readonly directory: string;
  readonly plan: Plan;
  readonly packing: PackingName | undefined;
  /** One word: 1 when it shall stop. */
  readonly stopping: Int32Array;
}

/** setpriority(2): of this thread alone, as it is on Linux. */
const LOWEST = 19;
/** Milliseconds: after a longer part it does not rest longer. */
const LONGEST_REST = 1000;

function run({ directory, plan, packing, stopping }: OldDaysThreadData): void {
  let begun = performance.now();
  const goOn = (): boolean => {
    const rest = Math.min(performance.now() - begun, LONGEST_REST);
    const isStopped = Atomics.wait(stopping, 0, 0, rest) !== 'timed-out';
    begun = performance.now();
    return !isStopped;
  };
  for (const done of carryOut(directory, plan, packing, goOn)) parentPort?.postMessage(done);
}

try {
  setPriority(0, LOWEST);
} catch {
  // A filter of system calls around httplog may refuse it; it rests as long as it works all the same.
}
run(workerData as OldDaysThreadData);
