import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COLUMNS } from '../../layout/columns.table.ts';
import { schemaFor } from './schema.ts';

const textOf = (...given: string[]): string => {
  const made = schemaFor(given);
  return 'text' in made ? made.text : made.mistake;
};

test.each(['one-node', 'cluster', 'before-2020'])(
  'packaging/clickhouse/%s.sql is what is printed (httplog clickhouse-schema NAME)',
  (variant) => {
    const path = join(import.meta.dirname, `../../packaging/clickhouse/${variant}.sql`);
    expect(readFileSync(path, 'utf8')).toBe(textOf(variant));
    for (const { key, json } of COLUMNS) if (json !== 'tsv') expect(textOf(variant)).toContain(`    \`${key}\` `);
  },
);

test('other names', () => {
  expect(textOf('one-node', 'web/requests')).toContain('TABLE IF NOT EXISTS web.requests\n');
  expect(textOf('one-node', 'web/requests')).not.toContain('default');
});

test.each([['two-nodes'], ['one-node', 'a-b/c'], ['one-node', 'a/b', 'c']])('%s %s: its usage', (...given) => {
  expect(textOf(...given)).toMatch(/^usage: httplog clickhouse-schema /);
});
