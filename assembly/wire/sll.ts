// Linux cooked capture, version 1 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
import * as be from './be';

export const HEADER_LENGTH: usize = 16;
const PROTOCOL = 14;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

export function protocol(at: usize): u32 {
  return be.u16At(at + PROTOCOL);
}
