import { expect, test } from 'vitest';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';
import { tcp } from '../../test/support/packets.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('fits from the end of its options on, for every data offset', () => {
  for (let words = 0; words <= 15; words++) {
    const bytes = new Uint8Array(64).fill(0xff);
    bytes[12] = words << 4;
    expect(shortestFit(internals, code.tcp_fits, bytes)).toBe(Math.max(20, words * 4));
  }
});

test('fields of a header', () => {
  const fields = { sourcePort: 65535, destinationPort: 0x1234, sequence: 0xfedcba98, options: new Uint8Array(12) };
  const { at } = putLast(tcp(fields, new Uint8Array(0)));
  expect(code.tcp_sourcePort(at)).toBe(65535);
  expect(code.tcp_destinationPort(at)).toBe(0x1234);
  expect(code.tcp_sequenceNumber(at) >>> 0).toBe(0xfedcba98);
  expect(code.tcp_dataOffset(at)).toBe(32);
});
