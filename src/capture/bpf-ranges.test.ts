import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runProgram } from '../../test/support/cbpf.ts';
import { encode } from '../linux/socket-filter-abi.ts';
import { assemble } from './bpf.ts';
import { searchRanges } from './bpf-ranges.ts';
import { end, label, loadHalf, type Statement } from './bpf-statements.ts';
import { joinRanges, type PortRange } from './ports.ts';

function search(ranges: readonly PortRange[]): Statement[] {
  return [loadHalf(0), ...searchRanges(ranges, 'yes', 'no', 'r'), label('yes'), end(1), label('no'), end(0)];
}

function finds(ranges: readonly PortRange[], value: number): boolean {
  const metadata = { protocol: 0, packetType: 0, interfaceIndex: 0, hardwareType: 0 };
  return runProgram(encode(assemble(search(ranges))), Uint8Array.of(value >> 8, value & 255), metadata) === 1;
}

test('joined ranges neither overlap nor touch', () => {
  expect(
    joinRanges([
      { first: 8, last: 9 },
      { first: 1, last: 2 },
      { first: 3, last: 3 },
      { first: 20, last: 40 },
      { first: 25, last: 30 },
    ]),
  ).toEqual([
    { first: 1, last: 3 },
    { first: 8, last: 9 },
    { first: 20, last: 40 },
  ]);
});

test('one number is one comparison, none finds nothing', () => {
  expect(assemble(search([{ first: 80, last: 80 }])).length).toBe(4);
  expect(finds([], 0)).toBe(false);
});

test('a hundred ranges are at most three comparisons each, and seven deep', () => {
  const ranges = Array.from({ length: 100 }, (_, i) => ({ first: 10 * i + 1, last: 10 * i + 3 }));
  expect(assemble(search(ranges)).length).toBeLessThanOrEqual(303);
});

test('a number is found where it lies in a range', () => {
  const range = fc
    .tuple(fc.nat(65535), fc.nat(40))
    .map(([first, more]) => ({ first, last: Math.min(65535, first + more) }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 150 }), fc.array(fc.nat(65535), { maxLength: 20 }), (ranges, others) => {
      const edges = ranges.flatMap(({ first, last }) => [first - 1, first, last, last + 1]);
      const values = [...edges, ...others].filter((value) => value >= 0 && value <= 65535);
      for (const value of new Set(values)) {
        expect(finds(ranges, value)).toBe(ranges.some(({ first, last }) => first <= value && value <= last));
      }
    }),
    { numRuns: 30 },
  );
});
