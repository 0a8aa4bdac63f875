import { join, padded, u8, u16, u32, zeros } from './bytes.ts';
import { ETHERTYPE } from './frames.ts';

/** A packet of a TPACKET_V3 block (linux/if_packet.h). */
export interface RingPacket {
  /** From the network header on. */
  bytes: Uint8Array;
  /** Nanoseconds since 1970: 0 unless told. */
  time?: bigint;
  /** On the wire; that of `bytes` unless told. */
  originalLength?: number;
  /** IPv4 unless told. */
  protocol?: number;
  /** 2 unless told. */
  interfaceIndex?: number;
  /** Ethernet (1) unless told. */
  hardwareType?: number;
  /** To this host (0) unless told; 4 is outgoing. */
  packetType?: number;
  /** Tag control information of a tag that the kernel took off. */
  tag?: number;
}

const BLOCK_HEADER = 48;
const STATUS_VLAN_VALID = 1 << 4;
/** struct tpacket3_hdr, struct sockaddr_ll, and a gap as the kernel leaves it. */
const NETWORK = 96;

/** struct tpacket3_hdr, struct sockaddr_ll, and the packet; `next` is the distance to the next packet. */
function packet(fields: RingPacket, next: number): Uint8Array {
  const time = fields.time ?? 0n;
  const header = join(
    u32(next, 'little'),
    u32(Number(time / 1_000_000_000n), 'little'),
    u32(Number(time % 1_000_000_000n), 'little'),
    u32(fields.bytes.length, 'little'),
    u32(fields.originalLength ?? fields.bytes.length, 'little'),
    u32(1 | (fields.tag === undefined ? 0 : STATUS_VLAN_VALID), 'little'),
    u16(NETWORK, 'little'),
    u16(NETWORK, 'little'),
    u32(0x12345678, 'little'),
    u32(fields.tag ?? 0, 'little'),
    zeros(12),
  );
  const address = join(
    u16(17, 'little'),
    u16(fields.protocol ?? ETHERTYPE.ipv4),
    u32(fields.interfaceIndex ?? 2, 'little'),
    u16(fields.hardwareType ?? 1, 'little'),
    u8(fields.packetType ?? 0),
    u8(6),
    zeros(8),
  );
  return join(header, address, zeros(NETWORK - header.length - address.length), fields.bytes);
}

/** A block that the kernel has handed over. As there, the last packet says 0 for the distance to the next one. */
export function ringBlock(packets: readonly RingPacket[]): Uint8Array {
  const parts = packets.map((fields, i) => {
    const whole = padded(packet(fields, 0), 16);
    return i === packets.length - 1 ? whole : padded(packet(fields, whole.length), 16);
  });
  const header = join(u32(1, 'little'), u32(BLOCK_HEADER, 'little'), u32(1, 'little'), u32(packets.length, 'little'));
  return join(header, u32(BLOCK_HEADER, 'little'), zeros(BLOCK_HEADER - 20), ...parts);
}
