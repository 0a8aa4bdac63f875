import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { COUNTER_THREADS, COUNTER_THREADS_ALIVE } from '../../layout/counters.ts';
import { insideOf } from '../../test/support/inside.ts';
import type { Trouble } from '../pipeline/writer.ts';
import { tellManager } from './service-notices.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run of two capture threads that begins, and the manager who hears of it, with a watchdog of so many milliseconds. */
function tell({ watchdog = 0, live = true }: { watchdog?: number; live?: boolean } = { watchdog: 60_000 }) {
  const state = {
    words: new Map<number, number>(),
    rounds: [0, 0],
    trouble: undefined as Trouble | undefined,
    stopping: false,
    listens: true,
    heard: [] as string[],
    said: [] as string[],
  };
  const inside = insideOf(state.words, {
    live,
    rounds: () => [...state.rounds],
    trouble: () => state.trouble,
    stopping: () => state.stopping,
  });
  const notify = (message: string): boolean => {
    if (state.listens) state.heard.push(message);
    return state.listens;
  };
  const notices = tellManager(
    { notify, watchdog: watchdog || undefined },
    inside,
    (line) => state.said.push(line),
    Date.now,
  );
  onTestFinished(notices.close);
  const begin = (): void => {
    state.words.set(COUNTER_THREADS, 2).set(COUNTER_THREADS_ALIVE, 2);
    state.rounds = [1, 1];
  };
  /** Seconds in which the threads make rounds, or one of them does not. */
  const pass = (seconds: number, still?: number): void => {
    for (let i = 0; i < seconds; i++) {
      state.rounds = state.rounds.map((round, thread) => (thread === still ? round : round + 1));
      vi.advanceTimersByTime(1000);
    }
  };
  /** What was heard since the last time. */
  const heard = (): string[] => state.heard.splice(0);
  return { state, notices, begin, pass, heard };
}

test('ready once each thread has made a round; then alive, twice within the time; at the end stopping, once', () => {
  const { state, notices, begin, pass, heard } = tell();
  vi.advanceTimersByTime(5000);
  state.words.set(COUNTER_THREADS, 2).set(COUNTER_THREADS_ALIVE, 2);
  state.rounds = [1, 0];
  vi.advanceTimersByTime(5000);
  expect(heard()).toEqual([]);
  begin();
  vi.advanceTimersByTime(50);
  expect(heard()).toEqual(['READY=1', 'WATCHDOG=1']);
  pass(29);
  expect(heard()).toEqual([]);
  pass(32);
  expect(heard()).toEqual(['WATCHDOG=1', 'WATCHDOG=1']);
  notices.stopping();
  notices.close();
  pass(100);
  expect(heard()).toEqual(['STOPPING=1']);
});

test('without a watchdog nothing but beginning and end; a run over a file has begun at once', () => {
  const { notices, pass, heard } = tell({ live: false });
  pass(100);
  notices.close();
  expect(heard()).toEqual(['READY=1', 'STOPPING=1']);
});

test('a manager that does not take the first message hears it later', () => {
  const { state, begin, heard } = tell();
  state.listens = false;
  begin();
  vi.advanceTimersByTime(500);
  state.listens = true;
  vi.advanceTimersByTime(50);
  expect(heard()).toEqual(['READY=1', 'WATCHDOG=1']);
});

test('a thread that stands still is told of no more, but soon again when it goes on', () => {
  const { state, begin, pass, heard } = tell();
  begin();
  pass(31);
  expect(heard()).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  pass(120, 1);
  expect(heard()).toEqual([]);
  expect(state.said).toEqual([
    expect.stringMatching(/^capture thread 1 has stood still for \d+ s: the service manager/),
  ]);
  pass(2);
  expect(heard()).toEqual(['WATCHDOG=1']);
});

test('a thread that is dead', () => {
  const { state, begin, pass, heard } = tell();
  begin();
  pass(1);
  heard();
  state.words.set(COUNTER_THREADS_ALIVE, 1);
  pass(120);
  expect(heard()).toEqual([]);
});

test('a full disk, a write that does not end and a run that ends are no reason to be silent', () => {
  const { state, begin, pass, heard } = tell();
  begin();
  pass(1);
  heard();
  state.trouble = { kind: 'failed', path: '/log/x.log', code: 'ENOSPC' };
  pass(30);
  state.trouble = { kind: 'writing', milliseconds: 600_000 };
  pass(30);
  state.stopping = true;
  state.words.set(COUNTER_THREADS_ALIVE, 0);
  pass(30, 0);
  expect(heard()).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
});
