import { isIPv4, isIPv6 } from 'node:net';
import type { Network } from '../pipeline/local-addresses.ts';
import { items, type Reading } from './reading.ts';

/** The most networks of both families together; the table of local addresses has room for these and the host's own (layout/settings). */
const MOST = 4096;

function fromBytes(address: string): bigint {
  return address.split('.').reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function groups(part: string): bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const last = fromBytes(group); // ::ffff:10.0.0.1 (RFC 4291, section 2.2): the last 32 bits
    return [last >> 16n, last & 0xffffn];
  });
}

function fromGroups(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  const behind = groups(tail ?? '');
  const zeros = new Array<bigint>(8 - before.length - behind.length).fill(0n);
  return [...before, ...zeros, ...behind].reduce((sum, group) => (sum << 16n) | group, 0n);
}

function readNetwork(item: string): Network | string {
  if (item === '') return 'has an empty item';
  const [, text = '', given] = /^([^/%]+)(?:\/([0-9]{1,3}))?$/.exec(item) ?? [];
  const family = isIPv4(text) ? 4 : isIPv6(text) ? 6 : undefined;
  if (family === undefined) return 'holds what is neither an address nor a network';
  const bits = family === 4 ? 32 : 128;
  const prefix = given === undefined ? bits : Number(given);
  if (prefix > bits) return `holds a prefix above ${bits}`;
  // 10.1.2.3/8 means the network 10.0.0.0/8: an address of one's own with its prefix is what `ip address` prints.
  const behind = BigInt(bits - prefix);
  const address = family === 4 ? fromBytes(text) : fromGroups(text);
  return { family, address: (address >> behind) << behind, prefix };
}

/** A list of at most 4096 addresses and networks, `10.88.0.0/16,fd00::/8,192.0.2.1`; the empty text is none. */
export function readNetworks(text: string): Reading<readonly Network[]> {
  if (text.trim() === '') return { value: [] };
  const networks: Network[] = [];
  const given = items(text);
  if (given.length > MOST) return { reason: `holds more than ${MOST} networks` };
  for (const item of given) {
    const network = readNetwork(item);
    if (typeof network === 'string') return { reason: network };
    networks.push(network);
  }
  return { value: networks };
}
