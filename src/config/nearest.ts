/**
 * How many single changes lead from one word to another: a character put in, left out or replaced, or two neighbours exchanged (the optimal
 * string alignment distance).
 */
export function distance(from: string, to: string): number {
  let older: number[] = [];
  let old: number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const now = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      let best = Math.min((old[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1, (old[column - 1] ?? 0) + same);
      const exchanged = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && exchanged) best = Math.min(best, (older[column - 2] ?? 0) + 1);
      now.push(best);
    }
    older = old;
    old = now;
  }
  return old[to.length] ?? 0;
}

/** Longer words than any known name are not worth comparing. */
const LONGEST = 40;

/**
 * The known word that a mistyped one probably means: the nearest, if at most a third of its characters are wrong. Case never counts; words of one
 * or two characters are all near each other, so for them nothing else may differ.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Math.floor(word.length / 3) + 1;
  for (const candidate of known) {
    const changes = distance(lower, candidate.toLowerCase());
    if (changes < least) [best, least] = [candidate, changes];
  }
  return best;
}
