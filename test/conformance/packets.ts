import { readCapture } from '../support/second-reading/capture.ts';
import { readFrame, type TaggedSegment } from '../support/second-reading/frame.ts';
import { type Message, readMessages } from '../support/second-reading/messages.ts';

/** A packet of a capture, as the second reading sees it: the reasons for differences are looked for in it. */
export interface Packet {
  /** Counts from 1, as tshark does. */
  number: number;
  linkType: number | undefined;
  time: bigint;
  frame: Uint8Array;
  segment: TaggedSegment | undefined;
  messages: Message[];
}

/** All packets of a capture file. */
export function packetsOf(file: Uint8Array): Packet[] {
  return readCapture(file).frames.map(({ linkType, time, bytes }, i) => {
    const segment = readFrame(linkType, bytes);
    const messages = segment ? readMessages(segment.payload) : [];
    return { number: i + 1, linkType, time, frame: bytes, segment, messages };
  });
}

/** The field behind an Ethernet frame's addresses and VLAN tags: a type, or below 0x600 a length. Undefined on other links. */
export function etherType({ linkType, frame }: Packet): number | undefined {
  return linkType === 1 ? u16(frame, behindTags(frame)) : undefined;
}

function behindTags(frame: Uint8Array): number {
  let at = 12;
  while ([0x8100, 0x88a8].includes(u16(frame, at))) at += 4;
  return at;
}

/** The outermost IPv4 header's protocol number, and whether the packet is a fragment. Undefined where there is none to find. */
export function outerIpv4({ linkType, frame }: Packet): { protocol: number; fragment: boolean } | undefined {
  const isEthernet = linkType === 1;
  if (isEthernet && u16(frame, behindTags(frame)) !== 0x0800) return undefined;
  const header = isEthernet ? frame.subarray(behindTags(frame) + 2) : frame;
  if ((header[0] ?? 0) >> 4 !== 4) return undefined;
  // More fragments, or not the first one (RFC 791 section 3.1).
  return { protocol: header[9] ?? 0, fragment: (u16(header, 6) & 0x3fff) !== 0 };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
