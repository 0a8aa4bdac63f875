import { METRICS } from '../../layout/counters.table.ts';
import type { Metric, MetricRuns } from '../../layout/metric.table.ts';
import { VERDICTS } from '../../layout/verdicts.table.ts';

const RUNS: Readonly<Record<MetricRuns, string>> = {
  all: 'all',
  live: 'on interfaces',
  pair: '`-pair`',
  flows: '`-pair` or `-assemble`',
  assemble: '`-assemble`',
  records: '`-spool`, `-clickhouse` or `-otlp`',
  delivery: '`-clickhouse` or `-otlp`',
};

/** The labels of a metric, with the values of each; only those of `httplog_build_info` are not known before. */
function labelsOf({ series }: Metric): string {
  const names = Object.keys(series[0]?.labels ?? {});
  return names
    .map((name) => {
      const values = new Set(series.map(({ labels }) => labels[name] ?? ''));
      return `\`${name}\`: ${[...values].map((value) => (value === '' ? '(empty)' : `\`${value}\``)).join(' ')}`;
    })
    .join('; ');
}

function row(metric: Metric): string {
  const { name, kind, runs, help } = metric;
  return `| ${[`\`${name}\``, kind, RUNS[runs], labelsOf(metric), help].join(' | ')} |`;
}

/** The table of metrics in docs/metrics.md, made from layout/counters.table. */
export function metricsTable(): string {
  return [
    '| metric | kind | runs that have it | labels | meaning |',
    '|---|---|---|---|---|',
    ...METRICS.map(row),
  ].join('\n');
}

/** The table of the reasons for which packets are refused. */
export function reasonsTable(): string {
  return ['| reason | meaning |', '|---|---|', ...VERDICTS.map(({ name, help }) => `| \`${name}\` | ${help} |`)].join(
    '\n',
  );
}
