// Capture files: httplog and its peers read the same file from memory.
import type { Capture, CaptureName } from './captures.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import * as programs from './programs.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn, type Sample, spread } from './rounds.ts';
import { runMeasured, warm } from './run.ts';
import { has } from './tools.ts';

/** Longest time of one run, in seconds. */
const LONGEST = 180;
const PEERS = [
  programs.tcpdumpFile,
  programs.httpryFile,
  programs.ngrepFile,
  programs.tcpflowFile,
  programs.tsharkFile,
];

const CASES: readonly (readonly [capture: CaptureName, title: string])[] = [
  ['mix', 'File: keep-alive mix, 18 % heads'],
  ['heads', 'File: nothing but heads'],
  ['none', 'File: no HTTP at all, TLS-like'],
  ['tiny', 'File: tiny API calls'],
  ['tagged', 'File: IPv6 and stacked VLAN tags'],
];

/** The cases `file-mix` and so on. */
export const fileCases: readonly Case[] = CASES.map(([name, title]) => ({
  name: `file-${name}`,
  title,
  isLive: false,
  inShort: true,
  run: (context) => fileCase(name, title, context),
}));

async function fileCase(name: CaptureName, title: string, context: Context): Promise<CaseResult> {
  const capture = namedCapture(name, context);
  warm(capture.path);
  const slow = name === 'mix' && !context.isShort ? 3 : 1;
  const turns = [programs.httplogFile(ROOT), ...PEERS.filter(({ tool }) => has(tool))].map((program) => ({
    name: program.name,
    rounds: program.rounds === undefined ? context.rounds : Math.min(slow, program.rounds),
    run: () => fileRun(program, capture),
  }));
  // The first run of a program is slower than any other: it is not counted.
  for (const turn of turns) if (turn.rounds > slow) await turn.run().catch(() => {});
  const runs = await inTurn(turns, context.rounds);
  const result = comparison({ name: `file-${name}`, title, note: describe(capture) }, runs, ['wall'], false);
  const wall = runs[0] === undefined ? undefined : spread(runs[0], 'wall');
  const speed = wall === undefined ? {} : { [`file-${name}/lines-a-second`]: capture.messages / wall.median };
  return { ...result, values: { ...result.values, ...speed } };
}

/** One run of a program on a file. */
export async function fileRun(program: programs.FileProgram, capture: Capture): Promise<Sample> {
  const { meter, measured } = await runMeasured(program.command(capture.path), LONGEST);
  try {
    return { ...measured, ...programs.foundBy(program, meter.directory, capture, measured.status) };
  } finally {
    meter.clear();
  }
}

function describe(capture: Capture): string {
  const megabytes = Math.round(capture.bytes / 1e6);
  return `${capture.packets} packets, ${megabytes} MB, ${capture.messages} messages, in the page cache.`;
}
