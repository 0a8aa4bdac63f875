// A VLAN tag behind its type: tag control information, then the type of what follows (IEEE 802.1Q, clause 9.6).
import * as be from './be';

export const HEADER_LENGTH: usize = 4;
export const ETHERTYPE = 2;

/** Whether a type announces a tag: 802.1Q, 802.1ad and the two older ones for stacked tags. */
export function isTag(etherType: u32): bool {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200;
}

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

/** The VLAN's number, 0 to 4095: the low twelve bits of the control information. */
export function identifier(at: usize): u32 {
  return be.u16At(at) & 0xfff;
}

export function etherType(at: usize): u32 {
  return be.u16At(at + ETHERTYPE);
}
