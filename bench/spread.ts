// Medians, with the least and the most.

/** What several rounds gave. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly rounds: number;
}

/** The spread of one value or more. Throws a RangeError for none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [minimum, maximum] = [sorted[0], sorted.at(-1)];
  if (minimum === undefined || maximum === undefined) throw new RangeError('no values');
  const upper = sorted[Math.floor(sorted.length / 2)] ?? minimum;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? minimum;
  return { median: (upper + lower) / 2, minimum, maximum, rounds: sorted.length };
}

/** Ratios pair by pair, of the rounds in which both have a value, theirs above 0. Undefined where there is none. */
export function ratioOf(ours: ReadonlyMap<number, number>, theirs: ReadonlyMap<number, number>): Spread | undefined {
  const ratios = [...ours].flatMap(([round, value]) => {
    const other = theirs.get(round);
    return other === undefined || other <= 0 ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}
