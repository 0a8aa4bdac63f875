// Programs in turn, round after round, the order reversed each time: what disturbs the machine disturbs all of them.
import type { CaseResult, Metric, Ratio, Table } from './results.ts';
import { ratioOf, type Spread, spreadOf } from './spread.ts';

/** One run of one program. */
export interface Sample {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  readonly during?: number;
  /** CPU seconds for a million messages. */
  readonly perMessage?: number;
  /** Bytes. */
  readonly peak: number;
  readonly lines?: number;
  readonly drops?: number;
  /** Messages without a line. */
  readonly missing?: number;
  readonly wrong?: string;
}

/** The runs of one program, by round. */
export interface Runs {
  readonly name: string;
  readonly samples: ReadonlyMap<number, Sample>;
  /** What was wrong, with the round. */
  readonly wrong: readonly string[];
  /** Most kernel drops of any run, right or wrong; undefined where it says nothing of them. */
  readonly drops: number | undefined;
}

/** A program of a case; where it has fewer rounds than others it runs in the first ones. */
export interface Turn {
  readonly name: string;
  readonly rounds?: number;
  run(): Promise<Sample>;
}

/** Runs all of them in turn. A run that fails or whose output is wrong has no time. */
export async function inTurn(turns: readonly Turn[], rounds: number): Promise<Runs[]> {
  const all = turns.map(({ name }) => ({
    name,
    samples: new Map<number, Sample>(),
    wrong: [] as string[],
    drops: undefined as number | undefined,
  }));
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((_, i) => i);
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const [turn, runs] = [turns[i], all[i]];
      if (turn === undefined || runs === undefined || round >= (turn.rounds ?? rounds)) continue;
      const sample = await turn.run().catch((error: unknown) => (error instanceof Error ? error.message : `${error}`));
      const wrong = typeof sample === 'string' ? sample : sample.wrong;
      if (typeof sample !== 'string' && sample.drops !== undefined)
        runs.drops = Math.max(runs.drops ?? 0, sample.drops);
      if (wrong !== undefined) runs.wrong.push(`${turn.name}, round ${round + 1}: ${wrong}`);
      else if (typeof sample !== 'string') runs.samples.set(round, sample);
    }
  }
  return all;
}

/** The median of a metric over a program's rounds, with the least and the most. */
export function spread(runs: Runs, metric: keyof Omit<Sample, 'wrong'>): Spread | undefined {
  const values = [...runs.samples.values()].flatMap((sample) => sample[metric] ?? []);
  return values.length === 0 ? undefined : spreadOf(values);
}

/** Ratios of `ours` to every other program, in these metrics. */
export function ratios(ours: Runs, others: readonly Runs[], metrics: readonly Metric[]): Ratio[] {
  const by = (runs: Runs, metric: Metric): Map<number, number> =>
    new Map(
      [...runs.samples].flatMap(([round, sample]) => (sample[metric] === undefined ? [] : [[round, sample[metric]]])),
    );
  return others.flatMap((theirs) =>
    metrics.flatMap((of) => {
      const found = ratioOf(by(ours, of), by(theirs, of));
      return found === undefined ? [] : [{ ours: ours.name, theirs: theirs.name, of, spread: found }];
    }),
  );
}

const COLUMNS: readonly (readonly [
  metric: keyof Omit<Sample, 'wrong'>,
  title: string,
  scale: number,
  digits: number,
])[] = [
  ['wall', 'wall s', 1, 3],
  ['cpu', 'CPU s', 1, 3],
  ['during', 'CPU s in traffic', 1, 3],
  ['perMessage', 'CPU µs a message', 1, 2],
  ['peak', 'peak MB', 1 / 1048576, 1],
  ['lines', 'lines', 1, 0],
  ['drops', 'kernel drops', 1, 0],
];

/** Programs down, metrics across, of those that any program has; a live run's wall time says nothing and stays out. */
export function table(all: readonly Runs[], isLive: boolean): Table {
  const columns = COLUMNS.filter(
    ([metric]) => !(isLive && metric === 'wall') && all.some((runs) => spread(runs, metric) !== undefined),
  );
  const rows = all.map((runs) => [
    runs.name,
    ...columns.map(([metric, , scale, digits]) => shown(spread(runs, metric), scale, digits)),
    runs.wrong.length > 0 ? `${runs.wrong.length} wrong` : `${runs.samples.size}`,
  ]);
  return { head: ['program', ...columns.map(([, title]) => title), 'rounds'], rows };
}

/** `median (minimum-maximum)`, or the one value where all are the same. */
export function shown(of: Spread | undefined, scale = 1, digits = 3): string {
  if (of === undefined) return '-';
  const [median, minimum, maximum] = [of.median, of.minimum, of.maximum].map((value) =>
    (value * scale).toFixed(digits),
  );
  return minimum === maximum ? `${median}` : `${median} (${minimum}-${maximum})`;
}

/** The values that figures refer to: median ratios as `CASE/METRIC/PEER`. */
export function ratioValues(name: string, all: readonly Ratio[]): Record<string, number> {
  return Object.fromEntries(all.map(({ of, theirs, spread: { median } }) => [`${name}/${of}/${theirs}`, median]));
}

/** A case of programs in turn, the first of which is ours. Those beside the others stand in the table, but give no ratios. */
export function comparison(
  of: Pick<CaseResult, 'name' | 'title' | 'note'>,
  all: readonly Runs[],
  metrics: readonly Metric[],
  isLive: boolean,
  beside: readonly string[] = [],
): CaseResult {
  const [ours, ...others] = all;
  const peers = others.filter(({ name }) => !beside.includes(name));
  const found = ours === undefined ? [] : ratios(ours, peers, metrics);
  return {
    ...of,
    table: table(all, isLive),
    ratios: found,
    values: ratioValues(of.name, found),
    wrong: all.flatMap(({ wrong }) => wrong),
  };
}
