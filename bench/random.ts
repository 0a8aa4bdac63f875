// A small seeded generator (Marsaglia's xorshift32): the same seed gives the same traffic on every machine.

/** Numbers that only look random. */
export interface Random {
  /** A whole number from 0 to `bound` - 1; `bound` is at most 2^31. */
  below(bound: number): number;
  /** One of these. */
  pick<T>(values: readonly [T, ...T[]]): T;
  /** Whether something happens that happens `share` of the times. */
  chance(share: number): boolean;
}

/** A generator; the seed must not be 0. */
export function seeded(seed: number): Random {
  if (seed >>> 0 === 0) throw new RangeError('a seed of 0 gives nothing but 0');
  let state = seed >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const below = (bound: number): number => Math.floor((next() / 4294967296) * bound);
  return {
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    chance: (share) => next() / 4294967296 < share,
  };
}
