import { expect, test } from 'vitest';
import { address } from '../../test/support/addresses.ts';
import { asLatin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { addressText } from '../../test/support/second-reading/address-text.ts';

const { code, scratch, putLast, read } = openInternals();

function endpoint(bytes: Uint8Array, port: number): string {
  const { at } = putLast(bytes);
  return asLatin1(read(scratch, code.address_endpoint(scratch, bytes.length === 4 ? 4 : 6, at, port)));
}

test.each([
  ['0.0.0.0', 0],
  ['255.255.255.255', 65535],
  ['1.20.100.9', 80],
])('%s#%i', (text, port) => {
  expect(endpoint(address(text), port)).toBe(`${text}#${port}`);
});

// RFC 5952: section 4 says how addresses are written, section 5 where dots stand.
test.each([
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa'],
  ['2001:DB8::AB0C', '2001:db8::ab0c'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['1:0:0:0:0:0:0:2', '1::2'],
  ['0:0:1:0:0:0:0:0', '0:0:1::'],
  ['0:1:2:3:4:5:6:0', '0:1:2:3:4:5:6:0'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::ffff:0.0.0.0', '::ffff:0.0.0.0'],
  ['::192.0.2.1', '::c000:201'],
  ['::fffe:192.0.2.1', '::fffe:c000:201'],
  ['::1:ffff:192.0.2.1', '::1:ffff:c000:201'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('%s', (given, text) => {
  expect(endpoint(address(given), 443)).toBe(`${text}#443`);
});

test('every pattern of zero groups, against a plain statement', () => {
  for (let pattern = 0; pattern < 256; pattern++) {
    const bytes = new Uint8Array(16);
    for (let group = 0; group < 8; group++) if ((pattern >> group) & 1) bytes[2 * group + (group & 1)] = 0xa + group;
    expect(endpoint(bytes, 1)).toBe(`${addressText(bytes)}#1`);
  }
});

test('random addresses, against a plain statement', () => {
  for (let i = 0; i < 2000; i++) {
    const bytes = Uint8Array.from({ length: i % 2 ? 4 : 16 }, () => (Math.random() < 0.4 ? 0 : Math.random() * 256));
    const text = `${addressText(bytes)}#${i}`;
    if (endpoint(bytes, i) !== text) expect(endpoint(bytes, i)).toBe(text);
  }
});
