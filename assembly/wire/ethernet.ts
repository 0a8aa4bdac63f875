// Ethernet II: destination, source, type (IEEE 802.3, clause 3). The types are IANA's "Ethernet Numbers".
import * as be from './be';

export const HEADER_LENGTH: usize = 14;
export const ETHERTYPE = 12;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_MPLS_UNICAST = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

export function etherType(at: usize): u32 {
  return be.u16At(at + ETHERTYPE);
}
