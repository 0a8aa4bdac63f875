// Has the days that are over removed and packed, at the start and then each hour. Without -keep and -compress it is not loaded.
import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { COUNTER_FILES_FAILED, COUNTER_FILES_PACKED, COUNTER_FILES_REMOVED } from '../../layout/counters.ts';
import { tryLock } from '../linux/lock.ts';
import { codeOf } from '../sink/destination.ts';
import { type Done, findLogFiles } from '../sink/old-days.ts';
import { type OldDays, type Plan, planOldDays } from '../sink/old-files.ts';
import { advice } from './advice.ts';
import { watchClock } from './clock-trust.ts';
import type { OldDaysThreadData } from './old-days-thread.ts';
import type { Say } from './say.ts';
import { type Counters, count } from './statistics.ts';

/** Milliseconds from one look to the next. */
const EVERY = 3_600_000;

/** Megabytes for what the thread made last: V8 looks for garbage when they are full, and each part leaves some outside of them. */
const SMALL_HEAP = 1;

const COUNTED: Readonly<Record<Done['kind'], number>> = {
  packed: COUNTER_FILES_PACKED,
  removed: COUNTER_FILES_REMOVED,
  failed: COUNTER_FILES_FAILED,
};

/** Begins; the function that comes back ends it. `counters` are the main thread's. */
export function keepOldDays(directory: string, settings: OldDays, counters: Counters, say: Say): () => void {
  const stopping = new Int32Array(new SharedArrayBuffer(4));
  const whyDoubted = watchClock(installedAt());
  const complain = onceEach(say);
  const hear = (done: Done): void => {
    count(counters, COUNTED[done.kind], 1);
    if (done.kind === 'failed') complain(`${done.path}: ${advice(done.code)}; it stays as it is`);
  };
  const look = async (): Promise<void> => {
    const doubt = settings.keepDays === undefined ? undefined : whyDoubted();
    if (doubt !== undefined) complain(`-keep removes no files now: ${doubt}`);
    const { files, refused } = await findLogFiles(directory);
    const now = new Date();
    const wanted = planOldDays(refused, settings, now);
    for (const { name, code } of refused) {
      if (namesIn(wanted).includes(name)) complain(`${directory}/${name}: ${advice(code)}; it stays as it is`);
    }
    const plan = planOldDays(files, settings, now, doubt === undefined);
    if (namesIn(plan).length > 0) await work({ directory, plan, packing: settings.compress, stopping }, hear);
  };
  let isBusy = false;
  const begin = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await locked(directory, look);
    } catch (error) {
      complain(`${directory}: ${advice(codeOf(error))}; old days stay as they are`);
    }
    isBusy = false;
  };
  void begin();
  const timer = setInterval(begin, EVERY).unref();
  return () => {
    clearInterval(timer);
    Atomics.store(stopping, 0, 1);
    Atomics.notify(stopping, 0);
  };
}

function namesIn({ leftovers, remove, pack }: Plan): string[] {
  return [...leftovers, ...remove, ...pack];
}

/** When this file came to this disk. */
function installedAt(): number {
  return statSync(fileURLToPath(import.meta.url)).ctimeMs;
}

/** Two httplogs may write into one directory: one of them at a time looks after its old days. */
async function locked(directory: string, action: () => Promise<void>): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if (tryLock(handle.fd)) await action();
  } finally {
    await handle.close();
  }
}

/** Says a line once in a run: what does not work is tried each hour. */
function onceEach(say: Say): (line: string) => void {
  const saidBefore = new Set<string>();
  return (line) => {
    if (!saidBefore.has(line)) say(line, 'warning');
    saidBefore.add(line);
  };
}

/** Resolves when the thread has ended. */
function work(data: OldDaysThreadData, hear: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./old-days-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: SMALL_HEAP },
    });
    worker.unref();
    worker.on('message', hear);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
