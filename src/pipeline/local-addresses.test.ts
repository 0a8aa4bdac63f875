import { expect, test } from 'vitest';
import { LOCAL_ACTIVE, LOCAL_IN_USE, REGION_LOCAL } from '../../layout/directory.ts';
import {
  LOCAL_IPV4_COUNT,
  LOCAL_IPV4_MAXIMUM,
  LOCAL_IPV4_RANGES,
  LOCAL_IPV6_COUNT,
  LOCAL_IPV6_MAXIMUM,
  LOCAL_IPV6_RANGES,
  LOCAL_TABLE_BYTES,
} from '../../layout/settings.ts';
import { network } from '../../test/support/addresses.ts';
import { LOOPBACK_NETWORKS, type Network, writeLocal } from './local-addresses.ts';
import { dataOf, makeMemory } from './memory.ts';

const makeRoom = (): WebAssembly.Memory => makeMemory({ ring: 0, input: 0, areas: 0, filters: 0 });

/** The active table of a memory: pairs of first and last. */
function rangesIn(memory: WebAssembly.Memory): { v4: [number, number][]; v6: [bigint, bigint][] } {
  const active = new DataView(memory.buffer).getInt32(LOCAL_ACTIVE, true);
  const region = dataOf(memory, REGION_LOCAL);
  const at = active * LOCAL_TABLE_BYTES;
  const wide = (offset: number): bigint =>
    (region.getBigUint64(at + offset, true) << 64n) | region.getBigUint64(at + offset + 8, true);
  return {
    v4: Array.from({ length: region.getUint32(at + LOCAL_IPV4_COUNT, true) }, (_, i) => {
      const range = at + LOCAL_IPV4_RANGES + 8 * i;
      return [region.getUint32(range, true), region.getUint32(range + 4, true)];
    }),
    v6: Array.from({ length: region.getUint32(at + LOCAL_IPV6_COUNT, true) }, (_, i) => {
      const range = LOCAL_IPV6_RANGES + 32 * i;
      return [wide(range), wide(range + 16)];
    }),
  };
}

function rangesOf(...networks: readonly Network[]): ReturnType<typeof rangesIn> {
  const memory = makeRoom();
  expect(writeLocal(memory, networks)).toBe(true);
  return rangesIn(memory);
}

/** The packet code begins a block. */
function beginBlock(memory: WebAssembly.Memory): void {
  const header = new DataView(memory.buffer);
  header.setInt32(LOCAL_IN_USE, header.getInt32(LOCAL_ACTIVE, true), true);
}

test('sorted ranges that do not touch', () => {
  const texts = ['192.0.2.3', '192.0.2.1', '10.0.0.0/8', '10.1.0.0/16', '192.0.2.2', '11.0.0.0/8', '192.0.2.5'];
  expect(rangesOf(...texts.map(network)).v4).toEqual([
    [0x0a000000, 0x0bffffff],
    [0xc0000201, 0xc0000203],
    [0xc0000205, 0xc0000205],
  ]);
});

test('both ends of the number space', () => {
  expect(rangesOf(network('255.255.255.255'), network('0.0.0.0')).v4).toEqual([
    [0, 0],
    [0xffffffff, 0xffffffff],
  ]);
  expect(rangesOf(network('0.0.0.0/0'), network('255.255.255.255')).v4).toEqual([[0, 0xffffffff]]);
  expect(rangesOf(network('::/0')).v6).toEqual([[0n, 2n ** 128n - 1n]]);
});

test('bits behind the prefix do not count', () => {
  expect(rangesOf({ family: 4, address: 0x0a010203n, prefix: 8 }).v4).toEqual([[0x0a000000, 0x0affffff]]);
});

test('IPv6 ranges of all 128 bits, apart from IPv4', () => {
  const { v4, v6 } = rangesOf(
    network('2001:db8::/33'),
    network('2001:db8:8000::/33'),
    network('192.0.2.1'),
    network('::1'),
  );
  expect(v4).toEqual([[0xc0000201, 0xc0000201]]);
  expect(v6).toEqual([
    [1n, 1n],
    [0x20010db8n << 96n, (0x20010db9n << 96n) - 1n],
  ]);
});

test('loopback is all of 127.0.0.0/8, and ::1', () => {
  expect(rangesOf(...LOOPBACK_NETWORKS)).toEqual({ v4: [[0x7f000000, 0x7fffffff]], v6: [[1n, 1n]] });
});

test('a table that is still read is not written', () => {
  const memory = makeRoom();
  expect(writeLocal(memory, [network('192.0.2.1')])).toBe(true);
  expect(writeLocal(memory, [network('192.0.2.2')])).toBe(false);
  expect(rangesIn(memory).v4).toEqual([[0xc0000201, 0xc0000201]]);
  beginBlock(memory);
  expect(writeLocal(memory, [network('192.0.2.2')])).toBe(true);
  expect(rangesIn(memory).v4).toEqual([[0xc0000202, 0xc0000202]]);
  beginBlock(memory);
  expect(writeLocal(memory, [])).toBe(true);
  expect(rangesIn(memory)).toEqual({ v4: [], v6: [] });
});

test('a table has room for 16,384 ranges of each family, and says when they are more', () => {
  const addresses = (family: 4 | 6, count: number): Network[] =>
    Array.from({ length: count }, (_, i) => ({ family, address: BigInt(2 * i), prefix: family === 4 ? 32 : 128 }));
  const full = rangesOf(...addresses(4, LOCAL_IPV4_MAXIMUM), ...addresses(6, LOCAL_IPV6_MAXIMUM));
  expect([full.v4.length, full.v6.length]).toEqual([16384, 16384]);
  expect(full.v4.at(-1)).toEqual([32766, 32766]);
  expect(full.v6.at(-1)).toEqual([32766n, 32766n]);
  const memory = makeRoom();
  expect(() => writeLocal(memory, addresses(4, 16385))).toThrow('more than 16384 local IPv4 ranges');
  expect(() => writeLocal(memory, addresses(6, 16385))).toThrow('more than 16384 local IPv6 ranges');
  expect(rangesIn(memory)).toEqual({ v4: [], v6: [] });
});
