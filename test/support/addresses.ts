import { isIPv4, isIPv6 } from 'node:net';

import { integer, join, u16 } from './bytes.ts';

/** The 4 bytes of `192.0.2.1`. */
function ipv4Address(text: string): Uint8Array {
  return Uint8Array.from(text.split('.').map(Number));
}

/** The groups of one side of `::`; dots at the end are two groups. */
function groups(text: string): Uint8Array {
  if (text === '') return new Uint8Array(0);
  return join(
    ...text.split(':').map((group) => (group.includes('.') ? ipv4Address(group) : u16(Number(`0x${group}`)))),
  );
}

/** The 16 bytes of `2001:db8::1` or `::ffff:192.0.2.1`. */
function ipv6Address(text: string): Uint8Array {
  const [left = '', right] = text.split('::');
  const before = groups(left);
  const after = groups(right ?? '');
  return join(before, new Uint8Array(16 - before.length - after.length), after);
}

/** The bytes of an address (4 or 16). Throws if it is none. */
export function address(text: string): Uint8Array {
  if (isIPv4(text)) return ipv4Address(text);
  if (isIPv6(text)) return ipv6Address(text);
  throw new Error(`not an IP address: ${text}`);
}

/** A network as the packet code's settings take it. */
export interface Network {
  family: 4 | 6;
  address: bigint;
  prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a single address. */
export function network(text: string): Network {
  const [base = '', prefix] = text.split('/');
  const bytes = address(base);
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return {
    family: bytes.length === 4 ? 4 : 6,
    address: value,
    prefix: prefix === undefined ? bytes.length * 8 : Number(prefix),
  };
}

/** An address of 4 or 16 bytes from a number. */
export function addressOf(family: 4 | 6, value: bigint): Uint8Array {
  return integer(value, family === 4 ? 4 : 16);
}
