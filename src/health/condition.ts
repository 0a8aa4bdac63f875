// Whether a run is well: all threads live, and lines are being written.
import { COUNTER_LINES_NO_AREA, COUNTER_LINES_NOT_WRITTEN } from '../../layout/counters.ts';
import { advice } from '../pipeline/advice.ts';
import type { Inside } from '../pipeline/inside.ts';
import { seconds, watchThreads } from './standstill.ts';

/** Milliseconds from one look to the next. */
const LOOK = 1000;
/** Milliseconds that a write may need for itself. */
const PATIENCE = 5000;
/** Milliseconds for which lost lines are told. */
const LOST_RECENTLY = 10_000;

/** The condition of a run. */
export interface Condition {
  /** Why the run is not well, in a line; undefined where it is. */
  reason(): string | undefined;
  /** Looks no more. */
  close(): void;
}

/** Watches a run. `now` is a clock of milliseconds. */
export function watchCondition(inside: Inside, now: () => number = () => performance.now()): Condition {
  const { of } = inside;
  const lostUpTo = (): number => of(COUNTER_LINES_NO_AREA) + of(COUNTER_LINES_NOT_WRITTEN);
  const threads = watchThreads(inside, now);
  let lost = lostUpTo();
  let lostAt = Number.NEGATIVE_INFINITY;

  const look = (): void => {
    threads.look();
    const lostNow = lostUpTo();
    if (lostNow > lost) lostAt = now();
    lost = lostNow;
  };
  const writing = (): string | undefined => {
    const trouble = inside.trouble();
    if (trouble?.kind === 'failed') return `${trouble.path}: ${advice(trouble.code)}`;
    if (trouble !== undefined && trouble.milliseconds > PATIENCE)
      return `a write has not ended for ${seconds(trouble.milliseconds)}`;
    return now() - lostAt < LOST_RECENTLY
      ? 'lines were lost just now: the writer is behind, or a write failed'
      : undefined;
  };
  const timer = setInterval(look, LOOK).unref();
  return {
    reason() {
      look();
      if (inside.stopping()) return 'the run is ending';
      return threads.reason() ?? writing();
    },
    close: () => clearInterval(timer),
  };
}
