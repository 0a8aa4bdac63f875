import { defineConfig } from 'vitest/config';

const all = ['src/**/*.test.ts', 'assembly/**/*.test.ts', 'test/**/*.test.ts'];
/** Those that wait most of their time, each for servers and files of its own: two of them at once disturb nobody. */
const waiting = [
  'test/cli/spool.test.ts',
  'test/cli/start-script.test.ts',
  'test/live/clickhouse-*.test.ts',
  'test/live/delivery*.test.ts',
  'test/live/otlp.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'waiting', include: waiting, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: { name: 'alone', include: all, exclude: waiting, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
