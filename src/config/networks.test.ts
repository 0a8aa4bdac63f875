import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNetworks } from './networks.ts';

const v4 = (address: bigint, prefix: number = 32) => ({ family: 4, address, prefix });
const v6 = (address: bigint, prefix: number = 128) => ({ family: 6, address, prefix });

describe('readNetworks', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['10.0.0.1', [v4(0x0a000001n)]],
    ['255.255.255.255', [v4(0xffffffffn)]],
    ['10.88.0.0/16', [v4(0x0a580000n, 16)]],
    ['10.88.3.4/16', [v4(0x0a580000n, 16)]],
    ['10.0.0.1/32', [v4(0x0a000001n)]],
    ['1.2.3.4/0', [v4(0n, 0)]],
    ['::', [v6(0n)]],
    ['::1', [v6(1n)]],
    ['1::', [v6(1n << 112n)]],
    ['fd00::/8', [v6(0xfdn << 120n, 8)]],
    ['FD00::1/8', [v6(0xfdn << 120n, 8)]],
    ['2001:db8::1:0:2', [v6(0x20010db8000000000000000100000002n)]],
    ['1:2:3:4:5:6:7:8', [v6(0x00010002000300040005000600070008n)]],
    ['1:2:3:4:5:6:7::', [v6(0x00010002000300040005000600070000n)]],
    ['::ffff:10.0.0.1', [v6(0xffff0a000001n)]],
    ['1:2:3:4:5:6:10.0.0.1', [v6(0x0001000200030004000500060a000001n)]],
    ['fe80::1/128', [v6((0xfe80n << 112n) | 1n)]],
    ['10.0.0.1 , fd00::/8', [v4(0x0a000001n), v6(0xfdn << 120n, 8)]],
  ])('%j', (text, value) => expect(readNetworks(text)).toEqual({ value }));

  test.each([
    ['10.0.0.1,', 'has an empty item'],
    [',10.0.0.1', 'has an empty item'],
    ['10.0.0', 'holds what is neither an address nor a network'],
    ['10.0.0.256', 'holds what is neither an address nor a network'],
    ['010.0.0.1', 'holds what is neither an address nor a network'],
    ['10.0.0.1/', 'holds what is neither an address nor a network'],
    ['10.0.0.1/a', 'holds what is neither an address nor a network'],
    ['10.0.0.1/-1', 'holds what is neither an address nor a network'],
    ['10.0.0.0/255.0.0.0', 'holds what is neither an address nor a network'],
    ['10.0.0.0 /8', 'holds what is neither an address nor a network'],
    ['fe80::1%eth0', 'holds what is neither an address nor a network'],
    ['fe80::1::2', 'holds what is neither an address nor a network'],
    ['eth0', 'holds what is neither an address nor a network'],
    ['10.0.0.0/33', 'holds a prefix above 32'],
    ['fd00::/129', 'holds a prefix above 128'],
  ])('%j is refused', (text, reason) => expect(readNetworks(text)).toEqual({ reason }));

  test('at most 4096 of them', () => {
    const networks = Array.from({ length: 4096 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
    expect(readNetworks(networks.join(','))).toMatchObject({ value: { length: 4096 } });
    expect(readNetworks([...networks, '::2'].join(','))).toEqual({ reason: 'holds more than 4096 networks' });
  });

  test('any IPv6 address in any spelling, and its bits behind the prefix are 0', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (text, prefix) => {
        const read = readNetworks(`${text}/${prefix}`);
        // The URL parser of the platform is the second opinion: it writes the shortest form.
        const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        expect(read).toEqual(readNetworks(`${canonical}/${prefix}`));
        const [network] = 'value' in read ? read.value : [];
        expect(network?.prefix).toBe(prefix);
        expect((network?.address ?? -1n) & ((1n << BigInt(128 - prefix)) - 1n)).toBe(0n);
      }),
    );
  });
});
