// What is shipped for Prometheus and Grafana: it names metrics that there are, and Prometheus takes it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import { whyNoTool } from '../support/live/network.ts';

const packaging = join(import.meta.dirname, '../../packaging');
const RULES = join(packaging, 'prometheus-rules.yml');

interface Target {
  readonly expr: string;
  readonly refId: string;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly Target[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const text = readFileSync(join(packaging, 'grafana-dashboard.json'), 'utf8');
const dashboard = JSON.parse(text) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Names of series that there are. */
const NAMES = new Set(
  METRICS.flatMap(({ name, kind }) =>
    kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  ),
);
const LABELS = new Set(METRICS.flatMap(({ series }) => series.flatMap(({ labels }) => Object.keys(labels))));

const named = (expression: string): string[] => [...expression.matchAll(/\bhttplog_\w+/g)].map(([name]) => name);

function promtool(...values: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', values, { encoding: 'utf8', timeout: 30_000 });
  return { status, said: stdout + stderr };
}

test('the dashboard and the rules name metrics that there are, and the dashboard all that tell of losses', () => {
  const all = [...expressions.flatMap(named), ...named(readFileSync(RULES, 'utf8').replace(/httplog-rules/, ''))];
  expect(all.filter((name) => !NAMES.has(name))).toEqual([]);
  expect(all).toEqual(expect.arrayContaining(['httplog_kernel_drops_total', 'httplog_lines_lost_total']));
});

test('labels that are grouped by or asked for are labels of metrics, or of Prometheus', () => {
  const known = new Set([...LABELS, 'job', 'instance', 'le', 'version', 'node']);
  const used = expressions.flatMap((expression) => [
    ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
    ...[...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
      list.split(',').map((one) => one.split(/[=!]/)[0] ?? ''),
    ),
  ]);
  expect(used.filter((label) => !known.has(label))).toEqual([]);
});

test('each panel has a number, a title and a place of its own', () => {
  const { panels, templating } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { title, type, targets } of panels) {
    expect(title).not.toBe('');
    if (type !== 'row') expect(targets?.length).toBeGreaterThan(0);
    expect(new Set(targets?.map(({ refId }) => refId)).size).toBe(targets?.length ?? 0);
  }
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells.every((cell) => Number(cell.split(',')[0]) < 24)).toBe(true);
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
});

describe.skipIf(whyNoTool('promtool') !== undefined)('promtool', () => {
  test('check rules', () => {
    const { status, said } = promtool('check', 'rules', RULES);
    expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS: 4 rules found')]);
  });

  test('test rules: when the alerts fire, and when they do not', () => {
    const { status, said } = promtool('test', 'rules', join(import.meta.dirname, 'prometheus-rules.yml'));
    expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  test('takes every expression of the dashboard', () => {
    const directory = mkdtempSync(join(tmpdir(), 'httplog-rules-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const rules = expressions.map((expression, i) => {
      const expr = expression.replaceAll('$__rate_interval', '5m').replaceAll(/"\$\w+"/g, '".*"');
      return { record: `expression_${i}`, expr };
    });
    const path = join(directory, 'rules.yml');
    // YAML takes JSON.
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { status, said } = promtool('check', 'rules', path);
    expect([status, said]).toEqual([0, expect.stringContaining(`SUCCESS: ${rules.length} rules found`)]);
  });
});
