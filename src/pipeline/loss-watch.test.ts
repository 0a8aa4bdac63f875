import { expect, test } from 'vitest';
import { lossWatch } from './loss-watch.ts';

/** What is said while the number of lost lines goes like this. */
function said(...lost: number[]): string[][] {
  const all: string[][] = [];
  let now: string[] = [];
  const watch = lossWatch((line) => now.push(line));
  for (const number of lost) {
    now = [];
    watch(number);
    all.push(now);
  }
  return all;
}

const BEGINS = ['the writer falls behind: lines are lost until it has caught up'];
const ends = (lost: number): string[] => [`the writer has caught up; lines lost meanwhile: ${lost}`];

test('nothing is said while nothing is lost', () => {
  expect(said(0, 0, 0)).toEqual([[], [], []]);
});

test('once when it begins, once when it ends', () => {
  expect(said(0, 5, 9, 12, 12, 12)).toEqual([[], BEGINS, [], [], ends(12), []]);
});

test('each incident has its own number', () => {
  expect(said(5, 5, 5, 8, 20, 20, 21, 21)).toEqual([BEGINS, ends(5), [], BEGINS, [], ends(15), BEGINS, ends(1)]);
});
