// Questions to a million lines of log: `httplog top paths` from text, from json and from Parquet, beside awk.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { undoAtEnd } from './children.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn, type Runs, type Sample, spread } from './rounds.ts';
import { benchEnvironment, runMeasured, warm } from './run.ts';

const NAME = 'questions';
const TITLE = 'Questions: the paths asked for most, in a million lines';
const LINES = 1_000_000;
const LONGEST = 120;
const PROGRAM = [process.execPath, join(ROOT, 'bin/httplog.js')];
const ROWS = 20;

/** What is asked, and how many lines come of it, the heads of columns included. */
interface Asked {
  readonly name: string;
  readonly command: readonly string[];
  readonly lines: number;
}

/** `questions`. */
export const questionsCase: Case = { name: NAME, title: TITLE, isLive: false, inShort: true, run };

async function run(context: Context): Promise<CaseResult> {
  const place = mkdtempSync(join(benchDirectory(), 'questions-'));
  const clear = undoAtEnd(() => rmSync(place, { recursive: true, force: true }));
  try {
    return await ask(place, context);
  } finally {
    clear();
  }
}

async function ask(place: string, context: Context): Promise<CaseResult> {
  const lines = context.isShort ? LINES / 10 : LINES;
  const logs = ['text', 'json'].map((format) => makeLog(join(place, format), format, lines, context));
  const parquet = join(place, 'parquet');
  httplog('export', '-d', logs[0] ?? '', '-parquet', parquet);
  for (const directory of [...logs, parquet]) for (const path of filesBelow(directory)) warm(path);
  const top = (name: string, directory: string): Asked => ({
    name: `top paths, ${name}`,
    command: [...PROGRAM, 'top', 'paths', '-csv', '-n', String(ROWS), '-d', directory],
    lines: ROWS + 1,
  });
  const script = `awk -F'[ ]' '$5 ~ /Q$/ { sub(/\\?.*/, "", $7); n[$7]++ } END { for (path in n) print n[path], path }' "$0"/*.log | sort -rn | head -${ROWS}`;
  const awk = { name: 'awk and sort, text', command: ['sh', '-c', script, logs[0] ?? ''], lines: ROWS };
  const all = [top('text', logs[0] ?? ''), top('json', logs[1] ?? ''), top('Parquet', parquet), awk];
  const runs = await inTurn(
    all.map((asked) => ({ name: asked.name, run: () => oneRun(asked) })),
    context.rounds,
  );
  const note = `${lines} lines in the page cache, messages of the capture of nothing but heads; the start of Node.js and of DuckDB is counted in.`;
  const result = comparison({ name: NAME, title: TITLE, note }, runs, ['wall'], false);
  return { ...result, values: { ...result.values, ...milliseconds(runs) } };
}

/** A log of exactly so many lines, of one day: the capture's, as often as it takes. */
function makeLog(directory: string, format: string, lines: number, context: Context): string {
  const whole = `${directory}-whole`;
  const capture = namedCapture('heads', context);
  for (let have = 0; have < lines; have += capture.messages) {
    httplog('-config', '/dev/null', '-r', capture.path, '-p', '80', '-format', format, '-d', whole);
  }
  mkdirSync(directory);
  const name = readdirSync(whole)[0] ?? '';
  execFileSync('sh', ['-c', `cat "$0"/*.log | head -n ${lines} > "$1"`, whole, join(directory, name)]);
  rmSync(whole, { recursive: true });
  return directory;
}

function httplog(...words: string[]): void {
  const [file = '', ...before] = PROGRAM;
  execFileSync(file, [...before, ...words], { env: benchEnvironment(), stdio: 'ignore', timeout: LONGEST * 1000 });
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

async function oneRun({ command, lines }: Asked): Promise<Sample> {
  const { meter, measured } = await runMeasured(command, LONGEST);
  try {
    const out = join(meter.directory, 'stdout');
    const found = existsSync(out) ? readFileSync(out, 'latin1').split('\n').length - 1 : 0;
    const wrong =
      measured.status === 0 && found === lines
        ? {}
        : { wrong: `status ${measured.status}, ${found} lines: ${meter.stderr()}` };
    return { ...measured, ...wrong };
  } finally {
    meter.clear();
  }
}

/** The values that figures refer to. */
function milliseconds(runs: readonly Runs[]): Record<string, number> {
  const kinds = ['text', 'json', 'Parquet'];
  return Object.fromEntries(
    kinds.map((kind, index) => {
      const wall = runs[index] === undefined ? undefined : spread(runs[index], 'wall');
      return [`${NAME}/${kind.toLowerCase()}`, (wall?.median ?? Number.NaN) * 1000];
    }),
  );
}
