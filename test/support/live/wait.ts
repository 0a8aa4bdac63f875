// Bounded waits: a test waits for a condition, never for a time.

/** Milliseconds between two looks. */
const LOOK_EVERY = 5;

/** Lets this many milliseconds pass. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** What `look` gives once that is neither undefined nor false. Throws after `milliseconds`, with what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
  milliseconds = 15_000,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, false | undefined>;
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms in vain: ${what}`);
    await pause(LOOK_EVERY);
  }
}
