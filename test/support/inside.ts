import type { Inside } from '../../src/pipeline/inside.ts';

/** The inside of a run, made up: what its counters hold, and what differs from one that is live and well. */
export function insideOf(words: ReadonlyMap<number, number>, differs: Partial<Inside> = {}): Inside {
  return {
    live: true,
    records: true,
    delivery: true,
    pair: true,
    assemble: true,
    look: () => {},
    of: (word) => words.get(word) ?? 0,
    rounds: () => [],
    trouble: () => undefined,
    stopping: () => false,
    ...differs,
  };
}
