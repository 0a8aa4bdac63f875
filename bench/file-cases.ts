// Capture files: httplog and its peers read the same file from memory.
import type { Capture, CaptureName } from './captures.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import * as programs from './programs.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn, type Runs, type Sample, spread } from './rounds.ts';
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
  const slow = name === 'mix' && !context.isShort ? 3 : 1;
  const runs = await fileRuns([programs.httplogFile(ROOT), ...PEERS], capture, context, slow);
  const result = comparison({ name: `file-${name}`, title, note: describe(capture) }, runs, ['wall'], false);
  const wall = runs[0] === undefined ? undefined : spread(runs[0], 'wall');
  const speed = wall === undefined ? {} : { [`file-${name}/lines-a-second`]: capture.messages / wall.median };
  return { ...result, values: { ...result.values, ...speed } };
}

/** Runs those of the programs that are there on a file in turn; those with rounds of their own at most `slow` times. */
export async function fileRuns(
  all: readonly programs.FileProgram[],
  capture: Capture,
  context: Context,
  slow: number,
): Promise<Runs[]> {
  warm(capture.path);
  const turns = all
    .filter(({ tool }) => has(tool))
    .map((program) => ({
      name: program.name,
      rounds: Math.min(context.rounds, program.rounds === undefined ? context.rounds : Math.min(slow, program.rounds)),
      run: () => fileRun(program, capture),
    }));
  // The first run of a program is slower than any other: it is not counted.
  for (const turn of turns) if (turn.rounds > slow) await turn.run().catch(() => {});
  return inTurn(turns, context.rounds);
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

/** What a capture holds, in a sentence. */
export function describe(capture: Capture): string {
  const megabytes = Math.round(capture.bytes / 1e6);
  return `${capture.packets} packets, ${megabytes} MB, ${capture.messages} messages, in the page cache.`;
}
