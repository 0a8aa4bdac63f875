// A block of a TPACKET_V3 ring and the frames in it (linux/if_packet.h; Documentation/networking/packet_mmap.rst).

// struct tpacket_block_desc
const BLOCK_PACKETS = 12;
const BLOCK_FIRST_PACKET = 16;

// struct tpacket3_hdr
const NEXT_OFFSET = 0;
const SECONDS = 4;
const NANOSECONDS = 8;
const SNAPLEN = 12;
const LENGTH = 16;
const STATUS = 20;
const NETWORK = 26;
const VLAN_TCI = 32;
const STATUS_VLAN_VALID: u32 = 1 << 4;

// struct sockaddr_ll stands behind the header, at TPACKET_ALIGN(sizeof(struct tpacket3_hdr)).
const ADDRESS_PROTOCOL = 48 + 2;
const ADDRESS_INTERFACE = 48 + 4;
const ADDRESS_HARDWARE_TYPE = 48 + 8;
const ADDRESS_PACKET_TYPE = 48 + 10;

/** ARPHRD_LOOPBACK (linux/if_arp.h). */
const HARDWARE_LOOPBACK = 772;
/** PACKET_OUTGOING (linux/if_packet.h). */
const PACKET_OUTGOING = 4;

/** Packets in a block. */
export function packets(block: usize): u32 {
  return load<u32>(block, BLOCK_PACKETS);
}

/** Address of a block's first packet. */
export function firstPacket(block: usize): usize {
  return block + load<u32>(block, BLOCK_FIRST_PACKET);
}

/** Address of the packet behind this one; only where there is one. */
export function nextPacket(at: usize): usize {
  return at + load<u32>(at, NEXT_OFFSET);
}

/** Capture time, nanoseconds since 1970. */
export function stamp(at: usize): u64 {
  return <u64>load<u32>(at, SECONDS) * 1000000000 + <u64>load<u32>(at, NANOSECONDS);
}

/** Address of the network header, where the captured bytes begin. */
export function network(at: usize): usize {
  return at + load<u16>(at, NETWORK);
}

/** Captured bytes, from the network header on. */
export function capturedLength(at: usize): usize {
  return load<u32>(at, SNAPLEN);
}

/** Bytes on the wire, from the network header on. */
export function originalLength(at: usize): usize {
  return load<u32>(at, LENGTH);
}

/** Whether the kernel took a VLAN tag off this packet. */
export function tagged(at: usize): bool {
  return (load<u32>(at, STATUS) & STATUS_VLAN_VALID) !== 0;
}

/** Number of the VLAN whose tag the kernel took off, 0 to 4095. */
export function vlanIdentifier(at: usize): u32 {
  return load<u32>(at, VLAN_TCI) & 0xfff;
}

/** The Ethernet type of what begins at the network header. */
export function protocol(at: usize): u32 {
  return <u32>bswap<u16>(load<u16>(at, ADDRESS_PROTOCOL));
}

/** Index of the interface that saw the packet. */
export function interfaceIndex(at: usize): u32 {
  return load<u32>(at, ADDRESS_INTERFACE);
}

/** Whether this is the outgoing half of what loopback shows twice. */
export function outgoingLoopback(at: usize): bool {
  return (
    load<u16>(at, ADDRESS_HARDWARE_TYPE) === HARDWARE_LOOPBACK && load<u8>(at, ADDRESS_PACKET_TYPE) === PACKET_OUTGOING
  );
}
