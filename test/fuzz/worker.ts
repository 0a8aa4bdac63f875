// A thread that fuzzes one target, so that one that does not end can be ended from outside.
import { parentPort, workerData } from 'node:worker_threads';
import { readCorpus, writeCorpus } from './corpus.ts';
import { fuzz, reduce } from './fuzzer.ts';
import type { Instrumented } from './instrument.ts';
import { makeTarget } from './targets.ts';

/** What a thread is told. */
export interface Task {
  readonly target: string;
  readonly code: Instrumented;
  readonly seed: number;
  readonly seconds: number;
  /** Writes the corpus anew. */
  readonly keep: boolean;
  /** The input that is tried: its length, and its bytes; and before it the number of executions. */
  readonly shared: SharedArrayBuffer;
}

/** What a thread tells at its end. */
export interface Report {
  readonly target: string;
  readonly executions: number;
  readonly seconds: number;
  /** The places of the code that were reached, and how many there are. */
  readonly reached: readonly number[];
  readonly places: number;
  /** Whether they are branches of the packet code. */
  readonly ofPacketCode: boolean;
  readonly corpus: number;
  readonly findings: readonly { readonly input: Uint8Array; readonly message: string }[];
}

/** Files of one corpus. */
const CORPUS_MAXIMUM = 160;
/** Bytes in front of the input. */
export const SHARED_HEADER = 8;

async function work({ target: name, code, seed, seconds, keep, shared }: Task): Promise<Report> {
  const target = makeTarget(name, code);
  const words = new Int32Array(shared, 0, 2);
  const bytes = new Uint8Array(shared, SHARED_HEADER);
  const begin = performance.now();
  const end = begin + 1000 * seconds;
  const { executions, corpus, findings, coverage, places } = await fuzz(target, readCorpus(name), {
    seed,
    done: () => performance.now() >= end,
    trying(input) {
      bytes.set(input);
      words[1] = input.length;
      Atomics.add(words, 0, 1);
    },
  });
  const took = (performance.now() - begin) / 1000;
  const kept = keep ? (await reduce(target, corpus)).slice(0, CORPUS_MAXIMUM) : corpus;
  if (keep) writeCorpus(name, kept);
  const ofPacketCode = places === code.branches;
  const reached = coverage.reached();
  return { target: name, executions, seconds: took, reached, places, ofPacketCode, corpus: kept.length, findings };
}

if (parentPort !== null) parentPort.postMessage(await work(workerData as Task));
