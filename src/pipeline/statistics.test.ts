import { expect, test } from 'vitest';
import { COUNTERS } from '../../layout/counters.table.ts';
import { COUNTERS_BYTES } from '../../layout/counters.ts';
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

test('every counter of the table has a word of its own in the region', () => {
  const numbers = COUNTERS.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(Math.max(...numbers)).toBeLessThan(COUNTERS_BYTES / 8);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});
