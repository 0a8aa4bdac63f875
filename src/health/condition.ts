// Whether a run is well: all threads live, and lines are being written.
import {
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_THREADS,
  COUNTER_THREADS_ALIVE,
} from '../../layout/counters.ts';
import { advice } from '../pipeline/advice.ts';
import type { Inside } from '../pipeline/inside.ts';

/** Milliseconds from one look to the next. */
const LOOK = 1000;
/** Milliseconds that a capture thread may need for a round, and a write for itself. */
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
  let rounds = inside.rounds();
  const movedAt = rounds.map(now);
  let lost = lostUpTo();
  let lostAt = Number.NEGATIVE_INFINITY;

  const look = (): void => {
    const before = rounds;
    rounds = inside.rounds();
    rounds.forEach((round, i) => {
      if (round !== before[i]) movedAt[i] = now();
    });
    const lostNow = lostUpTo();
    if (lostNow > lost) lostAt = now();
    lost = lostNow;
  };
  const threads = (): string | undefined => {
    const [all, alive] = [of(COUNTER_THREADS), of(COUNTER_THREADS_ALIVE)];
    if (alive < all || all === 0) return `capture threads alive: ${alive} of ${all}`;
    const still = movedAt.findIndex((at) => now() - at > PATIENCE);
    return still < 0
      ? undefined
      : `capture thread ${still} has stood still for ${seconds(now() - (movedAt[still] ?? 0))}`;
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
      return (inside.live ? threads() : undefined) ?? writing();
    },
    close: () => clearInterval(timer),
  };
}

function seconds(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1000)} s`;
}
