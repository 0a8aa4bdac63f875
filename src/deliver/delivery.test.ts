import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Claims, makeClaimWords, openClaims } from '../sink/spool-claims.ts';
import { closedName } from '../sink/spool-file.ts';
import { startDelivery } from './delivery.ts';
import { openPlaces, type Places } from './places.ts';
import { NotTaken, type Receiver } from './receiver.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-delivery-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const names = [1, 2, 3].map((number) => closedName(`00000000000${number}-0123456789abcdef`, 1));
const put = (name = ''): void => writeFileSync(join(directory, name), `${name}\n`);

interface Told {
  readonly sent: string[];
  readonly failed: string[];
  readonly delivered: number[];
  readonly damaged: number[];
  idle: number;
}

/** Places and claims of a spool with one receiver. */
function openSpoolOf(): { readonly claims: Claims; readonly places: Places } {
  const claims = openClaims(makeClaimWords());
  return { claims, places: openPlaces(directory, ['otlp'], claims, () => {}) };
}

/** Delivery to a receiver that is away as long as `isAway` says so. */
function deliver(isAway: () => boolean) {
  const told: Told = { sent: [], failed: [], delivered: [], damaged: [], idle: 0 };
  const receiver: Receiver = {
    name: 'otlp',
    async send({ batch }, isDoubtful) {
      told.sent.push(`${Number(batch.slice(0, 12))}${isDoubtful ? '?' : ''}`);
      if (isAway()) throw new NotTaken('away', 0);
      return undefined;
    },
    async close() {},
  };
  const { places, claims } = openSpoolOf();
  const delivery = startDelivery(directory, places, claims, receiver, {
    delivered: ({ records }) => told.delivered.push(records),
    gone: (_, damaged) => told.damaged.push(damaged),
    failed: (reason) => told.failed.push(reason),
    idle: () => told.idle++,
  });
  return { delivery, told, places, claims };
}

test('files go in their order, those of an earlier run and each after a failure as one that may be there', async () => {
  put(names[0]);
  put(names[1]);
  let failures = 1;
  const { delivery, told, places } = deliver(() => told.sent.length > 2 && failures-- > 0);
  await expect.poll(() => told.idle, { timeout: 5000 }).toBe(1);
  expect(told).toMatchObject({ sent: ['1?', '2?'], failed: [] });
  put(names[2]);
  places.add({ name: names[2] ?? '', batch: names[2]?.slice(0, 29) ?? '', records: 1 });
  delivery.wake();
  await expect.poll(() => told.idle, { timeout: 5000 }).toBe(2);
  expect(told).toMatchObject({ sent: ['1?', '2?', '3', '3?'], failed: ['away'] });
  delivery.finish();
  await delivery.ended;
  expect(names.filter((name) => existsSync(join(directory, name)))).toEqual([]);
});

test('what the disk has lost of a file is told, and the rest is sent', async () => {
  writeFileSync(join(directory, closedName('000000000001-0123456789abcdef', 500)), '');
  writeFileSync(join(directory, closedName('000000000002-0123456789abcdef', 3)), '{"a":1}\n{"a":2}\n{"a');
  writeFileSync(join(directory, closedName('000000000003-0123456789abcdef', 700)), new Uint8Array(4096));
  const { delivery, told } = deliver(() => false);
  await expect.poll(() => told.idle, { timeout: 5000 }).toBe(1);
  expect(told).toMatchObject({ sent: ['2?'], delivered: [0, 2, 0], damaged: [500, 1, 700], failed: [] });
  delivery.finish();
  await delivery.ended;
});

test('a file that makes room is not sent, nor removed; one that is not there is told', async () => {
  put(names[0]);
  put(names[1]);
  put(names[2]);
  const sent: string[] = [];
  const gone: [string, number][] = [];
  const receiver: Receiver = {
    name: 'otlp',
    async send({ batch }) {
      sent.push(batch);
      return undefined;
    },
    async close() {},
  };
  const { places, claims } = openSpoolOf();
  expect(claims.beginDrop(names[0]?.slice(0, 29) ?? '')).toBe(true);
  rmSync(join(directory, names[1] ?? ''));
  const delivery = startDelivery(directory, places, claims, receiver, {
    delivered: () => {},
    gone: ({ name }, damaged) => gone.push([name, damaged]),
    failed: () => {},
    idle: () => {},
  });
  await expect.poll(() => gone, { timeout: 5000 }).toHaveLength(3);
  expect(sent).toEqual([names[2]?.slice(0, 29)]);
  expect(gone).toEqual([
    [names[0], 1],
    [names[1], 1],
    [names[2], 0],
  ]);
  expect(existsSync(join(directory, names[0] ?? ''))).toBe(true);
  delivery.finish();
  await delivery.ended;
});

test('a receiver that asks to be left alone is', async () => {
  put(names[0]);
  let isAway = true;
  const sent: number[] = [];
  const receiver: Receiver = {
    name: 'otlp',
    async send() {
      sent.push(performance.now());
      if (isAway) throw new NotTaken('busy', 1000);
      return { records: 1, reason: 'never' };
    },
    async close() {},
  };
  const delivered: unknown[] = [];
  const { places, claims } = openSpoolOf();
  const delivery = startDelivery(directory, places, claims, receiver, {
    delivered: (...what) => delivered.push(what),
    gone: () => {},
    failed: () => {
      isAway = false;
    },
    idle: () => {},
  });
  await expect.poll(() => delivered, { timeout: 5000 }).toHaveLength(1);
  expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(990);
  expect(delivered[0]).toMatchObject([{ name: names[0] }, { records: 1, reason: 'never' }]);
  delivery.finish();
  await delivery.ended;
});

test('new files do not hasten the next attempt; the end does, and then a failure ends it', async () => {
  put(names[0]);
  const { delivery, told } = deliver(() => true);
  await expect.poll(() => told.failed.length, { timeout: 5000 }).toBe(3);
  const begun = performance.now();
  for (let i = 0; i < 5; i++) delivery.wake();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told.failed).toHaveLength(3);
  delivery.finish();
  await delivery.ended;
  expect(performance.now() - begun).toBeLessThan(900);
  expect(told.failed).toHaveLength(4);
  expect(existsSync(join(directory, names[0] ?? ''))).toBe(true);
});
