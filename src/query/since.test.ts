import { afterEach, expect, test, vi } from 'vitest';
import { localSince } from './since.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['UTC', '2026-11-23T10:00:00.123Z', '2026-11-23T11:00:00Z', '2026-11-23 10:00:00.123'],
  ['Asia/Kathmandu', '2026-11-23T20:00:00Z', '2026-11-23T21:00:00Z', '2026-11-24 01:45:00.000'],
  // Clocks go from 02:00 to 03:00 at 01:00 UTC.
  ['Europe/Berlin', '2026-03-29T00:45:00Z', '2026-03-29T01:15:00Z', '2026-03-29 01:45:00.000'],
  // They go from 03:00 to 02:00 at 01:00 UTC: the lines of the last quarter have 02:00 to 02:15.
  ['Europe/Berlin', '2026-10-25T00:45:00Z', '2026-10-25T01:15:00Z', '2026-10-25 02:00:00.000'],
  ['Europe/Berlin', '2026-10-25T00:45:00Z', '2026-10-25T00:50:00Z', '2026-10-25 02:45:00.000'],
  ['Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z', '2026-10-24 14:00:00.000'],
  // They go from midnight to 23:00 at 21:00 UTC.
  ['Asia/Beirut', '2026-10-24T20:50:00Z', '2026-10-24T21:10:00Z', '2026-10-24 23:00:00.000'],
])('%s: from %s to %s it is %s', (zone, since, now, expected) => {
  vi.stubEnv('TZ', zone);
  expect(localSince(Date.parse(since), Date.parse(now))).toBe(expected);
});
