import { COUNTER_PACKETS, HISTOGRAM_BUCKETS, HISTOGRAM_UNIT } from '../../layout/counters';
import { REGION_COUNTERS } from '../../layout/directory';
import * as directory from './directory';

let region: usize = 0;

export function start(): void {
  region = directory.address(REGION_COUNTERS);
}

/** Adds to a counter (layout/counters). Its word has no other writer. */
export function add(counter: u32, amount: u64): void {
  const word = region + ((<usize>counter) << 3);
  store<u64>(word, load<u64>(word) + amount);
}

/** Sets a gauge. */
export function set(counter: u32, value: u64): void {
  store<u64>(region + ((<usize>counter) << 3), value);
}

export function increment(counter: u32): void {
  add(counter, 1);
}

/** Packets taken so far in this memory. */
export function packets(): u64 {
  return load<u64>(region, COUNTER_PACKETS << 3);
}

/** Counts a time in a histogram (layout/counters). */
export function observe(histogram: u32, nanoseconds: u64): void {
  const units = (nanoseconds + (HISTOGRAM_UNIT - 1)) / HISTOGRAM_UNIT;
  const bucket = units <= 1 ? 0 : min<u32>(64 - <u32>clz<u64>(units - 1), HISTOGRAM_BUCKETS - 1);
  increment(histogram + bucket);
  add(histogram + HISTOGRAM_BUCKETS, nanoseconds);
}
