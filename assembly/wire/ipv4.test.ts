import { expect, test } from 'vitest';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';
import { ipv4 } from '../../test/support/packets.ts';

const internals = openInternals();
const { code, putLast, read } = internals;
const ENDS = { source: '192.0.2.1', destination: '198.51.100.255' };

test('fits from the end of its options on, for every header length', () => {
  for (let words = 0; words <= 15; words++) {
    const bytes = new Uint8Array(64).fill(0xff);
    bytes[0] = 0x40 | words;
    expect(shortestFit(internals, code.ipv4_fits, bytes)).toBe(Math.max(20, words * 4));
  }
});

test('fields of a header', () => {
  const { at } = putLast(
    ipv4(
      { ...ENDS, options: new Uint8Array(8), totalLength: 0xfedc, fragmentOffset: 0x1abc, protocol: 17 },
      new Uint8Array(0),
    ).bytes,
  );
  expect(code.ipv4_version(at)).toBe(4);
  expect(code.ipv4_headerLength(at)).toBe(28);
  expect(code.ipv4_totalLength(at)).toBe(0xfedc);
  expect(code.ipv4_fragmentOffset(at)).toBe(0x1abc);
  expect(code.ipv4_protocol(at)).toBe(17);
  expect([...read(code.ipv4_source(at), code.ipv4_source(at) + 4)]).toEqual([192, 0, 2, 1]);
  expect([...read(code.ipv4_destination(at), code.ipv4_destination(at) + 4)]).toEqual([198, 51, 100, 255]);
});

test('flags are no part of the fragment offset', () => {
  const { at } = putLast(ipv4({ ...ENDS, moreFragments: true }, new Uint8Array(0)).bytes);
  expect(code.ipv4_fragmentOffset(at)).toBe(0);
});
