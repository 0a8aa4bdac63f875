import { expect, onTestFinished, test } from 'vitest';
import {
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_THREADS,
  COUNTER_THREADS_ALIVE,
} from '../../layout/counters.ts';
import { insideOf } from '../../test/support/inside.ts';
import type { Trouble } from '../pipeline/writer.ts';
import { watchCondition } from './condition.ts';

/** A run of two capture threads that is well, and a clock. */
function watch(live = true) {
  const state = {
    words: new Map([
      [COUNTER_THREADS, 2],
      [COUNTER_THREADS_ALIVE, 2],
    ]),
    rounds: [0, 0],
    trouble: undefined as Trouble | undefined,
    stopping: false,
    now: 0,
  };
  const inside = insideOf(state.words, {
    live,
    rounds: () => [...state.rounds],
    trouble: () => state.trouble,
    stopping: () => state.stopping,
  });
  const condition = watchCondition(inside, () => state.now);
  onTestFinished(condition.close);
  return { state, reason: condition.reason };
}

test('well', () => {
  const { state, reason } = watch();
  expect(reason()).toBeUndefined();
  for (let n = 1; n < 100; n++) {
    state.now += 1000;
    state.rounds = [n, 10 * n];
    expect(reason()).toBeUndefined();
  }
});

test('a thread that is dead', () => {
  const { state, reason } = watch();
  state.words.set(COUNTER_THREADS_ALIVE, 1);
  expect(reason()).toBe('capture threads alive: 1 of 2');
  state.words.set(COUNTER_THREADS_ALIVE, 2);
  expect(reason()).toBeUndefined();
});

test('threads that are not there yet', () => {
  const { state, reason } = watch();
  state.words.clear();
  expect(reason()).toBe('capture threads alive: 0 of 0');
});

test('a thread that stands still, until it goes on', () => {
  const { state, reason } = watch();
  state.now = 5000;
  state.rounds = [1, 0];
  expect(reason()).toBeUndefined();
  state.now = 7100;
  expect(reason()).toBe('capture thread 1 has stood still for 7 s');
  state.rounds = [2, 1];
  expect(reason()).toBeUndefined();
});

test('writes that fail, and one that does not end', () => {
  const { state, reason } = watch();
  state.trouble = { kind: 'failed', path: '/log/x.log', code: 'ENOSPC' };
  expect(reason()).toBe('/log/x.log: no space left on the device (ENOSPC): make room');
  state.trouble = { kind: 'writing', milliseconds: 4999 };
  expect(reason()).toBeUndefined();
  state.trouble = { kind: 'writing', milliseconds: 61_999 };
  expect(reason()).toBe('a write has not ended for 61 s');
});

test.each([COUNTER_LINES_NO_AREA, COUNTER_LINES_NOT_WRITTEN])(
  'lines that are lost (counter %i), for ten seconds',
  (word) => {
    const { state, reason } = watch(false);
    state.now = 100_000;
    state.words.set(word, 3);
    expect(reason()).toBe('lines were lost just now: the writer is behind, or a write failed');
    state.now += 9999;
    expect(reason()).toMatch('lines were lost just now');
    state.now += 1;
    expect(reason()).toBeUndefined();
  },
);

test('a run over a file has no capture threads', () => {
  const { state, reason } = watch(false);
  state.words.clear();
  state.now = 100_000;
  expect(reason()).toBeUndefined();
  state.stopping = true;
  expect(reason()).toBe('the run is ending');
});
