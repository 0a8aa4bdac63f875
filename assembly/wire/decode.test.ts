import { describe, expect, test } from 'vitest';
import {
  VERDICT_EMPTY,
  VERDICT_FRAGMENT,
  VERDICT_MALFORMED,
  VERDICT_NOT_IP,
  VERDICT_NOT_TCP,
  VERDICT_SEGMENT,
  VERDICT_SHORT,
} from '../../layout/verdicts.ts';
import { asLatin1, join, latin1 } from '../../test/support/bytes.ts';
import { foundIn } from '../../test/support/decoded.ts';
import * as frames from '../../test/support/frames.ts';
import { openInternals, type Span } from '../../test/support/packet-internals.ts';
import * as packets from '../../test/support/packets.ts';
import { readFrame } from '../../test/support/second-reading/frame.ts';

const { ETHERTYPE, LINK_TYPE, vlan } = frames;
const internals = openInternals();
const { code, put, putLast } = internals;

const ENDS = {
  source: '192.0.2.1',
  sourcePort: 40000,
  destination: '198.51.100.7',
  destinationPort: 80,
  sequence: 0xfedcba98,
};
const ENDS6 = { ...ENDS, source: '2001:db8::1', destination: '2001:db8::2' };
const PAYLOAD = latin1('GET / HTTP/1.1\r\n\r\n');
const segment = packets.tcp(ENDS, PAYLOAD);
const v4 = packets.ipv4(ENDS, segment);
const v6 = packets.ipv6(ENDS6, segment);
const extended = packets.ipv6(
  {
    ...ENDS6,
    extensions: [
      packets.extension(0),
      packets.extension(43, 2),
      packets.fragment(0),
      packets.authentication(),
      packets.extension(60),
      packets.extension(135),
    ],
  },
  segment,
);
const optioned = packets.ipv4(
  { ...ENDS, options: new Uint8Array(40) },
  packets.tcp({ ...ENDS, options: new Uint8Array(40) }, PAYLOAD),
);

const FRAMES: Record<string, [linkType: number, frame: Uint8Array, tags: number[]]> = {
  ethernet: [LINK_TYPE.ethernet, frames.ethernet(v4), []],
  'ethernet, padded': [LINK_TYPE.ethernet, join(frames.ethernet(v4), latin1('PADDING')), []],
  'ethernet, IPv6': [LINK_TYPE.ethernet, frames.ethernet(v6), []],
  'ethernet, options': [LINK_TYPE.ethernet, frames.ethernet(optioned), []],
  'ethernet, extension headers': [LINK_TYPE.ethernet, frames.ethernet(extended), []],
  'one tag': [LINK_TYPE.ethernet, frames.ethernet(vlan(4095, v4, { priority: 7 })), [4095]],
  'four tags': [
    LINK_TYPE.ethernet,
    frames.ethernet(
      vlan(1, vlan(2, vlan(3, vlan(4, v6), { type: ETHERTYPE.providerBridge }), { type: ETHERTYPE.oldStacked1 }), {
        type: ETHERTYPE.oldStacked2,
      }),
    ),
    [1, 2, 3, 4],
  ],
  MPLS: [LINK_TYPE.ethernet, frames.ethernet(frames.mpls([16, 17, 18], v4)), []],
  'MPLS multicast, IPv6': [LINK_TYPE.ethernet, frames.ethernet(frames.mpls([16], v6, ETHERTYPE.mplsMulticast)), []],
  'MPLS in a tag': [LINK_TYPE.ethernet, frames.ethernet(vlan(7, frames.mpls([16], v4))), [7]],
  PPPoE: [LINK_TYPE.ethernet, frames.ethernet(frames.pppoe(v4)), []],
  'PPPoE, IPv6, in a tag': [LINK_TYPE.ethernet, frames.ethernet(vlan(9, frames.pppoe(v6))), [9]],
  'PPPoE, compressed': [LINK_TYPE.ethernet, frames.ethernet(frames.pppoe(v4, { compressed: true })), []],
  'PPPoE, IPv6, compressed': [LINK_TYPE.ethernet, frames.ethernet(frames.pppoe(v6, { compressed: true })), []],
  'cooked v1': [LINK_TYPE.linuxCookedV1, frames.linuxCookedV1(v4), []],
  'cooked v1, tagged': [LINK_TYPE.linuxCookedV1, frames.linuxCookedV1(vlan(5, v6)), [5]],
  'cooked v2': [LINK_TYPE.linuxCookedV2, frames.linuxCookedV2(v4), []],
  'cooked v2, tagged': [LINK_TYPE.linuxCookedV2, frames.linuxCookedV2(vlan(6, v6)), [6]],
  'BSD null': [LINK_TYPE.bsdNull, frames.bsdNull(v4), []],
  'BSD null, other order': [LINK_TYPE.bsdNull, frames.bsdNull(v6, 'big'), []],
  'BSD null, IPv6 of Linux': [LINK_TYPE.bsdNull, frames.bsdNull(v6, 'little', 10), []],
  loopback: [LINK_TYPE.loopback, frames.loopback(v4), []],
  'loopback, IPv6': [LINK_TYPE.loopback, frames.loopback(v6), []],
  raw: [LINK_TYPE.raw, v4.bytes, []],
  'raw, IPv6': [LINK_TYPE.raw, v6.bytes, []],
  'raw of BSD': [LINK_TYPE.rawBsd, v4.bytes, []],
  'raw of OpenBSD': [LINK_TYPE.rawOpenBsd, v6.bytes, []],
  'raw IPv4': [LINK_TYPE.rawIpv4, v4.bytes, []],
  'raw IPv6': [LINK_TYPE.rawIpv6, v6.bytes, []],
};

