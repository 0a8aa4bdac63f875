import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../test/support/live/wait.ts';
import { keepOldDays } from './old-days.ts';
import { makeCounters } from './statistics.ts';

const isRoot = process.geteuid?.() === 0;
const OTHER = 12345;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-old-days-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.skipIf(!isRoot)(
  'however many files somebody else put there: a line for each reason, at once (skipped without root)',
  async () => {
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
