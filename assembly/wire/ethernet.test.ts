import { expect, test } from 'vitest';
import { ETHERTYPE, ethernet } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('fits from 14 bytes on', () => {
  expect(shortestFit(internals, code.ethernet_fits, new Uint8Array(20).fill(0xff))).toBe(14);
});

test('the type stands behind the two addresses', () => {
  const { at } = putLast(ethernet({ protocol: ETHERTYPE.ipv6, bytes: new Uint8Array(0) }));
  expect(code.ethernet_etherType(at)).toBe(0x86dd);
});
