// The text format of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
import { BOUNDS, type Read, type Reading } from './readings.ts';

/** Type of the text, for HTTP. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text of these metrics; each line has its end. */
export function exposition(metrics: readonly Read[]): string {
  return metrics.map(family).join('');
}

function family({ metric: { name, kind, help }, readings }: Read): string {
  const lines = readings.flatMap((reading) =>
    kind === 'histogram' ? histogram(name, reading) : [sample(name, reading.labels, reading.value)],
  );
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines].map((line) => `${line}\n`).join('');
}

/** A bucket holds those of the buckets before as well. */
function histogram(name: string, { labels, value, buckets }: Reading): string[] {
  let upTo = 0;
  const lines = buckets.map((times, i) => {
    upTo += times;
    const bound = BOUNDS[i] ?? Number.POSITIVE_INFINITY;
    return sample(
      `${name}_bucket`,
      { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound) },
      upTo,
    );
  });
  return [...lines, sample(`${name}_sum`, labels, value), sample(`${name}_count`, labels, upTo)];
}

function sample(name: string, labels: Reading['labels'], value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
