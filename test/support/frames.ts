import { type ByteOrder, join, u8, u16, u32, zeros } from './bytes.ts';

/** What a link layer carries: a protocol (EtherType) and the bytes that begin with its header. */
export interface Packet {
  protocol: number;
  bytes: Uint8Array;
}

export const ETHERTYPE = {
  ipv4: 0x0800,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mplsUnicast: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
  providerBridge: 0x88a8,
  oldStacked1: 0x9100,
  oldStacked2: 0x9200,
} as const;

/** Link types of capture files (https://www.tcpdump.org/linktypes.html). */
export const LINK_TYPE = {
  bsdNull: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loopback: 108,
  linuxCookedV1: 113,
  rawIpv4: 228,
  rawIpv6: 229,
  linuxCookedV2: 276,
} as const;

export interface VlanFields {
  /** Tag protocol identifier: 0x8100 unless told. */
  type?: number;
  /** 0-7. */
  priority?: number;
}

/** An 802.1Q or 802.1ad tag (id 0-4095) before the packet. Nest the calls for stacked tags: the outermost is the outermost call. */
export function vlan(id: number, packet: Packet, { type = ETHERTYPE.vlan, priority = 0 }: VlanFields = {}): Packet {
  return { protocol: type, bytes: join(u16((priority << 13) | id), u16(packet.protocol), packet.bytes) };
}

/** An MPLS label stack (RFC 3032 section 2.1), outermost label first. The stack does not say what it carries. */
export function mpls(labels: readonly number[], packet: Packet, protocol: number = ETHERTYPE.mplsUnicast): Packet {
  const stack = labels.map((label, i) => u32(((label << 12) | (i === labels.length - 1 ? 0x100 : 0) | 64) >>> 0));
  return { protocol, bytes: join(...stack, packet.bytes) };
}

export interface PppoeFields {
  /** Version and type: 0x11 unless told. */
  versionType?: number;
  /** 0 (session data) unless told. */
  code?: number;
  /** The PPP protocol in one byte instead of two (RFC 1661 section 6.5). */
  compressed?: boolean;
  /** The PPP protocol: that of the packet's IP version unless told. */
  pppProtocol?: number;
}

/** A PPPoE session header (RFC 2516 section 4) and the PPP protocol field before the packet. */
export function pppoe(packet: Packet, fields: PppoeFields = {}): Packet {
  const protocol = fields.pppProtocol ?? (packet.protocol === ETHERTYPE.ipv6 ? 0x0057 : 0x0021);
  const ppp = join(fields.compressed ? u8(protocol) : u16(protocol), packet.bytes);
  const header = join(u8(fields.versionType ?? 0x11), u8(fields.code ?? 0), u16(0x1234), u16(ppp.length));
  return { protocol: ETHERTYPE.pppoeSession, bytes: join(header, ppp) };
}

const MAC_A: Uint8Array = Uint8Array.of(0x02, 0, 0, 0, 0, 0x0a);
const MAC_B: Uint8Array = Uint8Array.of(0x02, 0, 0, 0, 0, 0x0b);

/** An Ethernet II frame, padded to 60 bytes as a network card does if `pad` is said. */
export function ethernet(packet: Packet, pad = false): Uint8Array {
  const frame = join(MAC_B, MAC_A, u16(packet.protocol), packet.bytes);
  return pad && frame.length < 60 ? join(frame, zeros(60 - frame.length)) : frame;
}

/** Linux cooked capture v1 (LINKTYPE_LINUX_SLL): packet type, hardware type, address length, address, protocol. */
export function linuxCookedV1(packet: Packet): Uint8Array {
  return join(u16(0), u16(1), u16(6), MAC_A, zeros(2), u16(packet.protocol), packet.bytes);
}

/** Linux cooked capture v2 (LINKTYPE_LINUX_SLL2): protocol first, then interface, hardware type, packet type, address. */
export function linuxCookedV2(packet: Packet): Uint8Array {
  return join(u16(packet.protocol), zeros(2), u32(2), u16(1), u8(0), u8(6), MAC_A, zeros(2), packet.bytes);
}

/** The address family that BSD systems write: 2 for IPv4; 10, 24, 28 or 30 for IPv6 (30 unless told). */
function family(packet: Packet): number {
  return packet.protocol === ETHERTYPE.ipv6 ? 30 : 2;
}

/** BSD loopback (LINKTYPE_NULL): the family in the byte order of the host that captured. */
export function bsdNull(
  packet: Packet,
  order: ByteOrder = 'little',
  familyNumber: number = family(packet),
): Uint8Array {
  return join(u32(familyNumber, order), packet.bytes);
}

/** OpenBSD loopback (LINKTYPE_LOOP): the family in network byte order. */
export function loopback(packet: Packet, familyNumber: number = family(packet)): Uint8Array {
  return join(u32(familyNumber), packet.bytes);
}

/** Raw IP: nothing stands before the packet. */
export function rawIp(packet: Packet): Uint8Array {
  return packet.bytes;
}
