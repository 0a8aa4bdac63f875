// The capture threads of a live run, as the main thread keeps them.
import { COUNTER_THREADS, COUNTER_THREADS_ALIVE, COUNTER_THREADS_RESTARTED } from '../../layout/counters.ts';
import type { CaptureThreadData } from './capture-thread.ts';
import type { CaptureMessage } from './messages.ts';
import { readRest } from './read-rest.ts';
import type { Capturing } from './run.ts';
import type { Say } from './say.ts';
import { type Counters, count } from './statistics.ts';
import { type Deaths, keepThread } from './thread.ts';
import type { RingSource } from './walk-ring.ts';
import { openWriterClock } from './writer-clock.ts';

/** One capture thread: its memory, and where its packets come from. */
export interface CaptureSource {
  readonly memory: WebAssembly.Memory;
  readonly source: RingSource;
}

/** What the threads' messages lead to. */
export interface ThreadsOwner extends Capturing {
  /** The main thread's. */
  readonly counters: Counters;
  /** Links or addresses changed. */
  networkChanged(): void;
  readonly say: Say;
}

/** Starts a thread for each source; resolves when all have ended. When they die too often all of them end, and then it rejects. */
export async function captureThreads(
  sources: readonly CaptureSource[],
  owner: ThreadsOwner,
  cpuProfile: string | undefined,
): Promise<void> {
  const { module, control } = owner;
  const deaths: Deaths = [];
  const wakeWriter = openWriterClock(owner.writer, control);
  const hear = (message: CaptureMessage): boolean => {
    hearThread(message, owner, wakeWriter);
    return message.kind === 'ended';
  };
  count(owner.counters, COUNTER_THREADS, sources.length);
  const threads = sources.map(({ memory, source }, i) => {
    const name = `capture${i}`;
    const data: CaptureThreadData = { name, module, memory, control, source, cpuProfile };
    const died = (reason: string): void => {
      count(owner.counters, COUNTER_THREADS_RESTARTED, 1);
      owner.say(`the ${name} thread died and is started again: ${reason}`, 'warning');
      // It may have died between noting that the writer is told and telling it.
      wakeWriter();
    };
    const lives = (alive: boolean): void => count(owner.counters, COUNTER_THREADS_ALIVE, alive ? 1 : -1);
    const kept = keepThread({ module: './capture-thread.js', data, hear, lives, died }, deaths);
    return kept.catch(async (reason) => {
      // The others end gently, and what this one has left is read here.
      owner.stop();
      await readRest(memory, source, owner);
      throw reason;
    });
  });
  const ends = await Promise.allSettled(threads);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function hearThread(message: CaptureMessage, owner: ThreadsOwner, wakeWriter: () => void): void {
  switch (message.kind) {
    case 'full':
      wakeWriter();
      break;
    case 'network':
      owner.networkChanged();
      break;
    case 'trap':
      owner.trapped(message.reason);
      break;
    case 'ended':
      // One thread that has reached the packet limit ends them all.
      owner.stop();
  }
}
