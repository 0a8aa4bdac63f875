import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, nearest } from './nearest.ts';

describe('distance', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['cup', 'cpu', 1],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['log-split', 'log_split', 1],
  ])('%j, %j: %i', (from, to, changes) => expect(distance(from, to)).toBe(changes));

  test('is the same both ways, 0 for equal words only, and at most the longer length', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(distance(from, to)).toBe(distance(to, from));
        expect(distance(from, to) === 0).toBe(from === to);
        expect(distance(from, to)).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});

describe('nearest', () => {
  const known = ['i', 'p', 'cpu', 'log_split', 'add_vlan'];
  test.each([
    ['cup', 'cpu'],
    ['CPU', 'cpu'],
    ['I', 'i'],
    ['logsplit', 'log_split'],
    ['addvlan', 'add_vlan'],
    ['x', undefined],
    ['pp', undefined],
    ['', undefined],
    ['something', undefined],
    ['c'.repeat(100_000), undefined],
  ])('%.20j: %j', (word, found) => expect(nearest(word, known)).toBe(found));
});
