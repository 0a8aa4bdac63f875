import { beforeEach, expect, test } from 'vitest';
import { PLACE_BLOCK } from '../../layout/directory.ts';
import { openRing } from './ring.ts';

const SHAPE = { address: 8192, blockSize: 4096, blockCount: 3 };
const words = new Int32Array(new SharedArrayBuffer(8192 + 3 * 4096));
const status = (block: number): number => (8192 + block * 4096 + 8) / 4;
/** TP_STATUS_USER, and with it TP_STATUS_BLK_TMO: the block was handed over because its time was up. */
const [USER, TIMED_OUT] = [1, 1 | (1 << 5)];

beforeEach(() => words.fill(0));

test('no block is ready before the kernel has handed it over', () => {
  const ring = openRing(words, SHAPE);
  expect(ring.ready()).toBe(0);
  words[status(1)] = USER;
  expect(ring.ready()).toBe(0);
  words[status(0)] = TIMED_OUT;
  expect(ring.ready()).toBe(8192);
  expect(ring.ready()).toBe(8192);
});

test('blocks are taken in turn and given back', () => {
  const ring = openRing(words, SHAPE);
  const taken: number[] = [];
  for (let i = 0; i < 7; i++) {
    words[status(i % 3)] = USER;
    taken.push((ring.ready() - 8192) / 4096);
    ring.release();
    expect(words[status(i % 3)]).toBe(0);
    expect(ring.ready()).toBe(0);
  }
  expect(taken).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test('another thread goes on at the block where this one died', () => {
  const ring = openRing(words, SHAPE);
  for (const block of [0, 1]) words[status(block)] = USER;
  ring.release();
  expect(words[PLACE_BLOCK / 4]).toBe(1);
  expect(openRing(words, SHAPE).ready()).toBe(8192 + 4096);
});
