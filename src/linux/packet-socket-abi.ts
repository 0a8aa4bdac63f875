import { AF_PACKET, networkOrder16 } from './socket-abi.ts';

// linux/if_packet.h, linux/if_ether.h and linux/if_arp.h: what the kernel and packet sockets say to each other.

/** Socket level of the PACKET_ options. */
export const SOL_PACKET = 263;
export const PACKET_ADD_MEMBERSHIP = 1;
export const PACKET_RX_RING = 5;
export const PACKET_STATISTICS = 6;
export const PACKET_VERSION = 10;
export const PACKET_FANOUT = 18;

const TPACKET_V3 = 2;
const PACKET_MR_PROMISC = 1;

/** Every protocol, so that outgoing packets are seen too. */
export const ETH_P_ALL = 0x0003;
export const ETH_P_IP = 0x0800;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_MPLS_UC = 0x8847;
export const ETH_P_MPLS_MC = 0x8848;
export const ETH_P_PPP_SES = 0x8864;
export const ETH_P_8021AD = 0x88a8;
/** The older numbers of stacked tags. */
export const ETH_P_QINQ1 = 0x9100;
export const ETH_P_QINQ2 = 0x9200;

/** Hardware type of the loopback device. */
export const ARPHRD_LOOPBACK = 772;
/** Packet type of what this host sends. */
export const PACKET_OUTGOING = 4;

/** Both directions of a flow go to the same socket of the group. */
export const PACKET_FANOUT_HASH = 0;
/** The kernel chooses the group's number. */
export const PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;

/** Smallest unit in which the kernel counts a ring. Of no meaning to TPACKET_V3, but the arithmetic has to come out. */
const FRAME_BYTES = 2048;

function bytesOf(words: Uint32Array | Int32Array | Uint16Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** struct sockaddr_ll for bind(2): a protocol on an interface, or on all of them by index 0. */
export function socketAddress(protocol: number, interfaceIndex: number): Uint8Array {
  const bytes = new Uint8Array(20);
  new Uint16Array(bytes.buffer)[0] = AF_PACKET;
  bytes.set(networkOrder16(protocol), 2);
  new Int32Array(bytes.buffer)[1] = interfaceIndex;
  return bytes;
}

/** The value of PACKET_VERSION. */
export function ringVersion(): Uint8Array {
  return bytesOf(Int32Array.of(TPACKET_V3));
}

/** struct tpacket_req3: blocks of `blockSize` bytes, handed over when full or after `retireMilliseconds`. */
export function ringRequest(blockSize: number, blockCount: number, retireMilliseconds: number): Uint8Array {
  const frames = Math.floor(blockSize / FRAME_BYTES) * blockCount;
  return bytesOf(Uint32Array.of(blockSize, blockCount, FRAME_BYTES, frames, retireMilliseconds, 0, 0));
}

/** struct packet_mreq: the interface hears what is addressed to others. */
export function promiscuousRequest(interfaceIndex: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new Int32Array(bytes.buffer)[0] = interfaceIndex;
  new Uint16Array(bytes.buffer)[2] = PACKET_MR_PROMISC;
  return bytes;
}

/** The value of PACKET_FANOUT: an int whose low half is the group's number and whose high half says how to share. */
export function fanoutRequest(group: number, typeAndFlags: number): Uint8Array {
  return bytesOf(Uint32Array.of((group | (typeAndFlags << 16)) >>> 0));
}

/** The group's number in what getsockopt gives for PACKET_FANOUT. */
export function fanoutGroup(value: Uint8Array): number {
  return (new Uint32Array(value.slice().buffer)[0] ?? 0) & 0xffff;
}

/** What a packet socket has seen since it was last asked. `packets` includes `drops`. */
export interface SocketStatistics {
  /** Packets that the filter passed. */
  readonly packets: number;
  /** Packets for which the ring had no room. */
  readonly drops: number;
  /** How often the ring was full. */
  readonly freezes: number;
}

/** Size of struct tpacket_stats_v3. */
export const STATISTICS_BYTES = 12;

/** Reads a struct tpacket_stats_v3. */
export function readStatisticsBytes(value: Uint8Array): SocketStatistics {
  const [packets = 0, drops = 0, freezes = 0] = new Uint32Array(value.slice().buffer);
  return { packets, drops, freezes };
}
