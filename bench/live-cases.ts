// Live traffic over a veth pair: CPU time of the capturing process, kernel drops, memory, lines.
import type { CaptureName } from './captures.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import type { Expected } from './expected.ts';
import { liveRun } from './live.ts';
import { makeWire, type Wire } from './network.ts';
import * as programs from './programs.ts';
import { type Rate, replay } from './replay.ts';
import type { CaseResult, Metric } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn, type Runs, ratios, type Sample, spread } from './rounds.ts';
import { has } from './tools.ts';
import { startWeb } from './web.ts';

/** Ring of one capture thread, in bytes: the default of `-b`. */
const RING = 8388608;
const HTTPLOG = programs.httplogLive(ROOT);
const HTTPLOG2 = programs.httplogLive(ROOT, 2, 'httplog -cpu 2');
const PAIR = programs.httplogLive(ROOT, 1, 'httplog -pair', ['-pair']);
const ASSEMBLE = programs.httplogLive(ROOT, 1, 'httplog -assemble -pair', ['-assemble', '-pair']);
const TSHARK = 'tshark, a few of the packets';
const { httpryLive, ngrepLive, tcpdumpLive, tsharkLive } = programs;

interface Replayed {
  readonly name: string;
  readonly title: string;
  readonly capture: CaptureName;
  readonly rate: Rate;
  readonly loops: number;
  readonly port: number;
  /** Whether each loop has connections of its own. */
  readonly areNew?: boolean;
  readonly programs: readonly programs.LiveProgram[];
  /** Whether tshark has its turn, with little of the traffic: it works on that for many seconds. */
  readonly withTshark?: boolean;
  readonly inShort?: boolean;
}

const REPLAYED: readonly Replayed[] = [
  {
    name: 'live-mix',
    title: 'Live: mix at 150,000 packets a second',
    capture: 'mix',
    rate: 150_000,
    loops: 2,
    port: 80,
    programs: [HTTPLOG, httpryLive, tcpdumpLive, { ...HTTPLOG2, rounds: 2 }, ngrepLive],
    withTshark: true,
    inShort: true,
  },
  {
    name: 'live-pair',
    title: 'Live: transactions of single packets, mix at 150,000 packets a second',
    capture: 'mix',
    rate: 150_000,
    loops: 2,
    port: 80,
    areNew: true,
    programs: [PAIR, HTTPLOG, httpryLive],
    inShort: true,
  },
  {
    name: 'live-assemble',
    title: 'Live: transactions of whole streams, mix at 150,000 packets a second',
    capture: 'mix',
    rate: 150_000,
    loops: 2,
    port: 80,
    areNew: true,
    programs: [ASSEMBLE, HTTPLOG, httpryLive],
    inShort: true,
  },
  {
    name: 'live-top',
    title: 'Live: mix as fast as tcpreplay sends',
    capture: 'mix',
    rate: 'top',
    loops: 2,
    port: 80,
    programs: [HTTPLOG, httpryLive, tcpdumpLive, { ...HTTPLOG2, rounds: 2 }],
  },
  {
    name: 'live-none',
    title: 'Live: no HTTP, on port 80, as fast as tcpreplay sends',
    capture: 'none',
    rate: 'top',
    loops: 3,
    port: 80,
    programs: [HTTPLOG, tcpdumpLive],
  },
  {
    name: 'live-none443',
    title: 'Live: no HTTP, on another port, as fast as tcpreplay sends',
    capture: 'none443',
    rate: 'top',
    loops: 3,
    port: 80,
    programs: [HTTPLOG, tcpdumpLive],
  },
];

/** The cases with tcpreplay, and `live-web` with nginx and wrk. */
export const liveCases: readonly Case[] = [
  ...REPLAYED.map(
    (of): Case => ({
      name: of.name,
      title: of.title,
      isLive: true,
      inShort: of.inShort ?? false,
      run: (context) => replayed(of, context),
    }),
  ),
  {
    name: 'live-web',
    title: 'Live: nginx and wrk',
    isLive: true,
    inShort: false,
    run: (context) => web('live-web', 'Live: nginx and wrk', context),
  },
];

