import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { columnsTable } from './columns-page.ts';

test('docs/line-format.md has the table that is made (npm run build, then node dist/src/cli/columns-page.js)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/line-format.md'), 'utf8')).toContain(
    `\n${columnsTable()}\n`,
  );
});

test('four cells in every row', () => {
  for (const row of columnsTable().split('\n')) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
});
