import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import { openSpool, type Spool } from '../sink/spool.ts';
import { makeClaimWords, openClaims } from '../sink/spool-claims.ts';
import { closedName } from '../sink/spool-file.ts';
import { openPlaces, type Places } from './places.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-places-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const BOTH = ['clickhouse', 'otlp'] as const;
const names = [1, 2, 3].map((number) => closedName(`00000000000${number}-0123456789abcdef`, 1));
const put = (...which: number[]): void => {
  for (const number of which) writeFileSync(join(directory, names[number - 1] ?? ''), '');
};
/** Files that are there, by their numbers. */
const there = (): number[] =>
  readdirSync(directory).flatMap((name) => (names.includes(name) ? [Number(name.slice(0, 12))] : []));
/** A receiver takes its next file: its number, and whether it is gone. */
async function take(places: Places, receiver: string): Promise<[number, boolean]> {
  const file = places.next(receiver);
  if (file === undefined) return [0, false];
  return [Number(file.batch.slice(0, 12)), await places.had(receiver, file)];
}

test('a file goes when all have it, and each has its own place', async () => {
  put(1, 2);
  const places = openPlaces(directory, BOTH);
  expect(await take(places, 'otlp')).toEqual([1, false]);
  expect(await take(places, 'otlp')).toEqual([2, false]);
  expect(places.next('otlp')).toBeUndefined();
  expect(await take(places, 'clickhouse')).toEqual([1, true]);
  put(3);
  expect(await take(places, 'otlp')).toEqual([3, false]);
  expect(there()).toEqual([2, 3]);
});

test('places outlive a run', async () => {
  put(1, 2, 3);
  const before = openPlaces(directory, BOTH);
  await take(before, 'otlp');
  await take(before, 'otlp');
  await take(before, 'clickhouse');
  const after = openPlaces(directory, BOTH);
  expect(await take(after, 'otlp')).toEqual([3, false]);
  expect(await take(after, 'clickhouse')).toEqual([2, true]);
});

test('who receives no more is waited for no more; who is new gets all', async () => {
  put(1, 2, 3);
  const before = openPlaces(directory, BOTH);
  await take(before, 'otlp');
  await take(before, 'otlp');
  const after = openPlaces(directory, ['otlp']);
  expect(there()).toEqual([3]);
  expect(await take(after, 'otlp')).toEqual([3, true]);
  put(1, 2, 3);
  expect(await take(openPlaces(directory, ['clickhouse']), 'clickhouse')).toEqual([1, true]);
});

test('a single receiver leaves nothing but what it does not have', async () => {
  put(1);
  await take(openPlaces(directory, ['otlp']), 'otlp');
  expect(readdirSync(directory)).toEqual([]);
});

test('a file that made room is passed over', async () => {
  put(1, 2);
  const places = openPlaces(directory, ['otlp']);
  places.next('otlp');
  rmSync(join(directory, names[0] ?? ''));
  expect(await take(places, 'otlp')).toEqual([1, true]);
  expect(await take(places, 'otlp')).toEqual([2, true]);
});

test('what stands in a place that is no batch is nothing', async () => {
  put(1);
  writeFileSync(join(directory, 'otlp.place'), '../../etc/passwd\n');
  expect(await take(openPlaces(directory, ['otlp']), 'otlp')).toEqual([1, true]);
});

test('a new file stands behind every place, also when nothing else is left', async () => {
  const open = (): Spool =>
    openSpool(directory, { most: 1_048_576, young: 1, patience: 0 }, openClaims(makeClaimWords()), {
      remade: () => {},
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
    await write(open());
    const places = openPlaces(directory, BOTH);
    expect(await take(places, 'otlp')).toEqual([run, false]);
    expect(await take(places, 'clickhouse')).toEqual([run, true]);
  }
});
