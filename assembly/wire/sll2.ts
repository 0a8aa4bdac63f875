// Linux cooked capture, version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html).
import * as be from './be';

export const HEADER_LENGTH: usize = 20;
const PROTOCOL = 0;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

export function protocol(at: usize): u32 {
  return be.u16At(at + PROTOCOL);
}
