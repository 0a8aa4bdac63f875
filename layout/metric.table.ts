// What a row of the list of metrics is.

/** A metric's words that stand for one set of labels: the first of them, of a histogram, else the only one. */
export interface Series {
  readonly word: number;
  /** Names and values. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The runs that have a metric. */
export type MetricRuns = 'all' | 'live' | 'pair' | 'flows' | 'assemble' | 'records' | 'delivery';

/** A family of counters as it is shown: by `-metrics`, by SIGUSR1, in docs/metrics.md. */
export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly runs: MetricRuns;
  readonly series: readonly Series[];
  /** Series that count nothing yet are left out: there are many, of which most never do. */
  readonly sparse?: boolean;
}

type Row = (name: string, runs: MetricRuns, help: string, words: number | readonly Series[]) => Metric;

/** A row for metrics of this kind: a single word, or its series. */
const rowOf =
  (kind: Metric['kind']): Row =>
  (name, runs, help, words) => ({
    name,
    kind,
    runs,
    help,
    series: typeof words === 'number' ? [{ word: words, labels: {} }] : words,
  });
export const counter: Row = rowOf('counter');
export const gauge: Row = rowOf('gauge');
export const histogram: Row = rowOf('histogram');
export const each = (label: string, words: readonly (readonly [word: number, value: string])[]): readonly Series[] =>
  words.map(([word, value]) => ({ word, labels: { [label]: value } }));
