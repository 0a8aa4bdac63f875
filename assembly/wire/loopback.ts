// BSD loopback: a four-byte address family (https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html).
// LINKTYPE_NULL has the byte order of the machine that captured, LINKTYPE_LOOP network order.
import * as be from './be';

export const HEADER_LENGTH: usize = 4;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

/** The address family in network order. */
export function family(at: usize): u32 {
  return be.u32At(at);
}

/** The address family in whichever byte order makes it small, as no family is above 255. */
export function familyOfEitherOrder(at: usize): u32 {
  const value = load<u32>(at);
  return value < 256 ? value : bswap<u32>(value);
}

export function isIpv4(family: u32): bool {
  return family === 2;
}

/** AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, and Darwin. */
export function isIpv6(family: u32): bool {
  return family === 10 || family === 24 || family === 28 || family === 30;
}
