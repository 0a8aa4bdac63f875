import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import {
  COUNTER_MESSAGES,
  COUNTER_PACKETS,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_TRANSACTIONS,
  HISTOGRAM_WORDS,
  HISTOGRAM_WRITES,
  STATUS_CLASSES,
} from '../../layout/counters.ts';
import { insideOf } from '../../test/support/inside.ts';
import { whyNoTool } from '../../test/support/live/network.ts';
import type { Inside } from '../pipeline/inside.ts';
import { dumpOf } from './dump.ts';
import { exposition } from './exposition.ts';
import { readMetrics } from './readings.ts';

const BUILD = { version: '1.2"3\\', node: 'v0\n' };

/** Of CQ with 4xx: the histogram of its times. */
const CQ_4XX = HISTOGRAM_TRANSACTIONS + 4 * HISTOGRAM_WORDS;

const words = new Map([
  [COUNTER_PACKETS, 2 ** 40],
  [COUNTER_MESSAGES, 5],
  [COUNTER_MESSAGES + STATUS_CLASSES, 1],
  [COUNTER_MESSAGES + STATUS_CLASSES + 2, 3],
  [COUNTER_MESSAGES + 3 * STATUS_CLASSES + 5, 4],
  [CQ_4XX, 2],
  [CQ_4XX + 3, 1],
  [CQ_4XX + HISTOGRAM_BUCKETS - 1, 1],
  [CQ_4XX + HISTOGRAM_BUCKETS, 100_250_000_001],
  [HISTOGRAM_WRITES + 1, 7],
]);

const textOf = (differs: Partial<Inside> = {}): string => exposition(readMetrics(insideOf(words, differs), BUILD));
const samples = (text: string, name: string): string[] => text.split('\n').filter((line) => line.startsWith(name));

test('numbers and labels', () => {
  const text = textOf();
  expect(samples(text, 'httplog_packets_total')).toEqual(['httplog_packets_total 1099511627776']);
  expect(samples(text, 'httplog_build_info')).toEqual(['httplog_build_info{version="1.2\\"3\\\\",node="v0\\n"} 1']);
  expect(samples(text, 'httplog_messages_total').filter((line) => !line.endsWith(' 0'))).toEqual([
    'httplog_messages_total{type="CQ",class=""} 5',
    'httplog_messages_total{type="CR",class="other"} 1',
    'httplog_messages_total{type="CR",class="2xx"} 3',
    'httplog_messages_total{type="SR",class="5xx"} 4',
  ]);
  expect(samples(text, 'httplog_messages_total')).toHaveLength(2 * (1 + 6));
});

test('a histogram: each bucket holds those before it as well, and what has no times is left out', () => {
  const labels = 'type="CQ",class="4xx"';
  const upTo = ['0.00025', '0.0005', '0.001', '0.002', '0.004', '0.008', '0.016', '0.032', '0.064', '0.128'];
  const more = ['0.256', '0.512', '1.024', '2.048', '4.096', '8.192', '16.384', '+Inf'];
  const counts = [2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4];
  expect(samples(textOf(), 'httplog_transaction_duration_seconds')).toEqual([
    ...[...upTo, ...more].map(
      (bound, i) => `httplog_transaction_duration_seconds_bucket{${labels},le="${bound}"} ${counts[i]}`,
    ),
    `httplog_transaction_duration_seconds_sum{${labels}} 100.250000001`,
    `httplog_transaction_duration_seconds_count{${labels}} 4`,
  ]);
});

test('every metric once, with help and type; those that mean nothing in a run are not there', () => {
  const all = textOf();
  for (const { name, kind, help } of METRICS) {
    expect(all.split(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`)).toHaveLength(2);
  }
  const names = (text: string): number => text.split('# TYPE').length - 1;
  expect(names(all)).toBe(METRICS.length);
  const least = textOf({ live: false, pair: false, assemble: false, records: false, delivery: false });
  expect(names(least)).toBe(METRICS.filter(({ runs }) => runs === 'all').length);
  expect(textOf({ pair: false })).toContain('httplog_flows ');
  expect(textOf({ pair: false })).not.toContain('httplog_transaction');
});

test('names, kinds and help as Prometheus wants them', () => {
  for (const { name, kind, help, series } of METRICS) {
    expect(name).toMatch(/^httplog_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(help).toMatch(/^[\x20-\x5b\x5d-\x7e]+$/);
    const labels = series.map((one) => Object.keys(one.labels).join());
    expect(new Set(labels).size).toBeLessThanOrEqual(1);
  }
});

test.skipIf(whyNoTool('promtool') !== undefined)('promtool check metrics', () => {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: textOf(), encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
});

test('the lines of SIGUSR1: the same metrics, and of each what is not 0', () => {
  const lines = dumpOf(insideOf(words), BUILD);
  expect(lines.map((line) => `httplog_${line.split(' ')[0]}`)).toEqual(METRICS.map(({ name }) => name));
  expect(lines.filter((line) => !line.endsWith(' 0')).slice(1)).toEqual([
    'packets_total 1099511627776',
    'messages_total CQ 5, CR other 1, CR 2xx 3, SR 5xx 4',
    'transaction_duration_seconds CQ 4xx 4 (sum 100.250000001 s, longest over 16.384 s)',
    'write_duration_seconds 7 (sum 0 s, longest at most 0.0005 s)',
  ]);
});

test('it looks before it reads', () => {
  const counted = new Map<number, number>();
  const text = exposition(readMetrics(insideOf(counted, { look: () => void counted.set(COUNTER_PACKETS, 9) }), BUILD));
  expect(samples(text, 'httplog_packets_total')).toEqual(['httplog_packets_total 9']);
});
