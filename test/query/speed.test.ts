import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeDirectory } from '../support/live/workspace.ts';
import { run, whyNoAnswers } from '../support/query.ts';

// A million lines. The benchmark measures; here a busy machine must not fail it.

const missing = whyNoAnswers();
const LINES = 1_000_000;
const LONGEST_FROM_TEXT = 20_000;
const LONGEST_FROM_PARQUET = 8_000;

function aMillion(): string {
  const directory = makeDirectory();
  const pair = Array.from({ length: 1000 }, (_, i) => {
    const ends = [`203.0.113.${i % 250}#${40000 + i}`, '192.0.2.10#80'];
    const time = `2026-11-23 10:${String(i % 60).padStart(2, '0')}:00.${String(i).padStart(3, '0')}`;
    return `${time} ${ends.join(' ')} CQ GET /items/${i % 100}?n=${i} HTTP/1.1 shop.example Mozilla/5.0 (X11; Linux x86_64; rv:128.0)
${time} ${ends.reverse().join(' ')} CR HTTP/1.1 200 OK ${i} text/html; charset=utf-8\n`;
  }).join('');
  writeFileSync(join(directory, 'http-20261123.log'), pair.repeat(LINES / 2000));
  return directory;
}

describe.skipIf(missing !== undefined)('a million lines', () => {
  test('top paths, from text and from Parquet', () => {
    const directory = aMillion();
    const parquet = makeDirectory();
    const timed = (of: string): number => {
      const begin = performance.now();
      const { stdout, stderr } = run(['top', 'paths', '-csv', '-n', '1', '-d', of]);
      expect(stdout, stderr).toBe('path,requests,percent\n/items/0,5000,1.0\n');
      return performance.now() - begin;
    };
    expect(timed(directory)).toBeLessThan(LONGEST_FROM_TEXT);
    expect(run(['export', '-d', directory, '-parquet', parquet]).stdout).toContain(`: ${LINES} lines`);
    expect(timed(parquet)).toBeLessThan(LONGEST_FROM_PARQUET);
  });
});
