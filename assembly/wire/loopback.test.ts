import { expect, test } from 'vitest';
import { bsdNull, ETHERTYPE, loopback } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;
const nothing = { protocol: ETHERTYPE.ipv4, bytes: new Uint8Array(0) };
const FAMILIES = Array.from({ length: 300 }, (_, family) => family);

test('fits from 4 bytes on', () => {
  expect(shortestFit(internals, code.loopback_fits, new Uint8Array(8).fill(0xff))).toBe(4);
});

test('the family in network order, or in either', () => {
  expect(code.loopback_family(putLast(loopback(nothing, 24)).at)).toBe(24);
  for (const order of ['little', 'big'] as const) {
    for (const family of [2, 10, 24, 28, 30, 255]) {
      expect(code.loopback_familyOfEitherOrder(putLast(bsdNull(nothing, order, family)).at)).toBe(family);
    }
  }
});

test('the families of IPv4 and IPv6', () => {
  expect(FAMILIES.filter((family) => code.loopback_isIpv4(family) !== 0)).toEqual([2]);
  expect(FAMILIES.filter((family) => code.loopback_isIpv6(family) !== 0)).toEqual([10, 24, 28, 30]);
});
