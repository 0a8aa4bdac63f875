import { expect, test } from 'vitest';
import { ETHERTYPE, linuxCookedV2 } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('fits from 20 bytes on', () => {
  expect(shortestFit(internals, code.sll2_fits, new Uint8Array(24).fill(0xff))).toBe(20);
});

test('the protocol stands first', () => {
  const { at } = putLast(linuxCookedV2({ protocol: ETHERTYPE.ipv4, bytes: new Uint8Array(0) }));
  expect(code.sll2_protocol(at)).toBe(0x0800);
});
