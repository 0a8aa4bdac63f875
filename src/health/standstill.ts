// Whether the capture threads of a run live and make their rounds.
import { COUNTER_THREADS, COUNTER_THREADS_ALIVE } from '../../layout/counters.ts';
import type { Inside } from '../pipeline/inside.ts';

/** Milliseconds that a capture thread may need for a round: it makes one each second at the least. */
const PATIENCE = 5000;

/** Watches capture threads, whenever it is asked to look. */
export interface ThreadWatch {
  /** Takes note of the rounds. */
  look(): void;
  /** Why the threads are not well, in a line; undefined where they are. */
  reason(): string | undefined;
}

/** Watches the capture threads of a run; a run over a file has none. `now` is a clock of milliseconds. */
export function watchThreads(inside: Inside, now: () => number): ThreadWatch {
  let rounds = inside.rounds();
  const movedAt = rounds.map(now);
  return {
    look() {
      const before = rounds;
      rounds = inside.rounds();
      rounds.forEach((round, i) => {
        if (round !== before[i]) movedAt[i] = now();
      });
    },
    reason() {
      if (!inside.live) return undefined;
      const [all, alive] = [inside.of(COUNTER_THREADS), inside.of(COUNTER_THREADS_ALIVE)];
      if (alive < all || all === 0) return `capture threads alive: ${alive} of ${all}`;
      const still = movedAt.findIndex((at) => now() - at > PATIENCE);
      return still < 0
        ? undefined
        : `capture thread ${still} has stood still for ${seconds(now() - (movedAt[still] ?? 0))}`;
    },
  };
}

/** A time for a reader. */
export function seconds(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1000)} s`;
}
