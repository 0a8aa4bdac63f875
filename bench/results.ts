// What the cases of a benchmark give.
import type { Spread } from './spread.ts';

/** A table as it is printed and as it stands in the docs; all but the first column are numbers. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What httplog took for one of what a peer took, round by round. */
export interface Ratio {
  readonly ours: string;
  readonly theirs: string;
  readonly of: Metric;
  readonly spread: Spread;
}

/** What is compared: wall time; CPU time over the whole life of the process, during the traffic, or for each message. */
export type Metric = 'wall' | 'cpu' | 'during' | 'perMessage';

/** The result of one case. */
export interface CaseResult {
  readonly name: string;
  readonly title: string;
  /** What was done, in a sentence or two. */
  readonly note: string;
  readonly table: Table;
  readonly ratios: readonly Ratio[];
  /** Numbers that figures refer to, by `CASE/NAME`. */
  readonly values: Readonly<Record<string, number>>;
  /** Runs whose output was not what it had to be. */
  readonly wrong: readonly string[];
  /** Why the case did not run. */
  readonly skipped?: string;
}

/** A case that did not run. */
export function skippedCase(name: string, title: string, skipped: string): CaseResult {
  return { name, title, note: '', table: { head: [], rows: [] }, ratios: [], values: {}, wrong: [], skipped };
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly kernel: string;
  readonly system: string;
  readonly node: string;
  readonly date: string;
}

/** A whole benchmark. */
export interface Results {
  readonly machine: Machine;
  /** Versions of the peers. */
  readonly peers: readonly string[];
  readonly isWhole: boolean;
  readonly seconds: number;
  readonly cases: readonly CaseResult[];
}
