import { expect, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import { COUNTERS_BYTES, HISTOGRAM_WORDS } from '../../layout/counters.ts';
import type { Metric } from '../../layout/metric.table.ts';
import { COUNTERS } from '../../test/support/counters.ts';
import { makeMemory } from './memory.ts';
import { count, countersOf, makeCounters, total } from './statistics.ts';

test('a counter is the sum over all threads', () => {
  const memory = makeMemory({ ring: 0, input: 0, areas: 0, filters: 0 });
  const all = [makeCounters(), makeCounters(), countersOf(memory)];
  all.forEach((counters, i) => {
    count(counters, 7, 10 ** i);
    count(counters, 7, 0);
    count(counters, 8, 2 ** 40);
  });
  expect([total(all, 6), total(all, 7), total(all, 8), total([], 7)]).toEqual([0, 111, 3 * 2 ** 40, 0]);
  expect(countersOf(memory)[7]).toBe(100n);
});

const wordsOf = (kind: Metric['kind'], first: number): number[] =>
  Array.from({ length: kind === 'histogram' ? HISTOGRAM_WORDS : 1 }, (_, i) => first + i);

test('every counter of the table has a word of its own in the region', () => {
  const words = METRICS.flatMap(({ kind, series }) => series.flatMap(({ word }) => wordsOf(kind, word)));
  expect(new Set(words).size).toBe(words.length);
  expect(Math.max(...words)).toBeLessThan(COUNTERS_BYTES / 8);
  const shown = new Set(words);
  const hidden = COUNTERS.filter(([, own]) => !own.some((word) => shown.has(word))).map(([name]) => name);
  expect(hidden).toEqual(['rounds']);
});
