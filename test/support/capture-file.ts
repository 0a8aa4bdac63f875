import { type ByteOrder, join, u16, u32, zeros } from './bytes.ts';

/** A packet to be written into a capture file. */
export interface CapturePacket {
  /** Nanoseconds since 1970. */
  time: bigint;
  bytes: Uint8Array;
  /** The length that the packet had on the wire: that of `bytes` unless told. */
  originalLength?: number;
}

export interface PcapSettings {
  order?: ByteOrder;
  resolution?: 'micro' | 'nano';
  /** Ethernet unless told. All 32 bits of the header's field: the upper ones may say an FCS length. */
  linkType?: number;
  snaplen?: number;
  /** Alexey Kuznetzov's modified format (magic a1b2cd34): record headers of 24 bytes, microseconds. */
  modified?: boolean;
}

const MAGIC_MICRO = 0xa1b2c3d4;
const MAGIC_NANO = 0xa1b23c4d;
const MAGIC_MODIFIED = 0xa1b2cd34;

/** The 24 bytes that a pcap file begins with (draft-ietf-opsawg-pcap section 4). */
export function pcapHeader(settings: PcapSettings = {}): Uint8Array {
  const order = settings.order ?? 'little';
  const plain = settings.resolution === 'nano' ? MAGIC_NANO : MAGIC_MICRO;
  return join(
    u32(settings.modified ? MAGIC_MODIFIED : plain, order),
    u16(2, order),
    u16(4, order),
    zeros(8),
    u32(settings.snaplen ?? 262_144, order),
    u32(settings.linkType ?? 1, order),
  );
}

/** One record of a pcap file (section 5). `fraction` is the sub-second part as it stands in the file. */
export function pcapRecord(
  seconds: number,
  fraction: number,
  packet: Omit<CapturePacket, 'time'>,
  settings: PcapSettings = {},
): Uint8Array {
  const order = settings.order ?? 'little';
  return join(
    u32(seconds, order),
    u32(fraction, order),
    u32(packet.bytes.length, order),
    u32(packet.originalLength ?? packet.bytes.length, order),
    settings.modified ? zeros(8) : zeros(0),
    packet.bytes,
  );
}

/** A pcap file. Times are cut to its resolution. */
export function pcap(packets: readonly CapturePacket[], settings: PcapSettings = {}): Uint8Array {
  const unit = settings.resolution === 'nano' ? 1n : 1000n;
  const records = packets.map((packet) => {
    const fraction = Number((packet.time % 1_000_000_000n) / unit);
    return pcapRecord(Number(packet.time / 1_000_000_000n), fraction, packet, settings);
  });
  return join(pcapHeader(settings), ...records);
}
