// Garbage: what V8 says of its collections (--trace-gc) while traffic comes, of each thread.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Case, type Context, namedCapture } from './context.ts';
import { listen } from './live.ts';
import { makeWire } from './network.ts';
import { httplogLive, type LiveProgram } from './programs.ts';
import { replay } from './replay.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';

const TITLE = 'Garbage collections';
const RATE = 150_000;
/** Milliseconds of traffic that do not count yet. */
const WARM_UP = 1000;

/** `garbage`. */
export const garbageCase: Case = { name: 'garbage', title: TITLE, isLive: true, inShort: false, run };

/** One collection: of which isolate (there is one for each thread), when (ms since that began), and whether of the whole heap. */
interface Collection {
  readonly isolate: string;
  readonly at: number;
  readonly isMajor: boolean;
}

async function run(context: Context): Promise<CaseResult> {
  const capture = namedCapture('mix', context);
  const wire = makeWire();
  const program = traced(httplogLive(ROOT));
  const began = performance.now();
  const listening = await listen(wire, program, 80);
  const steady = performance.now() - began + WARM_UP;
  const expected = await replay(wire, capture, RATE, 3);
  const over = performance.now() - began;
  await pause(500);
  await listening.stop();
  const found = program.find(listening.meter.directory, expected);
  const all = collections(readFileSync(join(listening.meter.directory, 'stdout'), 'utf8'));
  listening.meter.clear();
  wire.remove();
  const during = all.filter(({ at }) => at >= steady && at <= over);
  const major = all.filter(({ isMajor }) => isMajor).length;
  // The main thread starts before the capture thread, so the first to collect is the main thread's.
  const main = all[0]?.isolate;
  const ofCapture = during.filter(({ isolate }) => isolate !== main).length;
  const rows = [
    ['of the capture thread, in steady state', String(ofCapture)],
    ['of the main thread, which hands the lines to the system, in steady state', String(during.length - ofCapture)],
    ['of all threads, from exec to exit', String(all.length)],
    ['of these, of the whole heap', String(major)],
  ];
  return {
    name: 'garbage',
    title: TITLE,
    note: `httplog -cpu 1, ${expected.packets} packets of the mix at ${RATE} a second, ${expected.messages} lines.`,
    table: { head: ['collections', 'number'], rows },
    ratios: [],
    values: { 'garbage/steady': ofCapture, 'garbage/major': major },
    wrong: [
      ...(found.wrong === undefined ? [] : [`httplog: ${found.wrong}`]),
      // Whose collection it is can only be told when the main thread, whose heap is the first to grow, had one before the traffic.
      ...(all.some(({ at }) => at < steady) ? [] : ['garbage: Node.js told of no collection before the traffic']),
    ],
  };
}

/** The program under a Node that tells its collections. */
function traced(program: LiveProgram): LiveProgram {
  return {
    ...program,
    command(device, port) {
      const [node = '', ...values] = program.command(device, port);
      return [node, '--trace-gc', ...values];
    },
  };
}

/** `[PID:ISOLATE]  MS ms: Scavenge …` or `Mark-Compact …`. */
function collections(said: string): Collection[] {
  return [...said.matchAll(/^\[\d+:([^\]]+)\]\s+(\d+) ms: (\S+)/gm)].map(([, isolate = '', at, kind]) => ({
    isolate,
    at: Number(at),
    isMajor: kind?.startsWith('Mark') ?? false,
  }));
}
