// The figures to reach: medians of one run on a machine with two cores. Each names a value of a case's result.

/** One figure. */
export interface Figure {
  /** What is measured. */
  readonly what: string;
  /** The value, as `CASE/NAME`. */
  readonly value: string;
  /** The most that it may be; or, with `atLeast`, the least. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** How numbers are shown: a ratio, or with this unit. */
  readonly unit: '' | 'ms' | 'MB' | '% of a core' | 'a second' | 'lines a second' | 'packets' | 'runs' | 'collections';
}

/** All of them, in the order in which they are shown. */
export const FIGURES: readonly Figure[] = [
  {
    what: 'live, mix at 150 kpps: CPU to httpry’s, whole process',
    value: 'live-mix/cpu/httpry',
    atMost: 0.1,
    unit: '',
  },
  { what: 'the same during the traffic', value: 'live-mix/during/httpry', atMost: 0.1, unit: '' },
  {
    what: 'live, mix at 150 kpps: CPU to tcpdump’s, whole process',
    value: 'live-mix/cpu/tcpdump',
    atMost: 0.4,
    unit: '',
  },
  { what: 'the same during the traffic', value: 'live-mix/during/tcpdump', atMost: 0.4, unit: '' },
  {
    what: 'live, mix at 150 kpps: CPU of -pair to the main mode’s, whole process',
    value: 'live-pair/cpu/httplog',
    atMost: 1.3,
    unit: '',
  },
  { what: 'the same during the traffic', value: 'live-pair/during/httplog', atMost: 1.3, unit: '' },
  // “Less than httpry”: a ratio of exactly 1 does not come.
  {
    what: 'live, mix at 150 kpps: CPU of -assemble -pair to httpry’s, whole process',
    value: 'live-assemble/cpu/httpry',
    atMost: 1,
    unit: '',
  },
  { what: 'the same during the traffic', value: 'live-assemble/during/httpry', atMost: 1, unit: '' },
  {
    what: 'live, mix at 150 kpps: kernel drops of -assemble -pair',
    value: 'live-assemble/drops',
    atMost: 0,
    unit: 'packets',
  },
  {
    what: 'live, mix at 150 kpps: CPU of -clickhouse, its server down to its server up, whole process',
    value: 'live-delivery/cpu/httplog -clickhouse, server up',
    atMost: 1.1,
    unit: '',
  },
  {
    what: 'the same during the traffic',
    value: 'live-delivery/during/httplog -clickhouse, server up',
    atMost: 1.1,
    unit: '',
  },
  {
    what: 'live, mix at 150 kpps: kernel drops with delivery, up or down',
    value: 'live-delivery/drops',
    atMost: 0,
    unit: 'packets',
  },
  { what: 'live, top speed: kernel drops', value: 'live-top/drops', atMost: 0, unit: 'packets' },
  {
    what: 'live, top speed: runs in which a message had no line',
    value: 'live-top/wrong-runs',
    atMost: 0,
    unit: 'runs',
  },
  {
    what: 'live, no HTTP on port 80: CPU to tcpdump’s during the traffic',
    value: 'live-none/during/tcpdump',
    atMost: 0.1,
    unit: '',
  },
  // “Near nothing”, as the issue has it, is read as half a percent.
  { what: 'live, no HTTP on another port: CPU', value: 'live-none443/core', atMost: 0.005, unit: '% of a core' },
  { what: 'idle interface: CPU', value: 'idle/core', atMost: 0.002, unit: '% of a core' },
  { what: 'idle interface: wake-ups of the busiest thread', value: 'idle/wakeups', atMost: 5, unit: 'a second' },
  { what: 'file, mix: wall time to httpry’s', value: 'file-mix/wall/httpry', atMost: 0.25, unit: '' },
  { what: 'file, mix: wall time to tcpdump’s', value: 'file-mix/wall/tcpdump', atMost: 0.5, unit: '' },
  { what: 'file, mix: wall time to tshark’s', value: 'file-mix/wall/tshark', atMost: 1 / 140, unit: '' },
  { what: 'file, heads only: wall time to httpry’s', value: 'file-heads/wall/httpry', atMost: 0.1, unit: '' },
  {
    what: 'file, heads only: speed, start counted in',
    value: 'file-heads/lines-a-second',
    atLeast: 3e6,
    unit: 'lines a second',
  },
  { what: 'file, mix: wall time of -pair to the main mode’s', value: 'file-pair/wall/httplog', atMost: 1.3, unit: '' },
  {
    what: 'file, mix: wall time of -assemble -pair to httpry’s',
    value: 'file-assemble/wall/httpry',
    atMost: 0.5,
    unit: '',
  },
  { what: 'the same to tcpflow’s', value: 'file-assemble/wall/tcpflow -b 0', atMost: 1 / 20, unit: '' },
  { what: 'the same to tshark’s, in two passes', value: 'file-assemble/wall/tshark -2', atMost: 1 / 70, unit: '' },
  { what: 'memory beside the ring, live, mix', value: 'live-mix/memory-beside-ring', atMost: 60, unit: 'MB' },
  { what: 'memory beside the ring, live, top speed', value: 'live-top/memory-beside-ring', atMost: 60, unit: 'MB' },
  {
    what: 'memory beside the ring, 1 to 100,000 flows',
    value: 'scaling-flows/memory-beside-ring',
    atMost: 60,
    unit: 'MB',
  },
  // Flat: what stands between two looks at the same process.
  { what: 'memory over a minute’s soak: growth', value: 'soak/growth', atMost: 1, unit: 'MB' },
  {
    what: 'garbage: collections of the capture thread in steady state',
    value: 'garbage/steady',
    atMost: 0,
    unit: 'collections',
  },
  { what: 'garbage: major collections, exec to exit', value: 'garbage/major', atMost: 0, unit: 'collections' },
  { what: 'a million lines of text: top paths', value: 'questions/text', atMost: 1500, unit: 'ms' },
  { what: 'a million lines as Parquet: top paths', value: 'questions/parquet', atMost: 300, unit: 'ms' },
  { what: 'start: exec to first packet captured', value: 'start/milliseconds', atMost: 120, unit: 'ms' },
];

/** A figure beside what was measured. */
export interface Judged {
  readonly what: string;
  readonly toReach: string;
  readonly measured: string;
  /** Undefined where it was not measured. */
  readonly holds: boolean | undefined;
}

/** Judges a figure by the values of a benchmark. */
export function judge(figure: Figure, values: Readonly<Record<string, number>>): Judged {
  const { what, atMost, atLeast, unit } = figure;
  const value = values[figure.value];
  const limit = atMost ?? atLeast ?? Number.NaN;
  const measured = value === undefined || Number.isNaN(value) ? undefined : value;
  const holds = measured === undefined ? undefined : atMost === undefined ? measured >= limit : measured <= limit;
  return {
    what,
    toReach: `${atMost === undefined ? '≥' : '≤'} ${shown(limit, unit, limit)}`,
    measured: measured === undefined ? 'not measured' : shown(measured, unit, limit),
    holds,
  };
}

/** A ratio is shown as its limit is: as a fraction where that is small. */
function shown(value: number, unit: Figure['unit'], limit: number): string {
  if (unit === '') return limit <= 0.05 ? `1/${Number((1 / value).toFixed(1))}` : value.toFixed(3);
  if (unit === '% of a core') return `${(value * 100).toFixed(3)} ${unit}`;
  if (unit === 'lines a second') return `${(value / 1e6).toFixed(2)} million ${unit}`;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}
