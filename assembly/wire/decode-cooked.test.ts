import { describe, expect, test } from 'vitest';
import { VERDICT_EMPTY, VERDICT_NOT_IP, VERDICT_SEGMENT } from '../../layout/verdicts.ts';
import { asLatin1, join, latin1 } from '../../test/support/bytes.ts';
import { foundIn } from '../../test/support/decoded.ts';
import * as frames from '../../test/support/frames.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import * as packets from '../../test/support/packets.ts';

const { ETHERTYPE, vlan } = frames;
const internals = openInternals();
const { code, put, putLast } = internals;

const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80 };
const ENDS6 = { ...ENDS, source: '2001:db8::1', destination: '2001:db8::2' };
const PAYLOAD = latin1('GET / HTTP/1.1\r\n\r\n');
const segment = packets.tcp(ENDS, PAYLOAD);
const v4 = packets.ipv4(ENDS, segment);
const v6 = packets.ipv6(ENDS6, segment);

// A SOCK_DGRAM packet socket: the kernel takes the outer tag off; what it says of the others differs by direction and kernel.
describe('cooked', () => {
  const cooked = (protocol: number, tagged: boolean, bytes: Uint8Array, kept = bytes.length): unknown => {
    const { at, end } = putLast(bytes.subarray(0, kept));
    return foundIn(internals, code.decode_cooked(protocol, tagged ? 1 : 0, at, end, bytes.length));
  };
  const isSegment = (tags: number[], payload = PAYLOAD): unknown =>
    expect.objectContaining({ verdict: VERDICT_SEGMENT, payload: asLatin1(payload), tags });
  const one = vlan(200, v4);
  const two = vlan(200, vlan(300, v6), { type: ETHERTYPE.providerBridge });

  test('plain packets', () => {
    expect(cooked(ETHERTYPE.ipv4, false, v4.bytes)).toEqual(isSegment([]));
    expect(cooked(ETHERTYPE.ipv6, false, v6.bytes)).toEqual(isSegment([]));
    expect(cooked(0x0806, false, v4.bytes)).toEqual({ verdict: VERDICT_NOT_IP });
  });

  test('one tag, which the kernel took off', () => {
    expect(cooked(ETHERTYPE.ipv4, true, v4.bytes)).toEqual(isSegment([]));
    expect(cooked(ETHERTYPE.ipv6, true, v6.bytes)).toEqual(isSegment([]));
  });

  test('stacked tags coming in: the inner one stands first, the protocol is the innermost', () => {
    expect(cooked(ETHERTYPE.ipv4, true, one.bytes)).toEqual(isSegment([200]));
    expect(cooked(ETHERTYPE.ipv6, true, two.bytes)).toEqual(isSegment([200, 300]));
  });

  test('stacked tags coming in on an older kernel: the protocol is the tag', () => {
    for (const tagged of [true, false]) {
      expect(cooked(0x8100, tagged, one.bytes)).toEqual(isSegment([200]));
      expect(cooked(0x88a8, tagged, two.bytes)).toEqual(isSegment([200, 300]));
    }
  });

  test('tags going out: the packet begins behind them, the protocol may be the tag', () => {
    for (const tagged of [true, false]) {
      expect(cooked(0x8100, tagged, v4.bytes)).toEqual(isSegment([]));
      expect(cooked(0x88a8, tagged, v6.bytes)).toEqual(isSegment([]));
    }
  });

  test('a tag whose identifier looks like the beginning of an IP header', () => {
    // 0x4500 and 0x6000: priority and VLAN number as version and header length.
    for (const identifier of [0x500, 0x000]) {
      for (const priority of [2, 3]) {
        const tag = vlan(identifier, v4, { priority });
        expect(cooked(ETHERTYPE.ipv4, true, tag.bytes)).toEqual(isSegment([identifier]));
        expect(cooked(0x8100, false, tag.bytes)).toEqual(isSegment([identifier]));
      }
    }
  });

  test('padding behind a packet', () => {
    const padded = join(v4.bytes, new Uint8Array(6));
    expect(cooked(ETHERTYPE.ipv4, true, padded)).toEqual(isSegment([]));
    expect(cooked(0x8100, false, padded)).toEqual(isSegment([]));
    expect(cooked(0x88a8, false, join(v6.bytes, new Uint8Array(6)))).toEqual(isSegment([]));
    expect(cooked(0x8100, true, join(one.bytes, new Uint8Array(6)))).toEqual(isSegment([200]));
  });

  test('packets that were not cut into segments yet have no length', () => {
    const long = packets.ipv4({ ...ENDS, totalLength: 0 }, segment);
    expect(cooked(ETHERTYPE.ipv4, true, long.bytes)).toEqual(isSegment([]));
    expect(cooked(0x8100, false, vlan(200, long).bytes)).toEqual(isSegment([200]));
  });

  test('tags in front of what is no IP', () => {
    expect(cooked(0x8100, true, vlan(200, frames.mpls([16], v4)).bytes)).toEqual(isSegment([200]));
    expect(cooked(0x8864, true, vlan(200, frames.pppoe(v4)).bytes)).toEqual(isSegment([200]));
    expect(cooked(0x0806, true, vlan(200, { protocol: 0x0806, bytes: new Uint8Array(28) }).bytes)).toEqual({
      verdict: VERDICT_NOT_IP,
    });
  });

  test('MPLS and PPPoE under a tag that the kernel took off', () => {
    const labelled = frames.mpls([16], v4);
    expect(cooked(labelled.protocol, true, labelled.bytes)).toEqual(isSegment([]));
    const session = frames.pppoe(v6);
    expect(cooked(session.protocol, true, session.bytes)).toEqual(isSegment([]));
  });

  test('cut at every byte nothing is read behind, whatever the kernel says', () => {
    for (const packet of [v4, v6, one, two]) {
      for (const protocol of [0x0800, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8864, 0x0806]) {
        for (const tagged of [true, false]) {
          for (let kept = 0; kept <= packet.bytes.length; kept++) {
            const result = cooked(protocol, tagged, packet.bytes, kept);
            const { at } = put(join(packet.bytes.subarray(0, kept), new Uint8Array(64).fill(0xff)));
            const verdict = code.decode_cooked(protocol, tagged ? 1 : 0, at, at + kept, packet.bytes.length);
            expect(foundIn(internals, verdict)).toEqual(result);
          }
        }
      }
    }
  });

  test('a packet cut by the snaplen is still told from a tag', () => {
    for (let kept = 40; kept <= v4.bytes.length; kept++) {
      const payload = PAYLOAD.subarray(0, kept - 40);
      const verdict = payload.length === 0 ? VERDICT_EMPTY : VERDICT_SEGMENT;
      const expected = expect.objectContaining({ verdict, payload: asLatin1(payload), tags: [] });
      expect(cooked(0x8100, true, v4.bytes, kept)).toEqual(expected);
      expect(cooked(ETHERTYPE.ipv4, true, v4.bytes, kept)).toEqual(expected);
    }
  });
});
