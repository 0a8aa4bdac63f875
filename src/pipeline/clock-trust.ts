// Whether the clock may decide which days are old. A clock that is far ahead would have every file removed.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The clock was set if it moved by so much more or less than time did, in milliseconds. */
const JUMP = HOUR;
/** Milliseconds for which nothing is removed then: so long somebody has to set it right. */
const DOUBT = DAY;
/** systemd takes a clock that is so much later than its own build for a broken one (CLOCK_VALID_RANGE_USEC_MAX), as is done here. */
const PLAUSIBLE_YEARS = 15;

/** A clock, in milliseconds: since 1970, and one that nobody sets. */
export interface Clocks {
  now(): number;
  monotonic(): number;
}

const CLOCKS: Clocks = { now: () => Date.now(), monotonic: () => performance.now() };

/** Tells, at each look, why the clock is not to be trusted just now; undefined where it is. `installed`: when httplog was. */
export function watchClock(installed: number, clocks: Clocks = CLOCKS): () => string | undefined {
  const apart = (): number => clocks.now() - clocks.monotonic();
  let before = apart();
  let doubtUntil = Number.NEGATIVE_INFINITY;
  return () => {
    const years = (clocks.now() - installed) / (365.25 * DAY);
    if (years > PLAUSIBLE_YEARS) {
      return `the clock stands more than ${PLAUSIBLE_YEARS} years after httplog was installed: set it, or install httplog again`;
    }
    const jumped = Math.abs(apart() - before) > JUMP;
    before = apart();
    if (jumped) doubtUntil = clocks.monotonic() + DOUBT;
    return clocks.monotonic() < doubtUntil ? 'the clock was set: they are for a day' : undefined;
  };
}
