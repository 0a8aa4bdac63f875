// The flow clock of a live run: CLOCK_MONOTONIC in whole milliseconds. It only expires flows; what is written comes from the
// packets' stamps.

/** From this thread's `performance.now()`, which is CLOCK_MONOTONIC since the thread's beginning, to CLOCK_MONOTONIC itself. */
const begin: number = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds as a 32-bit number that wraps after 49 days, the same in every thread. A call makes no garbage. */
export function flowClock(): number {
  return (begin + performance.now()) >>> 0;
}
