import { expect, test } from 'vitest';
import { ETHERTYPE, mpls } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('fits from 4 bytes on', () => {
  expect(shortestFit(internals, code.mpls_fits, new Uint8Array(8).fill(0xff))).toBe(4);
});

test('only the last label is the bottom of the stack', () => {
  const { at } = putLast(mpls([0xfffff, 3, 0], { protocol: ETHERTYPE.ipv4, bytes: new Uint8Array(0) }).bytes);
  expect([0, 4, 8].map((offset) => code.mpls_bottomOfStack(at + offset))).toEqual([0, 0, 1]);
});
