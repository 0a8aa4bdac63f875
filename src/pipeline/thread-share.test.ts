import { expect, test } from 'vitest';
import { shareOf } from './thread-share.ts';

const ALL = { pair: true, assemble: false, flows: 65536, timeoutSeconds: 60, assembleMegabytes: 64 };

test('what is bounded for the process is shared out evenly', () => {
  expect(shareOf(ALL, 1)).toEqual(ALL);
  expect(shareOf(ALL, 4)).toEqual({ ...ALL, flows: 16384, assembleMegabytes: 16 });
  expect(shareOf({ ...ALL, flows: 64, assembleMegabytes: 1 }, 64)).toMatchObject({
    flows: 1,
    assembleMegabytes: 1 / 64,
  });
  expect(shareOf(ALL, 3).flows * 3).toBeLessThanOrEqual(ALL.flows);
});
