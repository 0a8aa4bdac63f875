import { expect, test } from 'vitest';
import { HISTOGRAM_BUCKETS, HISTOGRAM_UNIT, HISTOGRAM_WORDS, HISTOGRAM_WRITES } from '../../layout/counters.ts';
import { REGION_COUNTERS, REGION_SETTINGS } from '../../layout/directory.ts';
import { regionOf } from '../../src/pipeline/memory.ts';
import { writeInterfaces } from '../../src/pipeline/packet-settings.ts';
import { countersOf, makeCounters, observe } from '../../src/pipeline/statistics.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const PORTS = Array.from({ length: 65536 }, (_, port) => port);

test('the directory is that of the memory', () => {
  const { code, memory } = openInternals();
  for (const entry of [REGION_SETTINGS, REGION_COUNTERS]) {
    const { address, size } = regionOf(memory, entry);
    expect([code.directory_address(entry), code.directory_size(entry)]).toEqual([address, size]);
  }
});

test('each setting stands where it is looked for', () => {
  const names = ['live', 'split', 'addVlan', 'copies'] as const;
  for (const name of names) {
    const { code } = openInternals({ [name]: true });
    const on = names.filter((other) => code[`settings_${other}`].value === 1);
    expect(on).toEqual([name]);
    expect(code.settings_filtered.value).toBe(0);
  }
  expect(openInternals({ filters: [] }).code.settings_filtered.value).toBe(1);
});

test('the snaplen; 0 keeps all', () => {
  expect(openInternals({ snaplen: 1560 }).code.settings_snaplen.value).toBe(1560);
  expect(openInternals({ snaplen: 0 }).code.settings_snaplen.value >>> 0).toBe(0xffffffff);
});

test('the packet limit', () => {
  const limit = (value: number): bigint =>
    BigInt.asUintN(64, openInternals({ limit: value }).code.settings_limit.value);
  expect([limit(0), limit(10), limit(2 ** 40)]).toEqual([0n, 10n, 2n ** 40n]);
  expect(limit(-1)).toBe(2n ** 64n - 1n);
});

test('ports: ranges with both ends, and any', () => {
  const wanted = (ports: Parameters<typeof openInternals>[0]): number[] => {
    const { code } = openInternals(ports);
    return PORTS.filter((port) => code.settings_portWanted(port) === 1);
  };
  const ranges = [
    { first: 80, last: 80 },
    { first: 8000, last: 8003 },
    { first: 65535, last: 65535 },
    { first: 0, last: 1 },
  ];
  expect(wanted({ ports: ranges })).toEqual([0, 1, 80, 8000, 8001, 8002, 8003, 65535]);
  expect(wanted({ ports: 'any' })).toEqual(PORTS);
  expect(wanted({ ports: [] })).toEqual([]);
});

test('interfaces may change while running', () => {
  const { code, memory } = openInternals();
  const wanted = (): number[] => [0, 1, 2, 3, 300].filter((index) => code.settings_interfaceWanted(index) === 1);
  expect(wanted()).toEqual([]);
  writeInterfaces(memory, [2, 300]);
  expect(wanted()).toEqual([2, 300]);
  writeInterfaces(memory, [3]);
  expect(wanted()).toEqual([3]);
  writeInterfaces(memory, 'any');
  expect(wanted()).toEqual([0, 1, 2, 3, 300]);
  writeInterfaces(memory, []);
  expect(wanted()).toEqual([]);
});

test('counters count in 64 bits', () => {
  const { code, data, memory } = openInternals();
  const { address } = regionOf(memory, REGION_COUNTERS);
  code.counters_add(0, 2n ** 32n - 1n);
  code.counters_increment(0);
  code.counters_add(5, 7n);
  expect(code.counters_packets()).toBe(2n ** 32n);
  expect(data.getBigUint64(address + 5 * 8, true)).toBe(7n);
  const again = openInternals({}, memory);
  again.code.counters_increment(0);
  expect(again.code.counters_packets()).toBe(2n ** 32n + 1n);
});

test('a time counts in the first bucket that takes it, here as in the system code', () => {
  const { code, memory } = openInternals();
  const words = countersOf(memory);
  const bucketOf = (nanoseconds: number): number => {
    words.fill(0n, HISTOGRAM_WRITES, HISTOGRAM_WRITES + HISTOGRAM_WORDS);
    code.counters_observe(HISTOGRAM_WRITES, BigInt(nanoseconds));
    expect(words[HISTOGRAM_WRITES + HISTOGRAM_BUCKETS]).toBe(BigInt(nanoseconds));
    const system = makeCounters();
    observe(system, HISTOGRAM_WRITES, nanoseconds / 1e6);
    const written = words.slice(HISTOGRAM_WRITES, HISTOGRAM_WRITES + HISTOGRAM_WORDS);
    expect(system.slice(HISTOGRAM_WRITES, HISTOGRAM_WRITES + HISTOGRAM_WORDS)).toEqual(written);
    expect(written.filter((times) => times === 1n)).toHaveLength(nanoseconds === 1 ? 2 : 1);
    return written.indexOf(1n);
  };
  const last = HISTOGRAM_BUCKETS - 1;
  expect([0, 1, HISTOGRAM_UNIT].map(bucketOf)).toEqual([0, 0, 0]);
  for (let bucket = 0; bucket < last; bucket++) {
    const bound = HISTOGRAM_UNIT * 2 ** bucket;
    expect([bound - 1, bound, bound + 1].map(bucketOf)).toEqual([bucket, bucket, bucket + 1]);
  }
  expect([2 ** 40, 2 ** 52].map(bucketOf)).toEqual([last, last]);
});