async function replayed(of: Replayed, context: Context): Promise<CaseResult> {
  const capture = namedCapture(of.capture, context);
  const wire = makeWire();
  let rate = 0;
  const all = turns(wire, of.programs, of.port, context, async () => {
    const sent = await replay(wire, capture, of.rate, of.loops, of.areNew);
    rate = sent.packets / sent.seconds;
    // Nothing of what has another port is to be found.
    return of.port === capture.plan.port ? sent : { ...sent, messages: 0, requests: 0 };
  });
  if (of.withTshark === true && has('tshark')) all.push(tsharkTurn(wire, of, context));
  const runs = await inTurn(all, context.rounds);
  wire.remove();
  const kpps = Math.round(rate / 1000);
  const note = `${capture.packets * of.loops} packets at ${kpps},000 a second, ${capture.messages * of.loops} messages.`;
  const result = comparison({ ...of, note }, runs, ['cpu', 'during'], true, [HTTPLOG2.name, TSHARK]);
  const [ours, tshark] = [runs[0], runs.find(({ name }) => name === TSHARK)];
  const more = ours === undefined || tshark === undefined ? [] : ratios(ours, [tshark], ['perMessage']);
  const seconds = (capture.packets * of.loops) / rate;
  return {
    ...result,
    ratios: [...result.ratios, ...more],
    values: { ...result.values, ...ownValues(of.name, runs, seconds) },
  };
}

/** tshark: its CPU time is counted to its end, for each message that was sent, few of which it sees. */
function tsharkTurn(wire: Wire, of: Replayed, context: Context): ReturnType<typeof turns>[number] {
  const little = namedCapture(of.capture, { ...context, isShort: true });
  const run = async (): Promise<Sample> => {
    const sample = await liveSample(wire, tsharkLive, of.port, () => replay(wire, little, of.rate));
    return { ...sample, perMessage: (sample.cpu / little.messages) * 1e6 };
  };
  return { name: TSHARK, rounds: 1, run };
}

async function web(name: string, title: string, context: Context): Promise<CaseResult> {
  const wire = makeWire();
  const server = await startWeb(wire);
  const seconds = context.isShort ? 1 : 2;
  const runs = await inTurn(
    turns(wire, [HTTPLOG, httpryLive, tcpdumpLive], 80, context, () => server.load(seconds)),
    context.rounds,
  );
  server.stop();
  wire.remove();
  const note = `wrk asks for files of 0.1, 1, 10 and 100 KB on 50 connections for ${seconds} s as fast as it can.`;
  const metrics: Metric[] = ['perMessage'];
  const result = comparison({ name, title, note }, runs, metrics, true);
  return { ...result, values: { ...result.values, ...ownValues(name, runs, seconds) } };
}

function turns(
  wire: Wire,
  all: readonly programs.LiveProgram[],
  port: number,
  context: Context,
  traffic: () => Promise<Expected>,
): { name: string; rounds: number; run(): Promise<Sample> }[] {
  return all
    .filter(({ tool }) => has(tool))
    .map((program) => ({
      name: program.name,
      rounds: Math.min(program.rounds ?? context.rounds, context.rounds),
      run: () => liveSample(wire, program, port, traffic),
    }));
}

/** One live run as a sample. */
export async function liveSample(
  wire: Wire,
  program: programs.LiveProgram,
  port: number,
  traffic: () => Promise<Expected>,
): Promise<Sample> {
  const run = await liveRun(wire, program, port, traffic);
  const { messages } = run.expected;
  const missing = run.lines === undefined ? {} : { missing: Math.max(0, messages - run.lines) };
  return { ...run, ...missing, ...(messages === 0 ? {} : { perMessage: (run.during / messages) * 1e6 }) };
}

/** Drops, missing lines and memory of our program, and the share of a core that it took in the traffic. */
function ownValues(name: string, runs: readonly Runs[], seconds: number): Record<string, number> {
  const [ours] = runs;
  if (ours === undefined) return {};
  const peak = spread(ours, 'peak')?.maximum;
  return {
    [`${name}/wrong-runs`]: ours.wrong.length,
    [`${name}/drops`]: ours.drops ?? Number.NaN,
    [`${name}/core`]: (spread(ours, 'during')?.median ?? Number.NaN) / seconds,
    [`${name}/memory-beside-ring`]: ((peak ?? Number.NaN) - RING) / 1048576,
  };
}
