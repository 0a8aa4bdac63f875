// The tables of local addresses in a packet memory: two, of which one holds, so that they can change while running.
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
import { regionOf } from './memory.ts';

/** A network, or with the longest prefix an address. */
export interface Network {
  readonly family: 4 | 6;
  readonly address: bigint;
  /** 0 to 32, or to 128. */
  readonly prefix: number;
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** All of 127.0.0.0/8 and ::1 are local on every host (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export const LOOPBACK_NETWORKS: readonly Network[] = [
  { family: 4, address: 0x7f000000n, prefix: 8 },
  { family: 6, address: 1n, prefix: 128 },
];

/**
 * Makes these networks the local ones. Returns false, and changes nothing, while the packet code still reads the table
 * before: ask again. Throws a RangeError where they are too many for the table.
 */
export function writeLocal(memory: WebAssembly.Memory, networks: readonly Network[]): boolean {
  const header = new Int32Array(memory.buffer, 0, 1024);
  const active = Atomics.load(header, LOCAL_ACTIVE / 4);
  if (Atomics.load(header, LOCAL_IN_USE / 4) !== active) return false;
  const idle = 1 - active;
  const { address } = regionOf(memory, REGION_LOCAL);
  const table = new DataView(memory.buffer, address + idle * LOCAL_TABLE_BYTES, LOCAL_TABLE_BYTES);
  writeIpv4(table, rangesOf(networks, 4));
  writeIpv6(table, rangesOf(networks, 6));
  Atomics.store(header, LOCAL_ACTIVE / 4, idle);
  return true;
}

/** The networks of one family as ranges that are sorted and do not touch. */
function rangesOf(networks: readonly Network[], family: 4 | 6): Range[] {
  const bits = family === 4 ? 32 : 128;
  const ranges = networks
    .filter((network) => network.family === family)
    .map(({ address, prefix }) => {
      const size = 1n << BigInt(bits - prefix);
      const first = address - (address % size);
      return { first, last: first + size - 1n };
    })
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Range[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1n) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { first: before.first, last: range.last };
  }
  return merged;
}

function writeIpv4(table: DataView, ranges: readonly Range[]): void {
  if (ranges.length > LOCAL_IPV4_MAXIMUM) throw new RangeError(`more than ${LOCAL_IPV4_MAXIMUM} local IPv4 ranges`);
  ranges.forEach(({ first, last }, i) => {
    table.setUint32(LOCAL_IPV4_RANGES + 8 * i, Number(first), true);
    table.setUint32(LOCAL_IPV4_RANGES + 8 * i + 4, Number(last), true);
  });
  table.setUint32(LOCAL_IPV4_COUNT, ranges.length, true);
}

function writeIpv6(table: DataView, ranges: readonly Range[]): void {
  if (ranges.length > LOCAL_IPV6_MAXIMUM) throw new RangeError(`more than ${LOCAL_IPV6_MAXIMUM} local IPv6 ranges`);
  const low = (1n << 64n) - 1n;
  ranges.forEach(({ first, last }, i) => {
    [first >> 64n, first & low, last >> 64n, last & low].forEach((word, j) => {
      table.setBigUint64(LOCAL_IPV6_RANGES + 32 * i + 8 * j, word, true);
    });
  });
  table.setUint32(LOCAL_IPV6_COUNT, ranges.length, true);
}
