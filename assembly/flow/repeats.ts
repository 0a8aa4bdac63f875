// The heads that a flow showed last, by their sequence numbers: one that comes again is a retransmission.

/** How many heads of each kind are remembered. A power of two. */
const REMEMBERED: u32 = 16;
/** u32: how many heads there were; behind it their numbers. */
const NUMBERS: usize = 4;

/** Bytes of one kind's heads. */
export const REPEATS_BYTES: i32 = 68;

/** Whether a head that begins at this number is among those at `heads`; if not, it is from now on. */
export function isRepeat(heads: usize, sequence: u32): bool {
  const count = load<u32>(heads);
  const known = min(count, REMEMBERED);
  for (let i: u32 = 0; i < known; i++) {
    if (load<u32>(heads + NUMBERS + ((<usize>i) << 2)) === sequence) return true;
  }
  store<u32>(heads + NUMBERS + ((<usize>(count % REMEMBERED)) << 2), sequence);
  store<u32>(heads, count + 1);
  return false;
}
