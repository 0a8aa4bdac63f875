// How the cost grows: with the share of heads in the traffic, and with the number of connections.
import { withFlows, withShare } from './captures.ts';
import { type Case, type Context, capture } from './context.ts';
import { liveSample } from './live-cases.ts';
import { makeWire, type Wire } from './network.ts';
import { httplogLive } from './programs.ts';
import { replay } from './replay.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { inTurn, type Runs, shown, spread } from './rounds.ts';
import { spreadOf } from './spread.ts';

const RATE = 150_000;
const ROUNDS = 2;
/** Packets of each run: a second of traffic. */
const PACKETS = 150_000;
const RING = 8388608;

const SHARES = [0.01, 0.1, 0.5, 1] as const;
const FLOWS = [1, 100, 10_000, 100_000] as const;

/** `scaling-heads` and `scaling-flows`. */
export const scalingCases: readonly Case[] = [
  {
    name: 'scaling-heads',
    title: 'Scaling: share of packets that are heads',
    isLive: true,
    inShort: false,
    run: (context) =>
      scaling('scaling-heads', 'Scaling: share of packets that are heads', context, (wire) =>
        SHARES.map((share) => turn(wire, `${share * 100} %`, `heads-${share}`, withShare(share, PACKETS), context)),
      ),
  },
  {
    name: 'scaling-flows',
    title: 'Scaling: connections',
    isLive: true,
    inShort: false,
    run: (context) =>
      scaling('scaling-flows', 'Scaling: connections', context, (wire) =>
        FLOWS.map((flows) => turn(wire, String(flows), `flows-${flows}`, withFlows(flows, PACKETS), context)),
      ),
  },
];

type Turn = Parameters<typeof inTurn>[0][number] & { packets: number };

function turn(wire: Wire, name: string, file: string, plan: ReturnType<typeof withFlows>, context: Context): Turn {
  const made = capture(file, plan, context);
  const run = (): ReturnType<typeof liveSample> =>
    liveSample(wire, httplogLive(ROOT), plan.port, () => replay(wire, made, RATE));
  return { name, packets: made.packets, run };
}

async function scaling(
  name: string,
  title: string,
  context: Context,
  turnsOn: (wire: Wire) => Turn[],
): Promise<CaseResult> {
  const wire = makeWire();
  const turns = turnsOn(wire);
  const runs = await inTurn(turns, Math.min(ROUNDS, context.rounds));
  wire.remove();
  const rows = runs.map((of, i) => [of.name, ...cells(of, turns[i]?.packets ?? 0)]);
  const peaks = runs.flatMap((of) => spread(of, 'peak')?.maximum ?? []);
  const memory = peaks.length === 0 ? {} : { [`${name}/memory-beside-ring`]: (Math.max(...peaks) - RING) / 1048576 };
  return {
    name,
    title,
    note: `httplog -cpu 1, ${RATE} packets a second; CPU time during the traffic.`,
    table: { head: ['', 'packets', 'CPU ns a packet', 'CPU ns a message', 'peak MB', 'kernel drops', 'rounds'], rows },
    ratios: [],
    values: memory,
    wrong: runs.flatMap(({ wrong }) => wrong),
  };
}

function cells(runs: Runs, packets: number): string[] {
  const during = [...runs.samples.values()].flatMap((sample) => sample.during ?? []);
  const perPacket = during.length === 0 ? undefined : spreadOf(during.map((seconds) => (seconds / packets) * 1e9));
  return [
    String(packets),
    shown(perPacket, 1, 0),
    shown(spread(runs, 'perMessage'), 1000, 0),
    shown(spread(runs, 'peak'), 1 / 1048576, 1),
    shown(spread(runs, 'drops'), 1, 0),
    runs.wrong.length > 0 ? `${runs.wrong.length} wrong` : String(runs.samples.size),
  ];
}
