// A thread that is started again when it dies: its work stands in shared memory, so another can go on with it.
import { Worker } from 'node:worker_threads';

/** So many deaths of the threads of a run within this time, in milliseconds, end the run. */
const DEATHS = 3;
const DEATHS_WITHIN = 60_000;

/** When threads of a run died. */
export type Deaths = number[];

/** How a thread is kept. */
export interface KeptThread<Message> {
  /** The thread's module, beside this one. */
  readonly module: string;
  readonly data: unknown;
  /** Takes a message; returns whether it is the last one, with which the thread's work is done. */
  hear(message: Message): boolean;
  /** It begins to live, or lives no more. */
  lives(alive: boolean): void;
  /** It died and is started again. */
  died(reason: string): void;
}

/** Keeps a thread until its work is done; rejects when the threads of the run die too often. */
export function keepThread<Message>(kept: KeptThread<Message>, deaths: Deaths): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = (): void => {
      const worker = new Worker(new URL(kept.module, import.meta.url), { workerData: kept.data });
      let reason = '';
      let isDone = false;
      let isAlive = false;
      worker.on('online', () => {
        isAlive = true;
        kept.lives(true);
      });
      worker.on('message', (message: Message) => {
        isDone = kept.hear(message) || isDone;
      });
      worker.on('error', (error) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      worker.on('exit', (status) => {
        if (isAlive) kept.lives(false);
        // The status alone does not tell: a thread that is terminated in its beginning has status 0.
        if (isDone) return resolve();
        startAgain(reason || `exit status ${status}`);
      });
    };
    const startAgain = (reason: string): void => {
      if (tooOften(deaths)) {
        reject(new Error(`threads die too often: ${reason}`));
        return;
      }
      kept.died(reason);
      try {
        start();
      } catch (error) {
        // The system has no thread for it just now.
        startAgain(error instanceof Error ? error.message : String(error));
      }
    };
    start();
  });
}

function tooOften(deaths: Deaths): boolean {
  const now = performance.now();
  deaths.push(now);
  while ((deaths[0] ?? now) < now - DEATHS_WITHIN) deaths.shift();
  return deaths.length >= DEATHS;
}