function decoded(linkType: number, { at, end }: Span): unknown {
  return foundIn(internals, code.decode_frame(linkType, at, end));
}

/** The same by the second reading: undefined where there is no segment. */
function readSlowly(linkType: number, frame: Uint8Array): unknown {
  const read = readFrame(linkType, frame);
  if (read === undefined) return undefined;
  return {
    verdict: read.payload.length > 0 ? VERDICT_SEGMENT : VERDICT_EMPTY,
    source: [...read.source],
    destination: [...read.destination],
    sourcePort: read.sourcePort,
    destinationPort: read.destinationPort,
    sequence: ENDS.sequence,
    payload: asLatin1(read.payload),
    tags: read.vlans,
  };
}

describe.each(Object.entries(FRAMES))('%s', (_, [linkType, frame, tags]) => {
  test('is decoded', () => {
    expect(decoded(linkType, putLast(frame))).toMatchObject({
      verdict: VERDICT_SEGMENT,
      sourcePort: 40000,
      destinationPort: 80,
      sequence: ENDS.sequence,
      payload: asLatin1(PAYLOAD),
      tags,
    });
  });

  test('cut at every byte it is short, or as a slow reading says, and reads nothing behind', () => {
    for (let length = 0; length <= frame.length; length++) {
      const cut = frame.subarray(0, length);
      const result = decoded(linkType, putLast(cut));
      expect(result).toEqual(readSlowly(linkType, cut) ?? { verdict: VERDICT_SHORT });
      for (const behind of [frame.subarray(length), new Uint8Array(64), new Uint8Array(64).fill(0xff)]) {
        const { at } = put(join(cut, behind));
        expect(decoded(linkType, { at, end: at + length })).toEqual(result);
      }
    }
  });

  test('with every byte changed, one after the other, it is as a slow reading says', () => {
    for (let place = 0; place < frame.length - PAYLOAD.length; place++) {
      for (const value of [0x00, 0x46, 0x60, 0xff, (frame[place] ?? 0) ^ 0x01]) {
        const changed = frame.slice();
        changed[place] = value;
        const slow = readSlowly(linkType, changed);
        const result = decoded(linkType, putLast(changed));
        if (slow === undefined) expect(Object.keys(result as object)).toEqual(['verdict']);
        else expect(result).toEqual({ ...slow, sequence: expect.any(Number) });
      }
    }
  });
});

