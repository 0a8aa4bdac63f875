import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { until } from '../../test/support/live/wait.ts';
import { keepOldDays } from './old-days.ts';
import { makeCounters } from './statistics.ts';

const isRoot = process.geteuid?.() === 0;
const OTHER = 12345;

test.skipIf(!isRoot)(
  'however many files somebody else put there: a line for each reason, at once (skipped without root)',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'httplog-old-days-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const count = 5000;
    for (let n = 0; n < count; n++) {
      const path = join(directory, `.http-20200101.log.gz.new.${n + 1}.1.1.ready`);
      writeFileSync(path, '');
      chownSync(path, OTHER, OTHER);
    }
    const said: string[] = [];
    const stop = keepOldDays(directory, { keepDays: 1, compress: 'gzip' }, makeCounters(), (line) => said.push(line));
    try {
      const begun = performance.now();
      await until('a line', () => said.length > 0);
      expect(performance.now() - begun).toBeLessThan(20_000);
    } finally {
      stop();
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /\.http-20200101\.log\.gz\.new\.1\.1\.1\.ready and 4999 more: it belongs to another user \(EOWNER\).*they stay as they are$/,
    );
  },
);

test.skipIf(!isRoot)(
  'a directory that somebody else put in the place of the log’s is left alone, with one line (skipped without root)',
  async () => {
    const above = mkdtempSync(join(tmpdir(), 'httplog-old-days-'));
    onTestFinished(() => rmSync(above, { recursive: true }));
    chmodSync(above, 0o1777);
    const directory = join(above, 'log');
    const file = join(directory, 'http-20200101.log');
    mkdirSync(directory);
    writeFileSync(file, 'theirs\n');
    for (const path of [directory, file]) chownSync(path, OTHER, OTHER);
    utimesSync(file, 1577836800, 1577836800);
    const said: string[] = [];
    const stop = keepOldDays(
      directory,
      { keepDays: 1, compress: undefined },
      makeCounters(),
      (line) => void said.push(line),
    );
    onTestFinished(stop);
    const words = /^\/.*\/log: it belongs to another user \(EOWNER\): .*; old days stay as they are$/;
    // Where the clock is doubted, that is said before.
    await vi.waitFor(() => expect(said.at(-1)).toMatch(words), 5000);
    expect(existsSync(file)).toBe(true);
  },
);
