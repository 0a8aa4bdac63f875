import { address } from './addresses.ts';
import { join, padded, u8, u16, u32, zeros } from './bytes.ts';
import { ETHERTYPE, type Packet } from './frames.ts';

export const PROTOCOL = { tcp: 6, udp: 17 } as const;

export interface TcpFields {
  sourcePort: number;
  destinationPort: number;
  sequence?: number;
  acknowledgment?: number;
  /** ACK and PSH (0x18) unless told. */
  flags?: number;
  /** Padded to a multiple of 4 with zeros, which end the option list. */
  options?: Uint8Array;
  /** In 32-bit words; the header's real length unless told. */
  dataOffset?: number;
}

/** A TCP segment (RFC 9293 section 3.1). The checksum stays 0: httplog looks at none. */
export function tcp(fields: TcpFields, payload: Uint8Array): Uint8Array {
  const options = padded(fields.options ?? zeros(0), 4);
  const dataOffset = fields.dataOffset ?? 5 + options.length / 4;
  return join(
    u16(fields.sourcePort),
    u16(fields.destinationPort),
    u32(fields.sequence ?? 1),
    u32(fields.acknowledgment ?? 1),
    u8(dataOffset << 4),
    u8(fields.flags ?? 0x18),
    u16(64240),
    zeros(4),
    options,
    payload,
  );
}

export interface Ipv4Fields {
  source: string;
  destination: string;
  /** TCP unless told. */
  protocol?: number;
  version?: number;
  /** In 32-bit words; the header's real length unless told. */
  headerLength?: number;
  /** Padded to a multiple of 4 with zeros, which end the option list. */
  options?: Uint8Array;
  /** In bytes; the packet's real length unless told. */
  totalLength?: number;
  moreFragments?: boolean;
  /** In units of 8 bytes. */
  fragmentOffset?: number;
  /** Bytes that follow the packet in its frame. */
  padding?: number;
}

/** The ones' complement sum of RFC 1071 over a header whose own checksum is 0. */
function internetChecksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += ((header[i] ?? 0) << 8) | (header[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An IPv4 packet (RFC 791 section 3.1). */
export function ipv4(fields: Ipv4Fields, payload: Uint8Array): Packet {
  const options = padded(fields.options ?? zeros(0), 4);
  const headerLength = fields.headerLength ?? 5 + options.length / 4;
  const header = join(
    u8(((fields.version ?? 4) << 4) | headerLength),
    u8(0),
    u16(fields.totalLength ?? 20 + options.length + payload.length),
    u16(0x4242),
    u16((fields.moreFragments ? 0x2000 : 0) | (fields.fragmentOffset ?? 0)),
    u8(64),
    u8(fields.protocol ?? PROTOCOL.tcp),
    u16(0),
    address(fields.source),
    address(fields.destination),
    options,
  );
  header.set(u16(internetChecksum(header)), 10);
  return { protocol: ETHERTYPE.ipv4, bytes: join(header, payload, zeros(fields.padding ?? 0)) };
}

/** An IPv6 extension header: its own number and its bytes, whose first is overwritten with the number of the next one. */
export interface ExtensionHeader {
  type: number;
  bytes: Uint8Array;
}

/** Hop-by-hop (0), routing (43), destination options (60) or mobility (135): `units` times 8 bytes (at least 1). */
export function extension(type: number, units = 1): ExtensionHeader {
  return { type, bytes: join(u8(0), u8(units - 1), zeros(units * 8 - 2)) };
}

/** A fragment header (RFC 8200 section 4.5), its offset in units of 8 bytes. */
export function fragment(offset: number, more = true): ExtensionHeader {
  return { type: 44, bytes: join(u8(0), u8(0), u16((offset << 3) | (more ? 1 : 0)), u32(7)) };
}

/** An authentication header (RFC 4302 section 2.2) of `words` 32-bit words (at least 3). */
export function authentication(words = 6): ExtensionHeader {
  return { type: 51, bytes: join(u8(0), u8(words - 2), zeros(words * 4 - 2)) };
}

export interface Ipv6Fields {
  source: string;
  destination: string;
  version?: number;
  extensions?: readonly ExtensionHeader[];
  /** What stands behind the last extension header: TCP unless told. */
  protocol?: number;
  /** In bytes; the real length of all that follows the header unless told. */
  payloadLength?: number;
  /** Bytes that follow the packet in its frame. */
  padding?: number;
}

/** An IPv6 packet (RFC 8200 section 3). */
export function ipv6(fields: Ipv6Fields, payload: Uint8Array): Packet {
  const extensions = fields.extensions ?? [];
  const types = [...extensions.map((header) => header.type), fields.protocol ?? PROTOCOL.tcp];
  const chain = extensions.map((header, i) => join(u8(types[i + 1] ?? 59), header.bytes.subarray(1)));
  const rest = join(...chain, payload);
  const header = join(
    u32((fields.version ?? 6) * 0x10000000),
    u16(fields.payloadLength ?? rest.length),
    u8(types[0] ?? 59),
    u8(64),
    address(fields.source),
    address(fields.destination),
  );
  return { protocol: ETHERTYPE.ipv6, bytes: join(header, rest, zeros(fields.padding ?? 0)) };
}

export interface Ends {
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
}

/** A plain TCP packet between two ends, IPv4 or IPv6 by their addresses. A length that its field can't hold is 0 (the frame's end). */
export function tcpPacket(ends: Ends, payload: Uint8Array): Packet {
  const segment = tcp(ends, payload);
  if (ends.source.includes(':')) return ipv6(segment.length > 65_535 ? { ...ends, payloadLength: 0 } : ends, segment);
  return ipv4(segment.length > 65_515 ? { ...ends, totalLength: 0 } : ends, segment);
}
