// The counters as lines for the administrator, one for each metric.
import type { Inside } from '../pipeline/inside.ts';
import { BOUNDS, type Build, type Read, type Reading, readMetrics } from './readings.ts';

const PREFIX = 'httplog_';

/** The lines of a run's counters. */
export function dumpOf(inside: Inside, build: Build): string[] {
  return dumpLines(readMetrics(inside, build));
}

/** A line for each of these metrics: its name without the first word, then what its series hold that is not 0. */
export function dumpLines(metrics: readonly Read[]): string[] {
  return metrics.map(({ metric, readings }) => {
    const shown = readings.filter(isCounted).map((reading) => [...wordsOf(reading), numberOf(reading)].join(' '));
    return `${metric.name.slice(PREFIX.length)} ${shown.length === 0 ? '0' : shown.join(', ')}`;
  });
}

function isCounted({ value, buckets }: Reading): boolean {
  return value !== 0 || buckets.some((times) => times > 0);
}

function wordsOf({ labels }: Reading): string[] {
  return Object.values(labels).filter((word) => word !== '');
}

function numberOf({ value, buckets }: Reading): string {
  if (buckets.length === 0) return String(value);
  const count = buckets.reduce((sum, times) => sum + times, 0);
  const longest = BOUNDS[buckets.findLastIndex((times) => times > 0)] ?? 0;
  const limit = longest === Number.POSITIVE_INFINITY ? `over ${BOUNDS.at(-2)}` : `at most ${longest}`;
  return `${count} (sum ${value} s, longest ${limit} s)`;
}
