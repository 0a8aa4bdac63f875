import { type ByteOrder, integer, join, padded, u8, u16, u32, zeros } from './bytes.ts';
import type { CapturePacket } from './capture-file.ts';

/** Block types of pcapng (draft-ietf-opsawg-pcapng section 4). */
export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;

export const OPTION = { end: 0, comment: 1, resolution: 9, offset: 14 } as const;

/** A block: type, total length, body padded to 32 bits, total length again. `trailing` overrides the second length. */
export function block(type: number, body: Uint8Array, order: ByteOrder, trailing?: number): Uint8Array {
  const whole = padded(body, 4);
  const length = whole.length + 12;
  return join(u32(type, order), u32(length, order), whole, u32(trailing ?? length, order));
}

/** An option: code, length, value padded to 32 bits. */
export function option(code: number, value: Uint8Array, order: ByteOrder): Uint8Array {
  return join(u16(code, order), u16(value.length, order), padded(value, 4));
}

/** A Section Header Block of unknown section length. */
export function sectionHeader(order: ByteOrder, options: Uint8Array = zeros(0)): Uint8Array {
  const body = join(u32(0x1a2b3c4d, order), u16(1, order), u16(0, order), integer(-1, 8), options);
  return block(BLOCK.sectionHeader, body, order);
}

export interface Interface {
  linkType: number;
  snaplen?: number;
  /** if_tsresol: 10 to the minus n, or with the highest bit set 2 to the minus n. Microseconds (6) without it. */
  resolution?: number;
  /** if_tsoffset: seconds to add to every time. */
  offset?: bigint;
  /** Whole options to write before those, `opt_endofopt` not counted. */
  options?: Uint8Array;
}

/** An Interface Description Block. */
export function interfaceDescription(fields: Interface, order: ByteOrder): Uint8Array {
  const options = [fields.options ?? zeros(0)];
  if (fields.resolution !== undefined) options.push(option(OPTION.resolution, u8(fields.resolution), order));
  if (fields.offset !== undefined) options.push(option(OPTION.offset, integer(fields.offset, 8, order), order));
  if (join(...options).length > 0) options.push(option(OPTION.end, zeros(0), order));
  const body = join(u16(fields.linkType, order), zeros(2), u32(fields.snaplen ?? 0, order), ...options);
  return block(BLOCK.interfaceDescription, body, order);
}

/** A time (nanoseconds since 1970) in the units that the interface counts in, as it stands in a block. */
export function timeUnits(time: bigint, fields: Pick<Interface, 'resolution' | 'offset'>): bigint {
  const resolution = fields.resolution ?? 6;
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
  return ((time - (fields.offset ?? 0n) * 1_000_000_000n) * perSecond) / 1_000_000_000n;
}

export interface PacketFields {
  interface: number;
  /** In the interface's units. */
  units: bigint;
  bytes: Uint8Array;
  /** What the block says; the real length unless told. */
  capturedLength?: number;
  originalLength?: number;
  options?: Uint8Array;
}

/** Time and lengths, as the Enhanced Packet Block and its obsolete forerunner write them, and the packet. */
function timeLengthsAndPacket(fields: PacketFields, order: ByteOrder): Uint8Array {
  return join(
    u32(Number((fields.units >> 32n) & 0xffffffffn), order),
    u32(Number(fields.units & 0xffffffffn), order),
    u32(fields.capturedLength ?? fields.bytes.length, order),
    u32(fields.originalLength ?? fields.bytes.length, order),
    padded(fields.bytes, 4),
    fields.options ?? zeros(0),
  );
}

/** An Enhanced Packet Block. */
export function enhancedPacket(fields: PacketFields, order: ByteOrder): Uint8Array {
  return block(BLOCK.enhancedPacket, join(u32(fields.interface, order), timeLengthsAndPacket(fields, order)), order);
}

/** The obsolete Packet Block: an interface of 16 bits, then a count of drops. */
export function obsoletePacket(fields: PacketFields, order: ByteOrder): Uint8Array {
  const head = join(u16(fields.interface, order), u16(0xffff, order));
  return block(BLOCK.obsoletePacket, join(head, timeLengthsAndPacket(fields, order)), order);
}

/** A Simple Packet Block: no interface, no time. */
export function simplePacket(bytes: Uint8Array, order: ByteOrder, originalLength: number = bytes.length): Uint8Array {
  return block(BLOCK.simplePacket, join(u32(originalLength, order), bytes), order);
}

export interface SectionPacket extends CapturePacket {
  /** Index of its interface in the section: 0 unless told. */
  interface?: number;
  /** `enhanced` unless told. */
  as?: 'enhanced' | 'obsolete' | 'simple';
}

export interface Section {
  order?: ByteOrder;
  interfaces: readonly Interface[];
  packets: readonly SectionPacket[];
}

function packetBlock(packet: SectionPacket, section: Section, order: ByteOrder): Uint8Array {
  if (packet.as === 'simple') return simplePacket(packet.bytes, order, packet.originalLength);
  const index = packet.interface ?? 0;
  const units = timeUnits(packet.time, section.interfaces[index] ?? {});
  const fields: PacketFields = { interface: index, units, bytes: packet.bytes };
  if (packet.originalLength !== undefined) fields.originalLength = packet.originalLength;
  return packet.as === 'obsolete' ? obsoletePacket(fields, order) : enhancedPacket(fields, order);
}

/** A pcapng file of plain sections: the header, all interfaces, all packets. */
export function pcapng(sections: readonly Section[]): Uint8Array {
  return join(
    ...sections.map((section) => {
      const order = section.order ?? 'little';
      return join(
        sectionHeader(order),
        ...section.interfaces.map((fields) => interfaceDescription(fields, order)),
        ...section.packets.map((packet) => packetBlock(packet, section, order)),
      );
    }),
  );
}
