import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepOldDays } from './old-days.ts';
import { makeCounters } from './statistics.ts';

const OTHER = 12345;

test.skipIf(process.geteuid?.() !== 0)(
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
