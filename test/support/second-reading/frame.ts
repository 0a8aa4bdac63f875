import { readIp, readIpVersion, type Segment } from './internet.ts';

const TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100, 0x9200];
const MPLS: readonly number[] = [0x8847, 0x8848];
const PPPOE_SESSION = 0x8864;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** What a frame shows to httplog: a TCP segment and the tags it came with, outermost first. */
export interface TaggedSegment extends Segment {
  vlans: number[];
}

/** Big-endian 16 bits; NaN beyond the bytes, which equals nothing. */
function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? Number.NaN) * 256 + (bytes[at + 1] ?? Number.NaN);
}

/**
 * "From capture files these link types are read: Ethernet, Linux cooked v1 and v2, BSD null and loopback, raw IP, raw IPv4, raw IPv6."
 * Of any other: undefined, no line.
 */
export function readFrame(linkType: number | undefined, frame: Uint8Array): TaggedSegment | undefined {
  if (linkType === 1) return readProtocol(u16(frame, 12), frame.subarray(14));
  if (linkType === 113) return readProtocol(u16(frame, 14), frame.subarray(16));
  if (linkType === 276) return readProtocol(u16(frame, 0), frame.subarray(20));
  if (linkType === 0) return tagged(readFamily(frame, true));
  if (linkType === 108) return tagged(readFamily(frame, false));
  if (linkType === 101 || linkType === 12 || linkType === 14) return tagged(readIp(frame));
  if (linkType === 228) return tagged(readIpVersion(4, frame));
  if (linkType === 229) return tagged(readIpVersion(6, frame));
  return undefined;
}

function tagged(segment: Segment | undefined, vlans: number[] = []): TaggedSegment | undefined {
  return segment && { ...segment, vlans };
}

/** "Under them: 802.1Q and 802.1ad tags (0x8100, 0x88a8, 0x9100, 0x9200), however many; MPLS; PPPoE sessions; IPv4; IPv6". */
function readProtocol(outermost: number, bytes: Uint8Array): TaggedSegment | undefined {
  const vlans: number[] = [];
  let protocol = outermost;
  let rest = bytes;
  while (TAGS.includes(protocol)) {
    vlans.push(u16(rest, 0) & 0x0fff);
    protocol = u16(rest, 2);
    rest = rest.subarray(4);
  }
  if (MPLS.includes(protocol)) return tagged(readLabels(rest), vlans);
  if (protocol === PPPOE_SESSION) return tagged(readPppoe(rest), vlans);
  if (protocol === IPV4) return tagged(readIpVersion(4, rest), vlans);
  if (protocol === IPV6) return tagged(readIpVersion(6, rest), vlans);
  return undefined;
}

/** Labels until the bottom of the stack; then the version nibble must say 4 or 6. */
function readLabels(stack: Uint8Array): Segment | undefined {
  for (let at = 0; at + 4 <= stack.length; at += 4) {
    const bottom = ((stack[at + 2] ?? 0) & 1) === 1;
    if (bottom) return readIp(stack.subarray(at + 4));
  }
  return undefined;
}

/** "PPPoE sessions (protocol field of two bytes or, compressed, one)". The length field is not looked at. */
function readPppoe(rest: Uint8Array): Segment | undefined {
  if (rest[0] !== 0x11 || rest[1] !== 0) return undefined;
  const ppp = rest.subarray(6);
  if (u16(ppp, 0) === 0x0021) return readIpVersion(4, ppp.subarray(2));
  if (u16(ppp, 0) === 0x0057) return readIpVersion(6, ppp.subarray(2));
  if (ppp[0] === 0x21) return readIpVersion(4, ppp.subarray(1));
  if (ppp[0] === 0x57) return readIpVersion(6, ppp.subarray(1));
  return undefined;
}

/** An address family in 32 bits: of BSD null in the byte order of whatever host captured, of loopback in network order. */
function readFamily(frame: Uint8Array, anyOrder: boolean): Segment | undefined {
  if (frame.length < 4) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const families = anyOrder ? [view.getUint32(0), view.getUint32(0, true)] : [view.getUint32(0)];
  if (families.includes(2)) return readIpVersion(4, frame.subarray(4));
  if (families.some((family) => [10, 24, 28, 30].includes(family))) return readIpVersion(6, frame.subarray(4));
  return undefined;
}
