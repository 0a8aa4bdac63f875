import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import { openSpool, type Spool } from '../sink/spool.ts';
import { makeClaimWords, openClaims } from '../sink/spool-claims.ts';
import { closedName, type SpoolFile } from '../sink/spool-file.ts';
import { openPlaces, type Places } from './places.ts';
import type { ReceiverName } from './receiver.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-places-'));
  gone = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const BOTH = ['clickhouse', 'otlp'] as const;
const names = [1, 2, 3].map((number) => closedName(`00000000000${number}-0123456789abcdef`, 1));
const put = (...which: number[]): void => {
  for (const number of which) writeFileSync(join(directory, names[number - 1] ?? ''), '');
};
const fileOf = (number: number): SpoolFile => {
  const name = names[number - 1] ?? '';
  return { name, batch: name.slice(0, 29), records: 1 };
};
let gone: string[] = [];
const open = (receivers: readonly ReceiverName[], claims = openClaims(makeClaimWords())): Places =>
  openPlaces(directory, receivers, claims, ({ name }) => gone.push(name));
/** Files that are there, by their numbers. */
const there = (): number[] =>
  readdirSync(directory).flatMap((name) => (names.includes(name) ? [Number(name.slice(0, 12))] : []));
/** A receiver takes its next file: its number, and whether it is gone. */
async function take(places: Places, receiver: ReceiverName): Promise<[number, boolean]> {
  const file = places.next(receiver);
  if (file === undefined) return [0, false];
  return [Number(file.batch.slice(0, 12)), await places.had(receiver)];
}

test('a file goes when all have it, and each has its own place', async () => {
  put(1, 2);
  const places = open(BOTH);
  expect(await take(places, 'otlp')).toEqual([1, false]);
  expect(await take(places, 'otlp')).toEqual([2, false]);
  expect(places.next('otlp')).toBeUndefined();
  expect(await take(places, 'clickhouse')).toEqual([1, true]);
  put(3);
  places.add(fileOf(3));
  // Said twice, as when a thread has just begun.
  places.add(fileOf(3));
  expect(await take(places, 'otlp')).toEqual([3, false]);
  expect(places.next('otlp')).toBeUndefined();
  expect(there()).toEqual([2, 3]);
});

test('places outlive a run', async () => {
  put(1, 2, 3);
  const before = open(BOTH);
  await take(before, 'otlp');
  await take(before, 'otlp');
  await take(before, 'clickhouse');
  const after = open(BOTH);
  expect(await take(after, 'otlp')).toEqual([3, false]);
  expect(await take(after, 'clickhouse')).toEqual([2, true]);
});

test('who receives no more is waited for no more; who is new gets all', async () => {
  put(1, 2, 3);
  const before = open(BOTH);
  await take(before, 'otlp');
  await take(before, 'otlp');
  const after = open(['otlp']);
  expect(there()).toEqual([3]);
  expect(gone).toEqual(names.slice(0, 2));
  expect(await take(after, 'otlp')).toEqual([3, true]);
  put(1, 2, 3);
  expect(await take(open(['clickhouse']), 'clickhouse')).toEqual([1, true]);
});

test('a single receiver leaves nothing but what it does not have', async () => {
  put(1);
  await take(open(['otlp']), 'otlp');
  expect(readdirSync(directory)).toEqual([]);
});

test('a file that made room is passed over, and left to who removes it', async () => {
  put(1, 2);
  const claims = openClaims(makeClaimWords());
  const places = open(BOTH, claims);
  expect(places.missed('otlp')).toBe(false);
  expect(places.missed('clickhouse')).toBe(true);
  expect(there()).toEqual([1, 2]);
  expect(claims.has('otlp', fileOf(1).batch)).toBe(false);
  expect(await take(places, 'otlp')).toEqual([2, false]);
  expect(claims.has('otlp', fileOf(2).batch)).toBe(true);
  expect(claims.has('clickhouse', fileOf(2).batch)).toBe(false);
});

test('a hundred thousand files cost no look at the directory each', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `${String(i + 1).padStart(12, '0')}-0123456789abcdef`);
  const places = open(BOTH);
  for (const batch of many) places.add({ name: closedName(batch, 1), batch, records: 1 });
  const begun = performance.now();
  for (let i = 0; i < 1000; i++) {
    expect(places.next('otlp')?.batch).toBe(many[i]);
    places.missed('otlp');
  }
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('what stands in a place that is no batch is nothing', async () => {
  put(1);
  writeFileSync(join(directory, 'otlp.place'), '../../etc/passwd\n');
  expect(await take(open(['otlp']), 'otlp')).toEqual([1, true]);
});

test('a new file stands behind every place, also when nothing else is left', async () => {
  const openOne = (): Spool =>
    openSpool(directory, { most: 1_048_576, young: 1 }, openClaims(makeClaimWords()), {
      remade: () => {},
      mayWait: () => 0,
      spooled: () => {},
      lost: () => {},
      dropped: () => {},
      closed: () => {},
      holds: () => {},
    });
  const write = async (spool: Spool): Promise<void> => {
    await spool.write({ split: SPLIT_RECORDS, day: 20190901, parts: [Buffer.from('{"a":1}\n')] });
    await spool.close();
  };
  for (let run = 1; run <= 2; run++) {
    await write(openOne());
    const places = open(BOTH);
    expect(await take(places, 'otlp')).toEqual([run, false]);
    expect(await take(places, 'clickhouse')).toEqual([run, true]);
  }
});
