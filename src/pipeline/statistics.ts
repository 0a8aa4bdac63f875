// The counters of a run: one region in each packet memory, and two shared buffers of the same layout for the writer's and
// the main thread's own. Each word has one writer; here they are added up when asked.
import { COUNTERS_BYTES, HISTOGRAM_BUCKETS, HISTOGRAM_UNIT } from '../../layout/counters.ts';
import { REGION_COUNTERS } from '../../layout/directory.ts';
import { regionOf } from './memory.ts';

/** The words of one thread's counters. */
export type Counters = BigInt64Array;

/** Counters of a thread that has no packet memory. */
export function makeCounters(): Counters {
  return new BigInt64Array(new SharedArrayBuffer(COUNTERS_BYTES));
}

/** The counters in a packet memory. */
export function countersOf(memory: WebAssembly.Memory): Counters {
  return new BigInt64Array(memory.buffer, regionOf(memory, REGION_COUNTERS).address, COUNTERS_BYTES / 8);
}

/** Adds to a counter of the calling thread. */
export function count(counters: Counters, counter: number, amount: number): void {
  if (amount !== 0) Atomics.add(counters, counter, BigInt(amount));
}

/** Sets a gauge of the calling thread. */
export function set(counters: Counters, gauge: number, value: number): void {
  Atomics.store(counters, gauge, BigInt(value));
}

/** Counts a time in a histogram (layout/counters), as the packet code does. */
export function observe(counters: Counters, histogram: number, milliseconds: number): void {
  const nanoseconds = Math.round(milliseconds * 1e6);
  const units = Math.ceil(nanoseconds / HISTOGRAM_UNIT);
  const bucket = units <= 1 ? 0 : Math.min(Math.ceil(Math.log2(units)), HISTOGRAM_BUCKETS - 1);
  count(counters, histogram + bucket, 1);
  count(counters, histogram + HISTOGRAM_BUCKETS, nanoseconds);
}

/** A counter (layout/counters) over all threads. */
export function total(all: readonly Counters[], counter: number): number {
  return all.reduce((sum, counters) => sum + Number(Atomics.load(counters, counter)), 0);
}
