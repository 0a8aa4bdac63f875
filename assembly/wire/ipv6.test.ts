import { describe, expect, test } from 'vitest';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';
import { authentication, extension, fragment, ipv6 } from '../../test/support/packets.ts';

const internals = openInternals();
const { code, putLast, read } = internals;

test('fits from 40 bytes on', () => {
  expect(shortestFit(internals, code.ipv6_fits, new Uint8Array(48).fill(0xff))).toBe(40);
});

test('fields of a header', () => {
  const { at } = putLast(
    ipv6({ source: '2001:db8::1', destination: 'fe80::ff', payloadLength: 0xfedc, protocol: 17 }, new Uint8Array(0))
      .bytes,
  );
  expect(code.ipv6_version(at)).toBe(6);
  expect(code.ipv6_payloadLength(at)).toBe(0xfedc);
  expect(code.ipv6_nextHeader(at)).toBe(17);
  expect([...read(code.ipv6_source(at), code.ipv6_source(at) + 16)]).toEqual([0x20, 1, 0xd, 0xb8, ...zeros(11), 1]);
  expect([...read(code.ipv6_destination(at), code.ipv6_destination(at) + 16)]).toEqual([
    0xfe,
    0x80,
    ...zeros(13),
    0xff,
  ]);
});

describe('extension headers', () => {
  test('those that are walked', () => {
    const numbers = Array.from({ length: 256 }, (_, number) => number);
    expect(numbers.filter((number) => code.ipv6_isExtension(number) !== 0)).toEqual([0, 43, 44, 51, 60, 135]);
  });

  test.each([0, 43, 60, 135])('%i has units of 8 bytes', (number) => {
    for (const units of [1, 2, 32, 256]) {
      const { bytes } = extension(number, units);
      expect(code.ipv6_extensionLength(number, putLast(bytes).at)).toBe(8 * units);
      expect(shortestExtension(number, bytes)).toBe(8 * units);
    }
  });

  test('authentication has words of 4 bytes', () => {
    for (const words of [2, 3, 6, 257]) {
      const { bytes } = authentication(words);
      expect(code.ipv6_extensionLength(51, putLast(bytes).at)).toBe(4 * words);
      expect(shortestExtension(51, bytes)).toBe(4 * words);
    }
  });

  test('a fragment header has 8 bytes whatever its second byte says', () => {
    const { bytes } = fragment(0x1abc);
    bytes[1] = 0xff;
    const { at } = putLast(bytes);
    expect(code.ipv6_extensionLength(44, at)).toBe(8);
    expect(code.ipv6_fragmentOffset(at)).toBe(0x1abc);
    expect(shortestExtension(44, bytes)).toBe(8);
  });

  test('the next header stands first', () => {
    const { at } = putLast(Uint8Array.of(60, 0, 0, 0, 0, 0, 0, 0));
    expect(code.ipv6_extensionNextHeader(at)).toBe(60);
  });
});

function shortestExtension(number: number, bytes: Uint8Array): number {
  return shortestFit(internals, (at, end) => code.ipv6_extensionFits(number, at, end), bytes);
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
