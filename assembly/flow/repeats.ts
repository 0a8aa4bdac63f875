// The heads that a flow showed last, by their numbers: one that comes again is a retransmission.
import { isNear } from './answers';

/** How many heads of each kind are remembered. A power of two. */
const REMEMBERED: u32 = 16;
/** u32: how many heads there were; behind it, two u32 each, their sequence and acknowledgement numbers. */
const NUMBERS: usize = 4;

/** Bytes of one kind's heads. */
export const REPEATS_BYTES: i32 = 132;

/**
 * Whether a head that begins at this number is among those at `heads`; if not, it is from now on. Where the acknowledgement
 * numbers are far apart it is that of another connection over the same ports, whose client may choose where it begins.
 */
export function isRepeat(heads: usize, sequence: u32, acknowledgement: u32): bool {
  const count = load<u32>(heads);
  const known = min(count, REMEMBERED);
  for (let i: u32 = 0; i < known; i++) {
    const numbers = heads + NUMBERS + ((<usize>i) << 3);
    if (load<u32>(numbers) === sequence && isNear(load<u32>(numbers, 4), acknowledgement)) return true;
  }
  const numbers = heads + NUMBERS + ((<usize>(count % REMEMBERED)) << 3);
  store<u32>(numbers, sequence);
  store<u32>(numbers, acknowledgement, 4);
  store<u32>(heads, count + 1);
  return false;
}
