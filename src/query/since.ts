// From which local time on the lines are that were logged since some moment.

const QUARTER = 900_000;
/** Clocks go back by two hours at most, at whole quarters of an hour. */
const QUARTERS = 8;

/**
 * The earliest local time, as text lines have it, between two moments (milliseconds since 1970). It is that of the first, but where clocks
 * went back behind it: what was logged then has earlier times, and counts; so does what has the same times from before.
 */
export function localSince(since: number, now: number): string {
  const next = Math.ceil(since / QUARTER) * QUARTER;
  const later = Array.from({ length: QUARTERS }, (_, index) => next + index * QUARTER).filter((time) => time <= now);
  const [earliest = ''] = [since, ...later].map(localTime).sort();
  return earliest;
}

function localTime(milliseconds: number): string {
  const minutes = new Date(milliseconds).getTimezoneOffset();
  return new Date(milliseconds - minutes * 60_000).toISOString().replace('T', ' ').slice(0, 23);
}
