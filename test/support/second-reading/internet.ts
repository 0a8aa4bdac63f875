const TCP = 6;

/** A TCP segment: addresses of 4 or 16 bytes. */
export interface Segment {
  source: Uint8Array;
  destination: Uint8Array;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  /** RFC 9293 section 3.1, the low six bits. */
  flags: number;
  payload: Uint8Array;
  /** Bytes of the payload that were not captured, which the IP header tells of. */
  missing: number;
}

type InTcp = Omit<Segment, 'source' | 'destination' | 'missing'>;

/** The byte at `at`, which the caller knows to be there. */
function u8(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError(`byte ${at} of ${bytes.length}`);
  return byte;
}

function u16(bytes: Uint8Array, at: number): number {
  return u8(bytes, at) * 256 + u8(bytes, at + 1);
}

/** IPv4 or IPv6, as the version nibble says. */
export function readIp(packet: Uint8Array): Segment | undefined {
  return readIpVersion(4, packet) ?? readIpVersion(6, packet);
}

/** A packet of which something before it says the version; the version nibble must agree. */
export function readIpVersion(version: 4 | 6, packet: Uint8Array): Segment | undefined {
  if (packet.length === 0 || u8(packet, 0) >> 4 !== version) return undefined;
  return version === 4 ? readIpv4(packet) : readIpv6(packet);
}

/**
 * "A payload ends where the IP header says, not where the frame does (short frames are padded), or earlier where the captured bytes end;
 * an IPv4 total length or IPv6 payload length of 0 means the frame's end."
 */
function readIpv4(captured: Uint8Array): Segment | undefined {
  if (captured.length < 20) return undefined;
  const headerLength = (u8(captured, 0) & 0x0f) * 4;
  const totalLength = u16(captured, 2);
  if (headerLength < 20 || captured.length < headerLength) return undefined;
  if (totalLength !== 0 && totalLength < headerLength) return undefined;
  const packet = totalLength === 0 ? captured : captured.subarray(0, totalLength);

  // "Of a fragmented packet only the first fragment can show a head."
  const fragmentOffset = u16(packet, 6) & 0x1fff;
  if (fragmentOffset !== 0 || u8(packet, 9) !== TCP) return undefined;
  const tcp = readTcp(packet.subarray(headerLength));
  const missing = Math.max(totalLength - captured.length, 0);
  return tcp && { source: packet.subarray(12, 16), destination: packet.subarray(16, 20), ...tcp, missing };
}

function readIpv6(captured: Uint8Array): Segment | undefined {
  if (captured.length < 40) return undefined;
  const payloadLength = u16(captured, 4);
  const packet = payloadLength === 0 ? captured : captured.subarray(0, 40 + payloadLength);
  const tcp = readChain(u8(packet, 6), packet.subarray(40));
  const missing = payloadLength === 0 ? 0 : Math.max(40 + payloadLength - captured.length, 0);
  return tcp && { source: packet.subarray(8, 24), destination: packet.subarray(24, 40), ...tcp, missing };
}

/** "IPv6 with extension headers (0, 43, 44, 51, 60, 135)". The chain ends where TCP comes. */
function readChain(first: number, bytes: Uint8Array): InTcp | undefined {
  let type = first;
  let rest = bytes;
  while (type !== TCP) {
    const length = extensionLength(type, rest);
    if (length === undefined || length > rest.length) return undefined;
    // "Of a fragmented packet only the first fragment can show a head."
    if (type === 44 && u16(rest, 2) >> 3 !== 0) return undefined;
    type = u8(rest, 0);
    rest = rest.subarray(length);
  }
  return readTcp(rest);
}

/** RFC 8200 section 4: units of 8 bytes after the first 8; authentication (RFC 4302): of 4 bytes after the first 8. */
function extensionLength(type: number, rest: Uint8Array): number | undefined {
  if (rest.length < 8) return undefined;
  if (type === 0 || type === 43 || type === 60 || type === 135) return (u8(rest, 1) + 1) * 8;
  if (type === 44) return 8;
  if (type === 51) return (u8(rest, 1) + 2) * 4;
  return undefined;
}

function readTcp(segment: Uint8Array): InTcp | undefined {
  if (segment.length < 20) return undefined;
  const headerLength = (u8(segment, 12) >> 4) * 4;
  if (headerLength < 20 || headerLength > segment.length) return undefined;
  return {
    sourcePort: u16(segment, 0),
    destinationPort: u16(segment, 2),
    sequence: u16(segment, 4) * 65_536 + u16(segment, 6),
    acknowledgement: u16(segment, 8) * 65_536 + u16(segment, 10),
    flags: u8(segment, 13) & 0x3f,
    payload: segment.subarray(headerLength),
  };
}
