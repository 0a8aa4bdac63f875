import { expect, test } from 'vitest';
import { vlan } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;

test('four types announce a tag', () => {
  const tags = Array.from({ length: 65536 }, (_, type) => type).filter((type) => code.vlan_isTag(type) !== 0);
  expect(tags).toEqual([0x8100, 0x88a8, 0x9100, 0x9200]);
});

test('fits from 4 bytes on', () => {
  expect(shortestFit(internals, code.vlan_fits, new Uint8Array(8).fill(0xff))).toBe(4);
});

test('the identifier is without the priority', () => {
  for (const id of [0, 1, 100, 4095]) {
    const { at } = putLast(vlan(id, { protocol: 0x0800, bytes: new Uint8Array(0) }, { priority: 7 }).bytes);
    expect(code.vlan_identifier(at)).toBe(id);
    expect(code.vlan_etherType(at)).toBe(0x0800);
  }
});
