import { expect, test } from 'vitest';
import { LOCAL_ACTIVE, LOCAL_IN_USE } from '../../layout/directory.ts';
import { type Network, writeLocal } from '../../src/pipeline/local-addresses.ts';
import { address, addressOf, network } from '../../test/support/addresses.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, memory, data, putLast } = openInternals();

/** Makes these the local networks, and has the packet code take them as at the beginning of a block. */
function setLocal(networks: readonly Network[]): void {
  expect(writeLocal(memory, networks)).toBe(true);
  code.local_refresh();
}

function isLocal(bytes: Uint8Array): boolean {
  return code.local_isLocal(bytes.length === 4 ? 4 : 6, putLast(bytes).at) === 1;
}

test('no network, no local address', () => {
  setLocal([]);
  expect(['0.0.0.0', '255.255.255.255', '::', '::1'].map((text) => isLocal(address(text)))).toEqual(
    new Array(4).fill(false),
  );
});

test.each([
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
  ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8', '::c000:207', '::ffff:192.0.2.7']],
  ['0.0.0.0/0', ['0.0.0.0', '127.0.0.1', '255.255.255.255'], ['::', '::1']],
  ['128.0.0.0/1', ['128.0.0.0', '255.255.255.255'], ['127.255.255.255']],
  [
    '2001:db8::/32',
    ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db7:ffff::', '2001:db9::', '32.1.13.184'],
  ],
  ['::/0', ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], ['0.0.0.0']],
  ['2001:db8::/64', ['2001:db8::ffff:ffff:ffff:ffff'], ['2001:db8:0:1::']],
  [
    '2001:db8::8000:0:0:0/65',
    ['2001:db8::8000:0:0:0', '2001:db8::ffff:ffff:ffff:ffff'],
    ['2001:db8::7fff:ffff:ffff:ffff', '2001:db8:0:1::'],
  ],
])('%s', (text, local, others) => {
  setLocal([network(text)]);
  for (const one of local) expect(isLocal(address(one)), one).toBe(true);
  for (const one of others) expect(isLocal(address(one)), one).toBe(false);
});

test('random networks, against a plain statement', () => {
  for (let round = 0; round < 60; round++) {
    const networks = Array.from({ length: round }, () => randomNetwork());
    setLocal(networks);
    const near = networks.flatMap((one) => edges(one));
    const far = Array.from({ length: 40 }, () => randomNetwork());
    for (const { family, address: value } of [...near, ...far]) {
      const expected = networks.some((one) => holds(one, family, value));
      if (isLocal(addressOf(family, value)) !== expected)
        expect.fail(`${family} ${value.toString(16)}: not ${expected}`);
    }
  }
});

test('a table is written only when the one before is in use, and holds from the next block on', () => {
  setLocal([network('192.0.2.1')]);
  expect(writeLocal(memory, [network('192.0.2.2')])).toBe(true);
  expect(isLocal(address('192.0.2.1'))).toBe(true);
  expect(writeLocal(memory, [network('192.0.2.3')])).toBe(false);
  code.local_refresh();
  expect([1, 2, 3].map((last) => isLocal(Uint8Array.of(192, 0, 2, last)))).toEqual([false, true, false]);
  expect(data.getInt32(LOCAL_IN_USE, true)).toBe(data.getInt32(LOCAL_ACTIVE, true));
  expect(writeLocal(memory, [network('192.0.2.3')])).toBe(true);
  code.local_refresh();
  expect([1, 2, 3].map((last) => isLocal(Uint8Array.of(192, 0, 2, last)))).toEqual([false, false, true]);
});

function randomNetwork(): Network {
  const family = Math.random() < 0.5 ? 4 : 6;
  const bits = family === 4 ? 32 : 128;
  let value = 0n;
  for (let i = 0; i < bits; i += 8) value = (value << 8n) | BigInt(Math.floor(Math.random() * 256));
  // Half of them close together, so that they touch and overlap.
  if (Math.random() < 0.5) value &= (1n << 12n) - 1n;
  return { family, address: value, prefix: Math.floor(Math.random() * (bits + 1)) };
}

/** First and last address of a network, and those beside them. */
function edges({ family, address: value, prefix }: Network): Network[] {
  const bits = BigInt(family === 4 ? 32 : 128);
  const size = 1n << (bits - BigInt(prefix));
  const first = value - (value % size);
  return [first - 1n, first, first + size - 1n, first + size]
    .filter((one) => one >= 0n && one < 1n << bits)
    .map((one) => ({ family, address: one, prefix }));
}

function holds(one: Network, family: 4 | 6, value: bigint): boolean {
  const behind = BigInt((family === 4 ? 32 : 128) - one.prefix);
  return one.family === family && one.address >> behind === value >> behind;
}
