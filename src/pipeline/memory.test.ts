import { expect, test } from 'vitest';
import * as directory from '../../layout/directory.ts';
import { bytesOf, dataOf, type MemorySizes, makeMemory, type Region, regionOf } from './memory.ts';

const REGIONS = Object.entries(directory)
  .filter(([name]) => name.startsWith('REGION_') && name !== 'REGION_SIZE')
  .map(([, entry]) => entry);

const regionsOf = (sizes: MemorySizes): Region[] => {
  const memory = makeMemory(sizes);
  return REGIONS.map((entry) => regionOf(memory, entry)).sort((a, b) => a.address - b.address || a.size - b.size);
};

test('every region stands behind the static data, at an address for any word, and none in another', () => {
  const regions = regionsOf({ ring: 1048576, input: 12345, areas: 3, filters: 777, slabs: 5000 });
  let end: number = directory.REGIONS_BEGIN;
  for (const { address, size } of regions) {
    expect(address).toBeGreaterThanOrEqual(end);
    expect(address % 64).toBe(0);
    end = address + size;
  }
});

test('the ring begins with a page, and the memory ends with it', () => {
  const memory = makeMemory({ ring: 1048576, input: 12345, areas: 1, filters: 0 });
  const { address, size } = regionOf(memory, directory.REGION_RING);
  expect([address % 65536, size]).toEqual([0, 1048576]);
  expect(memory.buffer.byteLength).toBe(address + size);
});

test('views are of their region', () => {
  const memory = makeMemory({ ring: 0, input: 100, areas: 0, filters: 0 });
  const { address } = regionOf(memory, directory.REGION_INPUT);
  bytesOf(memory, directory.REGION_INPUT)[99] = 7;
  expect(dataOf(memory, directory.REGION_INPUT).getUint8(99)).toBe(7);
  expect(new Uint8Array(memory.buffer)[address + 99]).toBe(7);
  expect(dataOf(memory, directory.REGION_INPUT).byteLength).toBe(100);
});

test('what does not fit in 4 GB is an error', () => {
  const sizes = { ring: 4 * 1024 ** 3, input: 0, areas: 1, filters: 0 };
  expect(() => makeMemory(sizes)).toThrow(RangeError);
  expect(() => makeMemory(sizes)).toThrow('over 4 GB');
});

test('and it says which ring would fit', () => {
  const others = { input: 0, areas: 64, filters: 0, flows: 65_536, slabs: 1_000_000 };
  const saidOf = (ring: number): string => {
    try {
      makeMemory({ ...others, ring });
      return '';
    } catch (error) {
      return String(error);
    }
  };
  const fits = Number(/: -b (\d+) would fit$/.exec(saidOf(4 * 1024 ** 3))?.at(-1));
  expect(fits).toBeGreaterThan(3900);
  expect(saidOf(fits * 1024 ** 2)).toBe('');
  expect(saidOf((fits + 1) * 1024 ** 2)).toContain(`-b ${fits} would fit`);
  const flows = { ...others, ring: 1024 ** 2, flows: 9_000_000 };
  expect(() => makeMemory(flows)).toThrow('over 4 GB: make -flows or -assemble_mb smaller');
});
