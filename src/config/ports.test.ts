import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinRanges } from '../capture/ports.ts';
import { hasPort, readPorts } from './ports.ts';

const range = (first: number, last: number = first) => ({ first, last });

describe('readPorts', () => {
  test.each([
    ['80', [range(80)]],
    ['80,8080', [range(80), range(8080)]],
    ['8080,80', [range(80), range(8080)]],
    ['80,8080,9000-9010', [range(80), range(8080), range(9000, 9010)]],
    [' 80 , 8080 - 8090 ', [range(80), range(8080, 8090)]],
    ['80,81,82', [range(80, 82)]],
    ['80-90,85-100', [range(80, 100)]],
    ['80-100,85-90', [range(80, 100)]],
    ['80,80', [range(80)]],
    ['1-65535', [range(1, 65535)]],
    ['65535,1', [range(1), range(65535)]],
    ['0080', [range(80)]],
    ['any', 'any'],
    [' any ', 'any'],
  ])('%j', (text, value) => expect(readPorts(text)).toEqual({ value }));

  test.each([
    ['', 'has an empty item'],
    ['80,', 'has an empty item'],
    [',80', 'has an empty item'],
    ['80,,81', 'has an empty item'],
    ['0', 'holds a port that does not exist'],
    ['0-80', 'holds a port that does not exist'],
    ['65536', 'holds a port that does not exist'],
    ['80-65536', 'holds a port that does not exist'],
    ['99999999999999999999', 'holds a port that does not exist'],
    ['90-80', 'holds a range that ends before it begins'],
    ['80,any', 'names "any" beside other ports'],
    ['any,80', 'names "any" beside other ports'],
    ['http', 'holds what is neither a port nor a range'],
    ['ANY', 'holds what is neither a port nor a range'],
    ['-80', 'holds what is neither a port nor a range'],
    ['80-', 'holds what is neither a port nor a range'],
    ['80-90-100', 'holds what is neither a port nor a range'],
    ['80 81', 'holds what is neither a port nor a range'],
    ['8e1', 'holds what is neither a port nor a range'],
    ['0x50', 'holds what is neither a port nor a range'],
    ['80\n', undefined],
  ])('%j is refused', (text, reason) => {
    if (reason !== undefined) expect(readPorts(text)).toEqual({ reason });
    else expect(readPorts(text)).toEqual({ value: [range(80)] }); // blanks around an item do no harm
  });
});

describe('joinRanges', () => {
  const port = fc.integer({ min: 1, max: 300 });
  const ranges = fc.array(fc.tuple(port, port).map(([a, b]) => range(Math.min(a, b), Math.max(a, b))));

  test('keeps the set of ports, sorts, and leaves a gap between any two', () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const merged = joinRanges(given);
        for (let number = 1; number <= 302; number++) expect(hasPort(merged, number)).toBe(hasPort(given, number));
        for (const [index, one] of merged.entries()) {
          expect(one.first).toBeLessThanOrEqual(one.last);
          if (index > 0) expect(one.first).toBeGreaterThan((merged[index - 1]?.last ?? 0) + 1);
        }
      }),
    );
  });
});

test('hasPort', () => {
  expect(hasPort('any', 7)).toBe(true);
  expect(hasPort([range(80, 90)], 80)).toBe(true);
  expect(hasPort([range(80, 90)], 90)).toBe(true);
  expect(hasPort([range(80, 90)], 91)).toBe(false);
  expect(hasPort([], 80)).toBe(false);
});
