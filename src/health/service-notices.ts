// What the service manager is told of a run (sd_notify(3)): that it has begun, that it goes on, that it ends.
import { COUNTER_THREADS } from '../../layout/counters.ts';
import type { Inside } from '../pipeline/inside.ts';
import type { Say } from '../pipeline/say.ts';
import { watchThreads } from './standstill.ts';

/** Milliseconds from one look whether the run has begun to the next. */
const BEGIN_LOOK = 20;
/** Milliseconds after which a run that was not well is looked at again. */
const UNWELL_LOOK = 1000;

/** The service manager. */
export interface Manager {
  /** Sends a message; false where it was not taken. */
  notify(message: string): boolean;
  /** Milliseconds within which it wants to hear again that all is well; undefined where it does not ask. */
  readonly watchdog: number | undefined;
}

/** Tells the manager. */
export interface ServiceNotices {
  /** The run has been told to stop. */
  stopping(): void;
  /** Tells no more. */
  close(): void;
}

/**
 * Tells the manager of a run. It has begun when each capture thread has made a round: sockets and rings were there before. It goes on
 * while this thread gets here and the capture threads make rounds. A disk that is full and a write that does not end are no reason to
 * keep silent: started anew httplog could write no better, and would lose what waits in memory.
 */
export function tellManager(
  manager: Manager,
  inside: Inside,
  say: Say,
  now: () => number = () => performance.now(),
): ServiceNotices {
  const { notify, watchdog } = manager;
  const threads = watchThreads(inside, now);
  let isStopTold = false;
  let wasWell = true;
  let timer: NodeJS.Timeout | undefined;

  const next = (step: () => void, milliseconds: number): void => {
    timer = setTimeout(step, milliseconds).unref();
  };
  const begin = (): void => {
    if (!hasBegun(inside) || !notify('READY=1')) next(begin, BEGIN_LOOK);
    else if (watchdog !== undefined) goOn(watchdog);
  };
  const goOn = (within: number): void => {
    threads.look();
    // While it ends the threads do too: the manager has a bound for that as well.
    const reason = inside.stopping() ? undefined : threads.reason();
    if (reason === undefined) notify('WATCHDOG=1');
    else if (wasWell) say(`${reason}: the service manager is told no more that all is well`, 'warning');
    wasWell = reason === undefined;
    next(() => goOn(within), wasWell ? within / 2 : Math.min(within / 2, UNWELL_LOOK));
  };
  const stopping = (): void => {
    if (!isStopTold) notify('STOPPING=1');
    isStopTold = true;
  };
  begin();
  return {
    stopping,
    close() {
      clearTimeout(timer);
      stopping();
    },
  };
}

function hasBegun(inside: Inside): boolean {
  if (!inside.live) return true;
  const rounds = inside.rounds();
  return inside.of(COUNTER_THREADS) > 0 && rounds.every((round) => round > 0);
}
