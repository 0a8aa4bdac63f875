// When flows are forgotten: live by the monotonic clock, from a file by the highest stamp so far.
import * as table from '../flow/table';
import * as settings from '../memory/settings';
import * as pair from './pair';
import * as write from './write';

/** Highest stamp so far, nanoseconds. */
let highest: u64 = 0;

/** Nanoseconds of a millisecond. */
const MILLISECOND: u64 = 1000000;

/** Sets the flow clock by a packet of a file. */
export function follow(stamp: u64): void {
  if (stamp <= highest) return;
  highest = stamp;
  table.setClock(<u32>(stamp / MILLISECOND));
  pair.expire();
}

/** Forgets the flows that were silent too long, and writes what leaves with them. */
export function expire(): void {
  if (!settings.pair) return;
  pair.expire();
  write.isReady();
}

/** Forgets every flow. */
export function closeAll(): void {
  if (settings.pair) pair.closeAll();
}
