// One packet of a capture file: pcap record, Ethernet, VLAN tags, IPv4 or IPv6, TCP with the time stamps that real hosts send.

/** struct pcap_file_header: little-endian, microseconds, snaplen 262144, Ethernet. */
export const FILE_HEADER: Buffer = Buffer.from('d4c3b2a1020004000000000000000000'.concat('0000040001000000'), 'hex');
/** struct pcap_pkthdr on disk. */
const RECORD_HEADER = 16;
const ETHERNET_HEADER = 14;
const VLAN_TAG = 4;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
/** With the time stamp option and two bytes of padding before it (RFC 7323, appendix A). */
const TCP_HEADER = 32;
/** Largest IP packet. */
const MTU = 1500;
/** Room for the longest record. */
export const RECORD_MAXIMUM: number = RECORD_HEADER + ETHERNET_HEADER + 2 * VLAN_TAG + MTU;

export const FIN = 0x01;
export const SYN = 0x02;
export const PSH = 0x08;
export const ACK = 0x10;

/** The two ends of a connection, and how its packets are wrapped. */
export interface Ends {
  /** 4 or 16 bytes each. */
  readonly client: Buffer;
  readonly server: Buffer;
  readonly clientPort: number;
  readonly serverPort: number;
  /** VLAN identifiers, the outermost first: none, one or two. */
  readonly tags: readonly number[];
}

/** One segment without its payload. */
export interface Segment {
  readonly fromClient: boolean;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly length: number;
  /** Capture time: seconds since 1970, and microseconds. */
  readonly seconds: number;
  readonly microseconds: number;
}

/** Largest payload of a segment between these ends, in bytes. */
export function maximumSegment(ends: Ends): number {
  return MTU - (ends.client.length === 4 ? IPV4_HEADER : IPV6_HEADER) - TCP_HEADER;
}

/** Writes everything of a packet but its payload; returns where that begins. */
export function writeHeaders(out: Buffer, at: number, ends: Ends, segment: Segment): number {
  const ipHeader = ends.client.length === 4 ? IPV4_HEADER : IPV6_HEADER;
  const packet = ipHeader + TCP_HEADER + segment.length;
  const frame = ETHERNET_HEADER + ends.tags.length * VLAN_TAG + packet;
  out.writeUInt32LE(segment.seconds, at);
  out.writeUInt32LE(segment.microseconds, at + 4);
  out.writeUInt32LE(frame, at + 8);
  out.writeUInt32LE(frame, at + 12);
  const network = writeEthernet(out, at + RECORD_HEADER, ends, segment.fromClient);
  if (ipHeader === IPV4_HEADER) writeIpv4(out, network, ends, segment.fromClient, packet);
  else writeIpv6(out, network, ends, segment.fromClient, packet - IPV6_HEADER);
  writeTcp(out, network + ipHeader, ends, segment);
  return network + ipHeader + TCP_HEADER;
}

/** Locally administered addresses that no device here has: a host on the wire takes the frames for another's. */
function writeEthernet(out: Buffer, at: number, ends: Ends, fromClient: boolean): number {
  out.writeUIntBE(fromClient ? 0x020000005001 : 0x020000005002, at, 6);
  out.writeUIntBE(fromClient ? 0x020000005002 : 0x020000005001, at + 6, 6);
  at += 12;
  ends.tags.forEach((tag, i) => {
    out.writeUInt16BE(i === 0 && ends.tags.length > 1 ? 0x88a8 : 0x8100, at);
    out.writeUInt16BE(tag, at + 2);
    at += VLAN_TAG;
  });
  out.writeUInt16BE(ends.client.length === 4 ? 0x0800 : 0x86dd, at);
  return at + 2;
}

function writeIpv4(out: Buffer, at: number, ends: Ends, fromClient: boolean, length: number): void {
  out.writeUInt32BE(0x45000000 | length, at);
  out.writeUInt32BE(0x00004000, at + 4); // don't fragment
  out.writeUInt32BE(0x40060000, at + 8); // time to live 64, TCP, checksum follows
  (fromClient ? ends.client : ends.server).copy(out, at + 12);
  (fromClient ? ends.server : ends.client).copy(out, at + 16);
  let sum = 0;
  for (let i = 0; i < IPV4_HEADER; i += 2) sum += out.readUInt16BE(at + i);
  sum = (sum & 0xffff) + (sum >>> 16);
  out.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, at + 10);
}

function writeIpv6(out: Buffer, at: number, ends: Ends, fromClient: boolean, length: number): void {
  out.writeUInt32BE(0x60000000, at);
  out.writeUInt16BE(length, at + 4);
  out.writeUInt16BE(0x0640, at + 6); // TCP, hop limit 64
  (fromClient ? ends.client : ends.server).copy(out, at + 8);
  (fromClient ? ends.server : ends.client).copy(out, at + 24);
}

/** The checksum stays 0, as a host's own packets have it in a capture: the card would fill it in. */
function writeTcp(out: Buffer, at: number, ends: Ends, segment: Segment): void {
  out.writeUInt16BE(segment.fromClient ? ends.clientPort : ends.serverPort, at);
  out.writeUInt16BE(segment.fromClient ? ends.serverPort : ends.clientPort, at + 2);
  out.writeUInt32BE(segment.sequence, at + 4);
  out.writeUInt32BE(segment.acknowledgment, at + 8);
  out.writeUInt16BE(((TCP_HEADER / 4) << 12) | segment.flags, at + 12);
  out.writeUInt16BE(0xfaf0, at + 14); // window
  out.writeUInt32BE(0, at + 16);
  out.writeUInt32BE(0x0101080a, at + 20); // two times no operation, time stamps
  const milliseconds = (segment.seconds % 1000000) * 1000 + Math.floor(segment.microseconds / 1000);
  out.writeUInt32BE(milliseconds, at + 24);
  out.writeUInt32BE(milliseconds - 1, at + 28);
}