describe('verdicts', () => {
  const verdict = (packet: frames.Packet): number => {
    const { at, end } = putLast(packet.bytes);
    return code.decode_network(packet.protocol, at, end);
  };
  const tcp = packets.tcp(ENDS, PAYLOAD);

  test.each<[string, number, frames.Packet]>([
    ['no payload', VERDICT_EMPTY, packets.tcpPacket(ENDS, new Uint8Array(0))],
    ['a data offset below 5', VERDICT_MALFORMED, packets.ipv4(ENDS, packets.tcp({ ...ENDS, dataOffset: 4 }, PAYLOAD))],
    [
      'a data offset behind the end',
      VERDICT_SHORT,
      packets.ipv4(ENDS, packets.tcp({ ...ENDS, dataOffset: 15 }, PAYLOAD)),
    ],
    ['an IPv4 header length below 5', VERDICT_MALFORMED, packets.ipv4({ ...ENDS, headerLength: 4 }, tcp)],
    ['the wrong version for its type', VERDICT_MALFORMED, packets.ipv4({ ...ENDS, version: 6 }, tcp)],
    ['the wrong version for IPv6', VERDICT_MALFORMED, packets.ipv6({ ...ENDS6, version: 4 }, tcp)],
    ['a total length within the header', VERDICT_MALFORMED, packets.ipv4({ ...ENDS, totalLength: 19 }, tcp)],
    ['a total length at the header', VERDICT_SHORT, packets.ipv4({ ...ENDS, totalLength: 20 }, tcp)],
    ['a total length of 0', VERDICT_SEGMENT, packets.ipv4({ ...ENDS, totalLength: 0 }, tcp)],
    ['a total length behind the end', VERDICT_SEGMENT, packets.ipv4({ ...ENDS, totalLength: 65535 }, tcp)],
    ['a payload length of 0', VERDICT_SEGMENT, packets.ipv6({ ...ENDS6, payloadLength: 0 }, tcp)],
    ['a payload length within TCP', VERDICT_SHORT, packets.ipv6({ ...ENDS6, payloadLength: 19 }, tcp)],
    ['the first fragment', VERDICT_SEGMENT, packets.ipv4({ ...ENDS, moreFragments: true }, tcp)],
    ['a later fragment', VERDICT_FRAGMENT, packets.ipv4({ ...ENDS, fragmentOffset: 1 }, tcp)],
    ['a later IPv6 fragment', VERDICT_FRAGMENT, packets.ipv6({ ...ENDS6, extensions: [packets.fragment(1)] }, tcp)],
    ['UDP', VERDICT_NOT_TCP, packets.ipv4({ ...ENDS, protocol: 17 }, tcp)],
    ['UDP over IPv6', VERDICT_NOT_TCP, packets.ipv6({ ...ENDS6, protocol: 17 }, tcp)],
    ['encrypted IPv6', VERDICT_NOT_TCP, packets.ipv6({ ...ENDS6, protocol: 50 }, tcp)],
    ['ARP', VERDICT_NOT_IP, { protocol: 0x0806, bytes: new Uint8Array(28) }],
    ['a PPPoE session of another code', VERDICT_NOT_IP, frames.pppoe(v4, { code: 0xa7 })],
    ['PPP that is no IP', VERDICT_NOT_IP, frames.pppoe(v4, { pppProtocol: 0xc021 })],
    ['MPLS over Ethernet', VERDICT_NOT_IP, frames.mpls([16], { protocol: 0, bytes: new Uint8Array(40) })],
    ['labels without a bottom', VERDICT_SHORT, { protocol: ETHERTYPE.mplsUnicast, bytes: new Uint8Array(40) }],
    [
      'tags without an end',
      VERDICT_SHORT,
      { protocol: 0x8100, bytes: new Uint8Array(40).map((_, i) => [0, 0, 0x81, 0][i % 4] ?? 0) },
    ],
  ])('%s', (_, expected, packet) => {
    expect(verdict(packet)).toBe(expected);
  });

  test('link types that are not read', () => {
    const { at, end } = putLast(frames.ethernet(v4));
    for (const linkType of [2, 105, 127, 147, 65535, 0xffffffff]) {
      expect(code.decode_frame(linkType, at, end)).toBe(VERDICT_NOT_IP);
    }
  });

  test('raw IP of neither version, and of no bytes', () => {
    expect(code.decode_ip(putLast(new Uint8Array(40)).at, putLast(new Uint8Array(40)).end)).toBe(VERDICT_NOT_IP);
    const { at } = putLast(new Uint8Array(0));
    expect(code.decode_ip(at, at)).toBe(VERDICT_SHORT);
  });

  test('a frame without tags forgets those of the one before', () => {
    const tagged = putLast(frames.ethernet(vlan(1, v4)));
    code.decode_frame(1, tagged.at, tagged.end);
    expect(code.decode_tagCount.value).toBe(1);
    const { at, end } = putLast(frames.ethernet(v4));
    code.decode_frame(1, at, end);
    expect(code.decode_tagCount.value).toBe(0);
  });
});
