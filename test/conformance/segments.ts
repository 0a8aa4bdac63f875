import { addressText } from '../support/second-reading/address-text.ts';
import type { TaggedSegment } from '../support/second-reading/frame.ts';
import type { Packet } from './packets.ts';

const SYN = 0x02;
const OFFSET_FLAGS = 13;

/** `ADDRESS#PORT ADDRESS#PORT`, source first. */
export function directionOf({ source, sourcePort, destination, destinationPort }: TaggedSegment): string {
  return `${addressText(source)}#${sourcePort} ${addressText(destination)}#${destinationPort}`;
}

/** Whether two segments are of one connection, whatever way they go. */
export function isSameConnection(one: TaggedSegment, other: TaggedSegment): boolean {
  return [directionOf(one), directionOf(one).split(' ').reverse().join(' ')].includes(directionOf(other));
}

/** Whether the packet begins with bytes that a packet before it had already, which is what tshark calls a retransmission. */
export function isRepeated({ number, segment }: Packet, packets: readonly Packet[]): boolean {
  if (!segment) return false;
  const begin = tcpHeader(segment).getUint32(4);
  return packets.slice(0, number - 1).some(({ segment: earlier }) => {
    if (!earlier || directionOf(earlier) !== directionOf(segment)) return false;
    return (begin - tcpHeader(earlier).getUint32(4)) >>> 0 < earlier.payload.length;
  });
}

/** Whether the capture holds the SYN of the packet's connection. */
export function hasHandshake({ segment }: Packet, packets: readonly Packet[]): boolean {
  return packets.some(
    ({ segment: one }) =>
      one && segment && isSameConnection(one, segment) && (tcpHeader(one).getUint8(OFFSET_FLAGS) & SYN) !== 0,
  );
}

/** Whether a CONNECT stands before the packet in its connection. */
export function followsConnect({ number, segment }: Packet, packets: readonly Packet[]): boolean {
  return packets.slice(0, number - 1).some(({ segment: one, messages }) => {
    const connects = messages.some(({ startLine }) => startLine.startsWith('CONNECT '));
    return connects && one !== undefined && segment !== undefined && isSameConnection(one, segment);
  });
}

/**
 * The second reading keeps no more of the TCP header than its ports. It stands right before the payload: it is there where the ports and the data
 * offset (RFC 9293 section 3.1) are right.
 */
function tcpHeader({ payload, sourcePort, destinationPort }: TaggedSegment): DataView {
  for (let length = 20; length <= 60; length += 4) {
    const header = new DataView(payload.buffer, payload.byteOffset - length, length);
    const fits = header.getUint8(12) >> 4 === length / 4;
    if (fits && header.getUint16(0) === sourcePort && header.getUint16(2) === destinationPort) return header;
  }
  throw new Error('no TCP header before this payload');
}
