// Capture files again: what transactions, whole streams and JSON cost. Live, their cases stand with the others.
import { type Case, type Context, namedCapture } from './context.ts';
import { describe, fileRuns } from './file-cases.ts';
import * as programs from './programs.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { ratios, ratioValues, table } from './rounds.ts';

const MAIN = programs.httplogFile(ROOT);
const PAIR = httplog('-pair');
const ASSEMBLE = httplog('-assemble', '-pair');
const JSON_MAIN = httplog('-format', 'json');
const JSON_PAIR = httplog('-pair', '-format', 'json');

interface Compared {
  readonly name: string;
  readonly title: string;
  /** What the table shows, behind what the capture holds. */
  readonly note: string;
  /** The first of each group is compared with the others of its group. */
  readonly groups: readonly (readonly programs.FileProgram[])[];
}

const COMPARED: readonly Compared[] = [
  {
    name: 'file-pair',
    title: 'File: transactions of single packets, the mix',
    note: '-pair joins request and answer in the main mode: each exchange is one line.',
    groups: [[PAIR, MAIN]],
  },
  {
    name: 'file-assemble',
    title: 'File: transactions of whole streams, the mix',
    note:
      '-assemble -pair follows every byte of every stream, beside programs that put streams together as well, and httpry, ' +
      'which does not. tcpflow’s -b 0 has it find the place of every segment and save no byte; tshark reads twice, so that ' +
      'it knows each message’s partner.',
    groups: [[ASSEMBLE, programs.httpryFile, programs.tcpflowStreamsFile, programs.tsharkPairsFile]],
  },
  {
    name: 'file-json',
    title: 'File: JSON beside text, the mix',
    note: 'The same messages, and the same transactions, in both formats.',
    groups: [
      [JSON_MAIN, MAIN],
      [JSON_PAIR, PAIR],
    ],
  },
];

/** The cases `file-pair`, `file-assemble` and `file-json`. */
export const transactionCases: readonly Case[] = COMPARED.map((of) => ({
  name: of.name,
  title: of.title,
  isLive: false,
  inShort: true,
  run: (context) => compared(of, context),
}));

/** httplog with these flags, and named after them. */
function httplog(...flags: string[]): programs.FileProgram {
  return programs.httplogFile(ROOT, ['httplog', ...flags].join(' '), flags);
}

async function compared({ name, title, note, groups }: Compared, context: Context): Promise<CaseResult> {
  const capture = namedCapture('mix', context);
  const runs = await fileRuns(groups.flat(), capture, context, context.isShort ? 1 : 3);
  const found = groups.flatMap((group) => {
    const [ours, ...others] = group.flatMap((program) => runs.find((of) => of.name === program.name) ?? []);
    return ours === undefined ? [] : ratios(ours, others, ['wall']);
  });
  return {
    name,
    title,
    note: `${describe(capture)} ${note}`,
    table: table(runs, false),
    ratios: found,
    values: ratioValues(name, found),
    wrong: runs.flatMap(({ wrong }) => wrong),
  };
}
