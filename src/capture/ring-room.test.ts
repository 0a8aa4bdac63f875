import { expect, test } from 'vitest';
import { availableMegabytes, whyNoRoom } from './ring-room.ts';

test('what /proc/meminfo says', () => {
  expect(availableMegabytes('MemTotal:       24683620 kB\nMemAvailable:   23696168 kB\n')).toBe(23140);
  expect(availableMegabytes('MemTotal:       24683620 kB\n')).toBe(undefined);
});

test.each([
  [1000, 1, 1000, undefined],
  [250, 4, 1000, undefined],
  [1001, 1, 1000, 'no memory for a ring of 1001 MB: 1000 MB are free; -b 500 would fit'],
  [8, 64, 500, 'no memory for a ring of 8 MB for each of 64 capture threads: 500 MB are free; -b 3 would fit'],
  [
    8,
    64,
    100,
    'no memory for a ring of 8 MB for each of 64 capture threads: 100 MB are free; a smaller -cpu and -b 1 may fit',
  ],
])('%i MB for %i threads of %i MB', (megabytes, threads, available, expected) => {
  expect(whyNoRoom(megabytes, threads, available)).toBe(expected);
});
