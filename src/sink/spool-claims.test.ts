import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { makeClaimWords, openClaims } from './spool-claims.ts';

const name = (number: number): string => `${String(number).padStart(12, '0')}-0123456789abcdef`;

test('what is on its way to anybody makes no room, and what makes room is not sent', () => {
  const claims = openClaims(makeClaimWords());
  expect(claims.take('otlp', name(1))).toBe(true);
  expect(claims.take('clickhouse', name(2))).toBe(true);
  expect([1, 2].map((number) => claims.beginDrop(name(number)))).toEqual([false, false]);
  claims.release('otlp');
  expect(claims.beginDrop(name(1))).toBe(true);
  expect(claims.take('otlp', name(1))).toBe(false);
  expect(claims.take('otlp', name(3))).toBe(true);
  claims.endDrop();
  expect(claims.take('otlp', name(1))).toBe(true);
});

// What the thread does that drops files: `here` and `dropped` have a word for each.
const DROP = `const { workerData: { words, here, dropped, start, path } } = require('node:worker_threads');
import(path).then(({ openClaims }) => {
  const claims = openClaims(words);
  Atomics.store(start, 0, 1);
  Atomics.notify(start, 0);
  for (let i = 1; i < here.length; i++) {
    if (!claims.beginDrop(String(i).padStart(12, '0') + '-0123456789abcdef')) continue;
    for (let spin = 0; spin < 100; spin++) Atomics.load(start, 0); // as a call of the system takes its time
    if (Atomics.exchange(here, i, 0) === 1) Atomics.store(dropped, i, 1);
    claims.endDrop();
  }
});`;

test('a file that one thread sends while another makes room is sent or dropped, never both', async () => {
  const rounds = 100_000;
  const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * (rounds + 1)));
  const [here, sent, dropped, start, words] = [shared().fill(1), shared(), shared(), shared(), makeClaimWords()];
  const path = new URL('../../dist/src/sink/spool-claims.js', import.meta.url).href;
  const other = new Worker(DROP, { eval: true, workerData: { words, here, dropped, start, path } });
  const ended = new Promise((resolve, reject) => other.on('exit', resolve).on('error', reject));
  const claims = openClaims(words);
  expect(Atomics.wait(start, 0, 0, 10_000)).not.toBe('timed-out');
  for (let i = 1; i <= rounds; i++) {
    if (claims.take('otlp', name(i)) && Atomics.load(here, i) === 1) {
      Atomics.store(sent, i, 1);
      for (let spin = 0; spin < 100; spin++) Atomics.load(start, 0);
      Atomics.store(here, i, 0);
    }
    claims.release('otlp');
  }
  await ended;
  const count = (of: Int32Array): number => of.reduce((sum, word) => sum + word, 0);
  expect(count(sent.map((word, i) => word & (dropped[i] ?? 0)))).toBe(0);
  expect(count(sent)).toBeGreaterThan(0);
  expect(count(dropped)).toBeGreaterThan(0);
});
