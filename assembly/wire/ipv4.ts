// IPv4 (RFC 791, section 3.1).
import * as be from './be';

export const HEADER_LENGTH: usize = 20;
const TOTAL_LENGTH = 2;
const FRAGMENT = 6;
const PROTOCOL = 9;
const SOURCE = 12;
const DESTINATION = 16;

/** Whether a whole header stands here, with its options. */
export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end && at + headerLength(at) <= end;
}

export function version(at: usize): u32 {
  return <u32>load<u8>(at) >> 4;
}

/** Length of the header with its options in bytes, 0 to 60. */
export function headerLength(at: usize): usize {
  return (<usize>load<u8>(at) & 15) << 2;
}

/** Length of the packet, header included; 0 in a packet that was not cut into segments yet. */
export function totalLength(at: usize): u32 {
  return be.u16At(at + TOTAL_LENGTH);
}

/** Place of this fragment in its packet, in units of eight bytes. */
export function fragmentOffset(at: usize): u32 {
  return be.u16At(at + FRAGMENT) & 0x1fff;
}

export function protocol(at: usize): u32 {
  return <u32>load<u8>(at, PROTOCOL);
}

/** Address of the four bytes of the source. */
export function source(at: usize): usize {
  return at + SOURCE;
}

/** Address of the four bytes of the destination. */
export function destination(at: usize): usize {
  return at + DESTINATION;
}

/** Address of the header whose source stands at this address. */
export function ofSource(address: usize): usize {
  return address - SOURCE;
}
