import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { flowClock } from './flow-clock.ts';

const monotonic = (): number => Number((process.hrtime.bigint() / 1_000_000n) & 0xffff_ffffn);

/** Milliseconds from one reading to another, over the wrap. */
const between = (from: number, to: number): number => (to - from) | 0;

test('CLOCK_MONOTONIC in whole milliseconds', async () => {
  for (let i = 0; i < 20; i++) {
    const before = monotonic();
    const clock = flowClock();
    expect(Number.isInteger(clock)).toBe(true);
    expect(between(before, clock)).toBeGreaterThanOrEqual(-1);
    expect(between(clock, monotonic())).toBeGreaterThanOrEqual(-1);
    await wait(3);
  }
});

test('it wraps', () => {
  const now = vi.spyOn(performance, 'now');
  const here = flowClock();
  now.mockReturnValue(performance.now());
  const stopped = flowClock();
  now.mockReturnValue(performance.now() + 2 ** 32 - stopped + 5);
  expect(flowClock()).toBeLessThan(10);
  now.mockRestore();
  expect(between(here, flowClock())).toBeGreaterThanOrEqual(0);
});

test('another thread has the same', async () => {
  const url = new URL('../../dist/src/pipeline/flow-clock.js', import.meta.url).href;
  await wait(50);
  const source = `import(${JSON.stringify(url)}).then(({ flowClock }) =>
    require('node:worker_threads').parentPort.postMessage(flowClock()));`;
  const before = flowClock();
  const there = await new Promise<number>((resolve, reject) => {
    new Worker(source, { eval: true }).on('message', resolve).on('error', reject);
  });
  expect(between(before, there)).toBeGreaterThanOrEqual(-1);
  expect(between(there, flowClock())).toBeGreaterThanOrEqual(-1);
});
