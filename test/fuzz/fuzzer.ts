// The loop: an input of the corpus is changed and tried; what shows something new is made small and joins the corpus; what
// fails is a finding. The same seed tries the same inputs in the same order.
import { type Random, seeded } from '../../bench/random.ts';
import { type Coverage, type Feature, featuresOf, makeCoverage, shows } from './coverage.ts';
import { type Material, mutate } from './mutate.ts';
import type { Target } from './target.ts';

/** An input for which something does not hold. */
export interface Finding {
  readonly input: Uint8Array;
  readonly message: string;
}

/** How a run stands. */
export interface Progress {
  executions: number;
  readonly corpus: Uint8Array[];
  readonly findings: Finding[];
  readonly coverage: Coverage;
  /** Number of places of the code. */
  readonly places: number;
}

export interface Fuzzing {
  readonly seed: number;
  /** Asked before each input. */
  done(): boolean;
  /** Told each input before it is tried. */
  trying(input: Uint8Array): void;
}

/** Findings after which a target is not tried further: nearly each input would be one. */
const FINDINGS_MAXIMUM = 20;
/** Tries to make one input smaller. */
const TRIMS = 200;

/** Fuzzes a target, beginning with these inputs and its seeds. */
export async function fuzz(target: Target, begin: readonly Uint8Array[], fuzzing: Fuzzing): Promise<Progress> {
  const coverage = makeCoverage(target.counters().length);
  const progress: Progress = { executions: 0, corpus: [], findings: [], coverage, places: target.counters().length };
  const random = seeded(fuzzing.seed);
  for (const input of [...begin, ...target.seeds()]) {
    await tryInput(target, input.subarray(0, target.longest), fuzzing, progress);
  }
  const material: Material = {
    words: target.words,
    longest: target.longest,
    other: () => progress.corpus[random.below(progress.corpus.length)] ?? new Uint8Array(1),
  };
  while (!fuzzing.done() && progress.findings.length < FINDINGS_MAXIMUM) {
    await tryInput(target, mutate(choose(progress.corpus, random), random, material), fuzzing, progress);
  }
  return progress;
}

/** Late inputs are tried more often: around them there is more that is new. */
function choose(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const from = random.chance(0.3) ? Math.floor(corpus.length * 0.8) : 0;
  return corpus[from + random.below(corpus.length - from)] ?? new Uint8Array(0);
}

async function tryInput(target: Target, input: Uint8Array, fuzzing: Fuzzing, progress: Progress): Promise<void> {
  const { coverage, findings } = progress;
  const failed = await attempt(target, input, fuzzing, progress);
  const news = coverage.news(target.counters());
  target.counters().fill(0);
  coverage.add(news);
  if (failed !== undefined) {
    if (!findings.some(({ message }) => kindOf(message) === kindOf(failed)))
      findings.push({ input: await smallest(target, input, failed, fuzzing, progress), message: failed });
    return;
  }
  if (news.length === 0) return;
  const kept = await trimmed(target, input, news, fuzzing, progress);
  progress.corpus.push(kept);
  const differs = compared(target, kept);
  if (differs !== undefined && !findings.some(({ message }) => kindOf(message) === kindOf(differs)))
    findings.push({ input: kept, message: differs });
}

/** Tries an input; what is wrong. */
async function attempt(
  target: Target,
  input: Uint8Array,
  fuzzing: Fuzzing,
  progress: Progress,
): Promise<string | undefined> {
  progress.executions++;
  fuzzing.trying(input);
  try {
    const pending = target.run(input);
    if (pending !== undefined) await pending;
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  }
}

function compared(target: Target, input: Uint8Array): string | undefined {
  try {
    target.compare?.(input);
    return undefined;
  } catch (error) {
    return `the second reading differs: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What tells findings apart: their first words. */
function kindOf(message: string): string {
  return (
    (message.split('\n')[0] ?? '')
      .split(':')[0]
      ?.replaceAll(/[0-9]+/g, 'N')
      .slice(0, 80) ?? ''
  );
}

/** A smaller input that shows the same news. */
function trimmed(target: Target, input: Uint8Array, news: readonly Feature[], fuzzing: Fuzzing, progress: Progress) {
  return shrink(input, async (smaller) => {
    const failed = await attempt(target, smaller, fuzzing, progress);
    const same = failed === undefined && shows(target.counters(), news);
    target.counters().fill(0);
    return same;
  });
}

/** A smaller input with the same finding. */
function smallest(target: Target, input: Uint8Array, message: string, fuzzing: Fuzzing, progress: Progress) {
  return shrink(input, async (smaller) => {
    const failed = await attempt(target, smaller, fuzzing, progress);
    target.counters().fill(0);
    return failed !== undefined && kindOf(failed) === kindOf(message);
  });
}

/** Takes pieces out, ever smaller ones, as long as what is left will do. */
async function shrink(input: Uint8Array, willDo: (smaller: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let best = input.slice();
  let tries = 0;
  for (let length = Math.max(1, best.length >> 1); ; length >>= 1) {
    for (let at = 0; at < best.length && tries < TRIMS; tries++) {
      const smaller = new Uint8Array(best.length - Math.min(length, best.length - at));
      smaller.set(best.subarray(0, at));
      smaller.set(best.subarray(at + length), at);
      if (await willDo(smaller)) best = smaller;
      else at += length;
    }
    if (length <= 1 || tries >= TRIMS) return best;
  }
}

/** Inputs of a corpus that together reach every place that all of them reach: those first that reach most. */
export async function reduce(target: Target, corpus: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const all: { input: Uint8Array; reached: number[] }[] = [];
  for (const input of corpus) {
    const pending = target.run(input);
    if (pending !== undefined) await pending;
    all.push({ input, reached: featuresOf(target.counters()).map((feature) => feature >>> 8) });
    target.counters().fill(0);
  }
  all.sort((one, other) => other.reached.length - one.reached.length || one.input.length - other.input.length);
  const places = new Set<number>();
  return all.flatMap(({ input, reached }) => {
    if (reached.every((place) => places.has(place))) return [];
    for (const place of reached) places.add(place);
    return [input];
  });
}
