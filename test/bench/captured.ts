// Reads a capture file of the benchmark back, slowly and with other code than made it.

/** One packet: what the tests look at. */
export interface Captured {
  /** `SOURCE:PORT>DESTINATION:PORT`, addresses as hexadecimal digits. */
  readonly direction: string;
  readonly tags: readonly number[];
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Buffer;
  readonly checksumIsRight: boolean;
  /** Microseconds since 1970. */
  readonly time: number;
}

/** All packets of a little-endian pcap file of Ethernet frames with TCP over IPv4 or IPv6. */
export function readCapture(file: Buffer): Captured[] {
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1) throw new Error('no pcap file of Ethernet');
  const found: Captured[] = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const time = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4);
    found.push(readFrame(file.subarray(at + 16, at + 16 + length), time));
    at += 16 + length;
  }
  return found;
}

function readFrame(frame: Buffer, time: number): Captured {
  const tags: number[] = [];
  let at = 12;
  for (; [0x8100, 0x88a8].includes(frame.readUInt16BE(at)); at += 4) tags.push(frame.readUInt16BE(at + 2) & 0xfff);
  const ip = frame.subarray(at + 2);
  const isIpv4 = frame.readUInt16BE(at) === 0x0800;
  const [from, to] = isIpv4 ? [12, 16] : [8, 24];
  const width = isIpv4 ? 4 : 16;
  const header = isIpv4 ? 20 : 40;
  const length = isIpv4 ? ip.readUInt16BE(2) : header + ip.readUInt16BE(4);
  const tcp = ip.subarray(header, length);
  const end = (address: number, port: number): string =>
    `${ip.subarray(address, address + width).toString('hex')}:${tcp.readUInt16BE(port)}`;
  return {
    direction: `${end(from, 0)}>${end(to, 2)}`,
    tags,
    sequence: tcp.readUInt32BE(4),
    flags: tcp[13] ?? 0,
    payload: tcp.subarray(((tcp[12] ?? 0) >> 4) * 4),
    checksumIsRight: !isIpv4 || onesSum(ip.subarray(0, header)) === 0xffff,
    time,
  };
}

/** The ones' complement sum of 16-bit words (RFC 1071). */
function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
