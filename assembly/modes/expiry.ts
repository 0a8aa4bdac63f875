// When flows are forgotten: live by the monotonic clock, from a file by the highest stamp so far.
import * as leaving from '../flow/leaving';
import * as table from '../flow/table';
import * as settings from '../memory/settings';
import * as assemble from './assemble';
import * as pair from './pair';
import * as write from './write';

/** Highest stamp so far, nanoseconds. */
let highest: u64 = 0;

/** Nanoseconds of a millisecond. */
const MILLISECOND: u64 = 1000000;

/** Whether this run remembers flows. */
export function isNeeded(): bool {
  return settings.pair || settings.assemble;
}

/** Sets the flow clock by a packet of a file. */
export function follow(stamp: u64): void {
  if (stamp <= highest) return;
  highest = stamp;
  table.setClock(<u32>(stamp / MILLISECOND));
  forgetSilent();
}

/** Forgets the flows that were silent too long, and writes what leaves with them. */
export function expire(): void {
  if (!isNeeded()) return;
  forgetSilent();
  write.isReady();
}

function forgetSilent(): void {
  if (settings.assemble) assemble.expire();
  else pair.expire();
}

/** Forgets every flow and writes all that waits. Returns false where a line from a file would find no free area. */
export function finish(): bool {
  if (settings.assemble) {
    if (!assemble.closeAll()) return false;
  } else if (settings.pair) pair.closeAll();
  return write.isReady() || leaving.first() === 0;
}
