import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import { metricsTable, reasonsTable } from './metrics-page.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');

test('docs/metrics.md has the tables that are made of the list', () => {
  expect(page).toContain(`\n${metricsTable()}\n`);
  expect(page).toContain(`\n${reasonsTable()}\n`);
});

test('five cells in every row, and a row for every metric', () => {
  const rows = metricsTable().split('\n');
  expect(rows).toHaveLength(METRICS.length + 2);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
});

test('the page names no metric that is not in the list', () => {
  const names = new Set(METRICS.map(({ name }) => name));
  const named = [...page.matchAll(/\bhttplog_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});
