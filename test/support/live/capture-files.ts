import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { latin1 } from '../bytes.ts';
import { pcap } from '../capture-file.ts';
import { ethernet } from '../frames.ts';
import { tcpPacket } from '../packets.ts';

// Small capture files for tests of the program as a process.

/** One packet: when it came (ISO 8601, UTC), its client's port, and what it says; to port 80, or from it if `back`. */
export interface Said {
  readonly at: string;
  readonly port?: number;
  readonly text?: string;
  readonly back?: boolean;
}

export const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
export const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** The bytes of a pcap file (Ethernet, microseconds) with these packets. */
export function captureOf(packets: readonly Said[]): Uint8Array {
  return pcap(
    packets.map(({ at, port = 50000, back = false, text = back ? RESPONSE : REQUEST }) => {
      const client = { address: '192.0.2.1', port };
      const server = { address: '192.0.2.80', port: 80 };
      const [from, to] = back ? [server, client] : [client, server];
      const ends = { source: from.address, sourcePort: from.port, destination: to.address, destinationPort: to.port };
      return { time: BigInt(Date.parse(at)) * 1_000_000n, bytes: ethernet(tcpPacket(ends, latin1(text))) };
    }),
  );
}

/** Writes a file into a directory; its path. */
export function fileIn(directory: string, name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** The line of a packet without its text of 'GET /t'. */
export function requestLine(time: string, port = 50000): string {
  return `${time} 192.0.2.1#${port} 192.0.2.80#80 CQ GET /t HTTP/1.1 h `;
}
