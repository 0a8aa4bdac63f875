import { expect, test } from 'vitest';
import { REGION_SEEN } from '../../layout/directory.ts';
import { SEEN_BYTES, SEEN_ENTRY_BYTES, SEEN_SETS, SEEN_WAYS } from '../../layout/seen.ts';
import { bytesOf } from '../../src/pipeline/memory.ts';
import { latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { ipv4, ipv6, tcp } from '../../test/support/packets.ts';

const internals = openInternals();
const { code, putLast } = internals;
const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80, sequence: 1 };
const ENDS6 = { ...ENDS, source: '2001:db8::1', destination: '2001:db8::2' };
const [REQUEST, RESPONSE] = [1, 2];
const SECOND = 1_000_000_000n;
const NOW = 1_567_315_011n * SECOND;

/** Asks about a packet of these ends. */
function isCopy(ends: typeof ENDS, interfaceIndex: number, stamp: bigint, kind = REQUEST): boolean {
  const segment = tcp(ends, latin1('GET / HTTP/1.1\r\n\r\n'));
  const { at, end } = putLast((ends.source.includes(':') ? ipv6(ends, segment) : ipv4(ends, segment)).bytes);
  if (code.decode_ip(at, end) !== 0) expect.fail('the packet is none');
  return code.seen_isCopy(kind, interfaceIndex, stamp) === 1;
}

function forget(): void {
  bytesOf(internals.memory, REGION_SEEN).fill(0);
}

test('the table is as long as its layout says', () => {
  expect(SEEN_BYTES).toBe(SEEN_SETS * SEEN_WAYS * SEEN_ENTRY_BYTES + SEEN_ENTRY_BYTES);
});

test.each([
  ['IPv4', ENDS],
  ['IPv6', ENDS6],
])('%s: a copy comes on another interface within a second', (_, ends) => {
  forget();
  expect(isCopy(ends, 2, NOW)).toBe(false);
  expect(isCopy(ends, 3, NOW)).toBe(true);
  expect(isCopy(ends, 4, NOW + SECOND - 1n)).toBe(true);
  expect(isCopy(ends, 5, NOW + SECOND)).toBe(false);
});

test('a copy may have the earlier stamp', () => {
  forget();
  expect(isCopy(ENDS, 2, NOW)).toBe(false);
  expect(isCopy(ENDS, 3, NOW - SECOND + 1n)).toBe(true);
  expect(isCopy(ENDS, 3, NOW - SECOND)).toBe(false);
});

test('a repeat on the same interface is none, and the next copies are copies of it', () => {
  forget();
  expect(isCopy(ENDS, 2, NOW)).toBe(false);
  expect(isCopy(ENDS, 2, NOW + SECOND / 2n)).toBe(false);
  expect(isCopy(ENDS, 3, NOW + SECOND)).toBe(true);
  expect(isCopy(ENDS, 3, NOW + (SECOND * 3n) / 2n)).toBe(false);
});

test.each<[string, Partial<typeof ENDS>]>([
  ['source', { source: '192.0.2.2' }],
  ['source port', { sourcePort: 40001 }],
  ['destination', { destination: '198.51.100.8' }],
  ['destination port', { destinationPort: 81 }],
  ['sequence number', { sequence: 0x80000001 }],
  ['the other direction', { source: ENDS.destination, destination: ENDS.source }],
])('another %s is another packet', (_, change) => {
  forget();
  expect(isCopy(ENDS, 2, NOW)).toBe(false);
  expect(isCopy({ ...ENDS, ...change }, 3, NOW)).toBe(false);
  expect(isCopy(ENDS, 3, NOW)).toBe(true);
});

test('every byte of an IPv6 address counts', () => {
  forget();
  expect(isCopy(ENDS6, 2, NOW)).toBe(false);
  for (const source of ['2001:db8::2', '2001:db9::1', '2001:db8:0:0:1::1', 'a001:db8::1']) {
    expect(isCopy({ ...ENDS6, source }, 3, NOW)).toBe(false);
  }
});

test('a response with the same numbers is another message', () => {
  forget();
  expect(isCopy(ENDS, 2, NOW, REQUEST)).toBe(false);
  expect(isCopy(ENDS, 3, NOW, RESPONSE)).toBe(false);
  expect(isCopy(ENDS, 4, NOW, RESPONSE)).toBe(true);
});

test('an IPv4 address is no IPv6 address of the same first bytes', () => {
  forget();
  expect(isCopy({ ...ENDS, source: '32.1.13.184', destination: '32.1.13.185' }, 2, NOW)).toBe(false);
  expect(isCopy({ ...ENDS, source: '2001:db8::', destination: '2001:db9::' }, 3, NOW)).toBe(false);
});

test('many flows: those of the last moment are remembered, a full set forgets its oldest', () => {
  forget();
  const ends = (i: number): typeof ENDS => ({ ...ENDS, sourcePort: 1024 + (i % 60_000), sequence: i });
  const count = 4 * SEEN_SETS * SEEN_WAYS;
  for (let i = 0; i < count; i++) if (isCopy(ends(i), 2, NOW + BigInt(i))) expect.fail(`${i} is no copy`);
  const copies = (from: number, to: number): number => {
    let found = 0;
    for (let i = from; i < to; i++) if (isCopy(ends(i), 3, NOW + BigInt(count))) found++;
    return found;
  };
  // Newest first: a packet that is forgotten is remembered anew by being asked about.
  expect(copies(count - 2000, count)).toBeGreaterThan(1900);
  expect(copies(0, 2000)).toBe(0);
});

test('the clock is set back over midnight: new entries take the place of those of before, not of each other', () => {
  forget();
  const ends = (i: number): typeof ENDS => ({ ...ENDS, sourcePort: 1024 + (i % 60_000), sequence: i });
  const many = 4 * SEEN_SETS * SEEN_WAYS;
  for (let i = 0; i < many; i++) isCopy(ends(i), 2, NOW);
  const back = NOW - 86_400n * SECOND;
  let found = 0;
  for (let i = many; i < many + 2000; i++) isCopy(ends(i), 2, back);
  for (let i = many; i < many + 2000; i++) if (isCopy(ends(i), 3, back + 1n)) found++;
  expect(found).toBeGreaterThan(1900);
});

test('nothing is written outside the table', () => {
  const before = internals.read(0, internals.scratch);
  forget();
  for (let i = 0; i < 5000; i++) isCopy({ ...ENDS, sequence: i }, 2, NOW);
  const table = bytesOf(internals.memory, REGION_SEEN);
  const after = internals.read(0, internals.scratch);
  after.fill(0, table.byteOffset, table.byteOffset + table.length);
  before.fill(0, table.byteOffset, table.byteOffset + table.length);
  expect(Buffer.compare(before, after)).toBe(0);
});
