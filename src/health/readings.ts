// What a run counts just now, metric by metric.
import { BUILD_INFO, METRICS } from '../../layout/counters.table.ts';
import { HISTOGRAM_BUCKETS, HISTOGRAM_UNIT } from '../../layout/counters.ts';
import type { Metric, MetricRuns } from '../../layout/metric.table.ts';
import type { Inside } from '../pipeline/inside.ts';

const SECOND = 1e9;

/** What runs here: the labels of `httplog_build_info`. */
export type Build = Readonly<Record<'version' | 'node', string>>;

/** Of one set of labels a number; of a histogram how many times fell into each bucket, and their sum in seconds. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly buckets: readonly number[];
}

/** A metric and what its series hold. */
export interface Read {
  readonly metric: Metric;
  readonly readings: readonly Reading[];
}

/** Longest times of a histogram's buckets, in seconds. */
export const BOUNDS: readonly number[] = Array.from({ length: HISTOGRAM_BUCKETS }, (_, i) =>
  i === HISTOGRAM_BUCKETS - 1 ? Number.POSITIVE_INFINITY : (HISTOGRAM_UNIT * 2 ** i) / SECOND,
);

const HAS: Readonly<Record<MetricRuns, (of: Inside) => boolean>> = {
  all: () => true,
  live: ({ live }) => live,
  pair: ({ pair }) => pair,
  flows: ({ pair, assemble }) => pair || assemble,
  assemble: ({ assemble }) => assemble,
  records: ({ records }) => records,
  delivery: ({ delivery }) => delivery,
};

/** Reads every metric that a run has. */
export function readMetrics(inside: Inside, build: Build): Read[] {
  inside.look();
  return METRICS.filter(({ runs }) => HAS[runs](inside)).map((metric) => ({
    metric,
    readings: metric.name === BUILD_INFO ? [{ labels: build, value: 1, buckets: [] }] : readingsOf(metric, inside.of),
  }));
}

function readingsOf({ kind, series, sparse }: Metric, of: Inside['of']): Reading[] {
  const readings = series.map(({ word, labels }) =>
    kind === 'histogram' ? { labels, ...histogramAt(word, of) } : { labels, value: of(word), buckets: [] },
  );
  return sparse === true ? readings.filter(({ buckets }) => buckets.some((times) => times > 0)) : readings;
}

function histogramAt(word: number, of: Inside['of']): Pick<Reading, 'value' | 'buckets'> {
  const buckets = Array.from({ length: HISTOGRAM_BUCKETS }, (_, i) => of(word + i));
  return { buckets, value: of(word + HISTOGRAM_BUCKETS) / SECOND };
}
