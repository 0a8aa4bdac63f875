// Every mode but the main one: which of them a run is in, and the flow clock, by which flows are forgotten; live that is the
// monotonic clock, from a file the highest stamp so far.
import * as leaving from '../flow/leaving';
import * as table from '../flow/table';
import * as follower from '../follow/follower';
import * as line from '../format/line';
import * as settings from '../memory/settings';
import * as slabs from '../memory/slabs';
import * as assemble from './assemble';
import * as heads from './heads';
import * as pair from './pair';
import * as write from './write';

/** Nanoseconds of a millisecond. */
const MILLISECOND: u64 = 1000000;

/** The clock wraps after 49 days, and half of that is as good as back: over more it goes in such steps. */
const LEAP: u64 = MILLISECOND << 30;
/** Highest stamp of a file so far, nanoseconds; a long leap is done in steps. */
let highest: u64 = 0;

export function start(): void {
  line.start();
  slabs.start();
  table.start();
  leaving.start();
  follower.start();
}

/**
 * Sets the flow clock by a packet of a file, and forgets the flows that were silent too long. Returns false where a line would
 * find no free area: the packet must wait, for it may belong to such a flow.
 */
export function follow(stamp: u64): bool {
  do {
    if (stamp > highest) {
      highest = highest === 0 || stamp - highest <= LEAP ? stamp : highest + LEAP;
      table.setClock(<u32>(highest / MILLISECOND));
    }
    if (!forgetSilent()) return false;
  } while (stamp > highest);
  return true;
}

/**
 * Judges the segment that was decoded, which came by this interface. Returns false where a line from a file would find no
 * free area: the same call goes on. Live such a line is lost and counted.
 */
export function segment(interfaceIndex: u32): bool {
  return settings.assemble ? assemble.segment(interfaceIndex) : heads.segment(interfaceIndex);
}

/** Forgets the flows that were silent too long, and writes what leaves with them. */
export function expire(): void {
  forgetSilent();
  write.isReady();
}

function forgetSilent(): bool {
  if (settings.assemble) return assemble.expire();
  if (settings.pair) pair.expire();
  return true;
}

/** Forgets every flow and writes all that waits. Returns false where a line from a file would find no free area. */
export function finish(): bool {
  if (settings.assemble) {
    if (!assemble.closeAll()) return false;
  } else if (settings.pair) pair.closeAll();
  return write.isReady() || leaving.first() === 0;
}
