import type { Frame } from './capture.ts';
import { readFrame, type TaggedSegment } from './frame.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

/** A segment as it passed by. */
export interface Arrival extends TaggedSegment {
  /** Of its packet in the capture, from 1. */
  number: number;
  /** Nanoseconds since 1970. */
  time: bigint;
}

/** One TCP connection: every segment of it, in the order of the capture. */
export interface Connection {
  /** The same for all connections between these two ends. */
  ends: string;
  arrivals: Arrival[];
}

/** All TCP connections of a capture. Where one pair of ends is used again, a SYN with a number of its own tells that (RFC 9293 section 3.5). */
export function readConnections(frames: readonly Frame[]): Connection[] {
  const connections: Connection[] = [];
  const latest = new Map<string, Connection>();
  frames.forEach(({ linkType, time, bytes }, i) => {
    const segment = readFrame(linkType, bytes);
    if (!segment) return;
    const arrival = { ...segment, number: i + 1, time };
    const ends = [sender(arrival), receiver(arrival)].sort().join(' ');
    let connection = latest.get(ends);
    if (!connection || isOpening(arrival, connection)) {
      connection = { ends, arrivals: [] };
      latest.set(ends, connection);
      connections.push(connection);
    }
    connection.arrivals.push(arrival);
  });
  return connections;
}

/** Which end a segment comes from. */
export function sender({ source, sourcePort }: TaggedSegment): string {
  return `${source.join('.')}#${sourcePort}`;
}

/** Which end it goes to. */
export function receiver({ destination, destinationPort }: TaggedSegment): string {
  return `${destination.join('.')}#${destinationPort}`;
}

/** Whether a segment opens a connection after this one: a SYN that is no repetition of this one's. */
function isOpening(arrival: Arrival, { arrivals }: Connection): boolean {
  if ((arrival.flags & (SYN | ACK)) !== SYN) return false;
  const own = arrivals.filter((one) => sender(one) === sender(arrival));
  return !own.some(({ flags, sequence }) => (flags & SYN) !== 0 && sequence === arrival.sequence);
}
