import { expect, test } from 'vitest';
import { asLatin1, latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { ringBlock } from '../../test/support/ring-block.ts';

const { code, putLast, read } = openInternals();

const first = {
  bytes: latin1('first packet'),
  time: 1_567_315_011_002_345_678n,
  originalLength: 1000,
  protocol: 0x86dd,
  interfaceIndex: 0x12345,
  tag: 0xe0c8,
};

test('a block and its packets', () => {
  const { at: block } = putLast(ringBlock([first, { bytes: latin1('second') }, { bytes: latin1('x') }]));
  expect(code.tpacket_packets(block)).toBe(3);
  const texts: string[] = [];
  let at = code.tpacket_firstPacket(block);
  for (let i = 0; i < 3; i++) {
    const network = code.tpacket_network(at);
    texts.push(asLatin1(read(network, network + code.tpacket_capturedLength(at))));
    if (i < 2) at = code.tpacket_nextPacket(at);
  }
  expect(texts).toEqual(['first packet', 'second', 'x']);
});

test('what the kernel says of a packet', () => {
  const at = code.tpacket_firstPacket(putLast(ringBlock([first])).at);
  expect(code.tpacket_stamp(at)).toBe(first.time);
  expect(code.tpacket_originalLength(at)).toBe(1000);
  expect(code.tpacket_capturedLength(at)).toBe(12);
  expect(code.tpacket_protocol(at)).toBe(0x86dd);
  expect(code.tpacket_interfaceIndex(at)).toBe(0x12345);
  expect(code.tpacket_tagged(at)).toBe(1);
  expect(code.tpacket_vlanIdentifier(at)).toBe(200);
  expect(code.tpacket_outgoingLoopback(at)).toBe(0);
});

test('a tag counts only where the kernel says that it is one', () => {
  const tagged = (tag?: number): number => {
    const packet = tag === undefined ? { bytes: latin1('x') } : { bytes: latin1('x'), tag };
    return code.tpacket_tagged(code.tpacket_firstPacket(putLast(ringBlock([packet])).at));
  };
  expect([tagged(), tagged(0), tagged(4095)]).toEqual([0, 1, 1]);
});

test('the outgoing half of loopback, and nothing else', () => {
  const outgoing = (hardwareType: number, packetType: number): number =>
    code.tpacket_outgoingLoopback(
      code.tpacket_firstPacket(putLast(ringBlock([{ bytes: latin1('x'), hardwareType, packetType }])).at),
    );
  expect(outgoing(772, 4)).toBe(1);
  expect([outgoing(772, 0), outgoing(1, 4), outgoing(1, 0), outgoing(772, 3)]).toEqual([0, 0, 0, 0]);
});

test('seconds of all 32 bits', () => {
  const time = (2n ** 32n - 1n) * 1_000_000_000n + 999_999_999n;
  const { at } = putLast(ringBlock([{ bytes: latin1('x'), time }]));
  expect(code.tpacket_stamp(code.tpacket_firstPacket(at))).toBe(time);
});
