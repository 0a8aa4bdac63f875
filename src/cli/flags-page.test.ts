import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPTIONS } from '../config/options.ts';
import { flagsPage } from './flags-page.ts';

test('docs/flags.md is what the table makes (npm run build, then node dist/src/cli/flags-page.js > docs/flags.md)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/flags.md'), 'utf8')).toBe(flagsPage());
});

test('has a row of five cells for every flag', () => {
  const rows = flagsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `-'));
  expect(rows).toHaveLength(Object.keys(OPTIONS).length);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
});
