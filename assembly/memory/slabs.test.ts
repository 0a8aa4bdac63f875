import { beforeEach, expect, test } from 'vitest';
import { REGION_SLABS } from '../../layout/directory.ts';
import { SLAB_BYTES, SLAB_NEXT } from '../../layout/slabs.ts';
import { bytesOf, regionOf } from '../../src/pipeline/memory.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const COUNT = 5;
// The last slab would not be whole.
const { code, memory, data } = openInternals({ slabs: COUNT * SLAB_BYTES + 1000 });
const { address } = regionOf(memory, REGION_SLABS);

beforeEach(() => {
  bytesOf(memory, REGION_SLABS).fill(0xff);
  code.slabs_start();
});

/** Takes so many; their numbers. */
const take = (count: number): number[] =>
  Array.from({ length: count }, () => (code.slabs_take() - address) / SLAB_BYTES);
const link = (slab: number, next: number): void =>
  data.setUint32(address + slab * SLAB_BYTES + SLAB_NEXT, address + next * SLAB_BYTES, true);

test('each is taken once, then there is none', () => {
  expect(code.slabs_free()).toBe(COUNT);
  expect(take(COUNT)).toEqual([0, 1, 2, 3, 4]);
  expect([code.slabs_free(), code.slabs_take()]).toEqual([0, 0]);
});

test('one that is taken is a chain of one', () => {
  const slab = code.slabs_take();
  expect(data.getUint32(slab + SLAB_NEXT, true)).toBe(0);
});

test('a chain is given back whole, and taken before memory that was never touched', () => {
  take(4);
  link(3, 1);
  link(1, 0);
  code.slabs_give(address + 3 * SLAB_BYTES);
  expect(code.slabs_free()).toBe(4);
  expect(take(4).sort()).toEqual([0, 1, 3, 4]);
  expect(code.slabs_take()).toBe(0);
});

test('to give none is nothing', () => {
  code.slabs_give(0);
  expect(code.slabs_free()).toBe(COUNT);
});

test('what was never taken is not touched', () => {
  take(2);
  code.slabs_give(address + SLAB_BYTES);
  take(1);
  expect(
    bytesOf(memory, REGION_SLABS)
      .subarray(2 * SLAB_BYTES)
      .every((byte) => byte === 0xff),
  ).toBe(true);
});

test('a start forgets all chains', () => {
  take(5);
  code.slabs_start();
  expect(code.slabs_free()).toBe(COUNT);
  expect(take(5)).toEqual([0, 1, 2, 3, 4]);
});

test('a memory without slabs has none', () => {
  const { code: poor } = openInternals();
  poor.slabs_start();
  expect([poor.slabs_free(), poor.slabs_take()]).toEqual([0, 0]);
});
