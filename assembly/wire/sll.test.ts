import { expect, test } from 'vitest';
import { ETHERTYPE, linuxCookedV1 } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('fits from 16 bytes on', () => {
  expect(shortestFit(internals, code.sll_fits, new Uint8Array(20).fill(0xff))).toBe(16);
});

test('the protocol stands last', () => {
  const { at } = putLast(linuxCookedV1({ protocol: ETHERTYPE.ipv6, bytes: new Uint8Array(0) }));
  expect(code.sll_protocol(at)).toBe(0x86dd);
});
