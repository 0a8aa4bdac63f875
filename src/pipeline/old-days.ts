// Has the days that are over removed and packed, at the start and then each hour. Without -keep and -compress it is not loaded.
import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { COUNTER_FILES_FAILED, COUNTER_FILES_PACKED, COUNTER_FILES_REMOVED } from '../../layout/counters.ts';
import { tryLock } from '../linux/lock.ts';
import { codeOf } from '../sink/destination.ts';
import { requireDirectory } from '../sink/log-directory.ts';
import { type Done, findLogFiles } from '../sink/old-days.ts';
import { type OldDays, type Plan, planOldDays } from '../sink/old-files.ts';
import { advice } from './advice.ts';
import { BUILD } from './build.ts';
import { watchClock } from './clock-trust.ts';
import { openComplaints } from './complaints.ts';
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
  const complaints = openComplaints(say);
  const hear = (done: Done): void => {
    count(counters, COUNTED[done.kind], 1);
    if (done.kind === 'failed') complaints.stays(done.path, done.code);
  };
  const look = async (): Promise<void> => {
    const doubt = settings.keepDays === undefined ? undefined : whyDoubted();
    if (doubt !== undefined) complaints.about('clock', `-keep removes no files now: ${doubt}`);
    await requireDirectory(directory);
    const { files, refused } = await findLogFiles(directory);
    const now = new Date();
    const wanted = new Set(namesIn(planOldDays(refused, settings, now)));
    for (const { name, code } of refused) if (wanted.has(name)) complaints.stays(`${directory}/${name}`, code);
    const plan = planOldDays(files, settings, now, doubt === undefined);
    if (namesIn(plan).length > 0)
      await work({ build: BUILD, directory, plan, packing: settings.compress, stopping }, hear);
  };
  let isBusy = false;
  const begin = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await locked(directory, look);
    } catch (error) {
      const code = codeOf(error);
      complaints.about(`directory ${code}`, `${directory}: ${advice(code)}; old days stay as they are`);
    }
    complaints.tell();
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
  return [...leftovers, ...remove.map(({ name }) => name), ...pack];
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
