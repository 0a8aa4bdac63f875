import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeControl, WRITER_TOLD } from './control.ts';
import type { Writer } from './writer.ts';
import { openWriterClock } from './writer-clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A writer that finds something at these looks, counted from 1. */
function writerThatFinds(found: (look: number) => boolean) {
  const seen = { looks: 0 };
  const writer = { wake: () => found(++seen.looks) } as Partial<Writer> as Writer;
  return { seen, writer };
}

test('while lines come the writer looks by the clock, and need not be told', () => {
  const { seen, writer } = writerThatFinds((look) => look <= 5);
  const control = makeControl();
  const told = openWriterClock(writer, control);
  Atomics.store(control, WRITER_TOLD, 1);
  told();
  expect(seen.looks).toBe(1);
  vi.advanceTimersByTime(400);
  expect([seen.looks, Atomics.load(control, WRITER_TOLD)]).toEqual([5, 1]);
});

test('when nothing came since the last look it waits to be told, after one more look', () => {
  const { seen, writer } = writerThatFinds((look) => look === 1);
  const control = makeControl();
  Atomics.store(control, WRITER_TOLD, 1);
  openWriterClock(writer, control)();
  vi.advanceTimersByTime(10_000);
  expect([seen.looks, Atomics.load(control, WRITER_TOLD), vi.getTimerCount()]).toEqual([3, 0, 0]);
});

test('what was handed over just before it waits to be told is found', () => {
  const { seen, writer } = writerThatFinds((look) => look === 1 || look === 3);
  openWriterClock(writer, makeControl())();
  vi.advanceTimersByTime(100);
  expect([seen.looks, vi.getTimerCount()]).toEqual([3, 1]);
});

test('it looks at once when it is told in between, and keeps one clock', () => {
  const { seen, writer } = writerThatFinds(() => true);
  const told = openWriterClock(writer, makeControl());
  told();
  vi.advanceTimersByTime(50);
  told();
  expect(seen.looks).toBe(2);
  vi.advanceTimersByTime(99);
  expect(seen.looks).toBe(2);
  vi.advanceTimersByTime(1);
  expect([seen.looks, vi.getTimerCount()]).toEqual([3, 1]);
});
