// npm run bench:compare -- REVISION: builds that revision of httplog beside the working tree and runs both in turn.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { command, endOf, start, undoAll, undoAtEnd, undoOnSignals } from './children.ts';
import { type Context, namedCapture } from './context.ts';
import { fileRun } from './file-cases.ts';
import { liveSample } from './live-cases.ts';
import { makeWire, whyNoWire } from './network.ts';
import { httplogFile, httplogLive } from './programs.ts';
import { replay } from './replay.ts';
import { caseText } from './report.ts';
import { type CaseResult, skippedCase } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn } from './rounds.ts';
import { warm } from './run.ts';
import { has, installTools } from './tools.ts';

const ROUNDS = 9;
const SHORT_ROUNDS = 3;
const RATE = 150_000;
const OURS = 'httplog, working tree';
const FILES = ['mix', 'heads', 'none', 'tiny', 'tagged'] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const isShort = words.some((word) => /^--?short$/.test(word));
  const [revision, ...more] = words.filter((word) => !/^--?short$/.test(word));
  if (revision === undefined || revision.startsWith('-') || more.length > 0) {
    console.error('usage: npm run bench:compare -- [-short] REVISION');
    return 2;
  }
  undoOnSignals();
  const say = (line: string): void => console.error(`bench: ${line}`);
  installTools(say);
  const rounds = isShort ? SHORT_ROUNDS : ROUNDS;
  const context: Context = { isShort, rounds, whyNotLive: whyNoWire(), say };
  try {
    const other = { root: await built(revision, say), name: `httplog, ${revision}` };
    const results: CaseResult[] = [];
    for (const name of FILES) {
      say(`file-${name}`);
      results.push(await fileComparison(name, other, context));
      console.log(caseText(results.at(-1) as CaseResult));
    }
    say('live-mix');
    results.push(await liveComparison(other, context));
    console.log(caseText(results.at(-1) as CaseResult));
    return results.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    undoAll();
  }
}

interface Other {
  readonly root: string;
  readonly name: string;
}

/** Checks a revision out into a folder of its own and builds it; the folder goes at the end. */
async function built(revision: string, say: (line: string) => void): Promise<string> {
  const commit = command('git', '-C', ROOT, 'rev-parse', '--verify', `${revision}^{commit}`).trim();
  say(`building ${revision} (${commit.slice(0, 12)})`);
  const folder = join(mkdtempSync(join(benchDirectory(), 'revision-')), 'httplog');
  command('git', '-C', ROOT, 'worktree', 'add', '--detach', folder, commit);
  undoAtEnd(() => {
    command('git', '-C', ROOT, 'worktree', 'remove', '--force', folder);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
  const lock = (root: string): string => readFileSync(join(root, 'package-lock.json'), 'utf8');
  const shares = existsSync(join(ROOT, 'node_modules')) && lock(folder) === lock(ROOT);
  if (shares) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const words = shares ? ['npm', 'run', 'build'] : ['npm', 'ci'];
  const child = start(words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const status = await endOf(child, 300);
  if (status !== 0) throw new Error(`${words.join(' ')} of ${revision}: ${status}`);
  return folder;
}

async function fileComparison(name: (typeof FILES)[number], other: Other, context: Context): Promise<CaseResult> {
  const capture = namedCapture(name, context);
  warm(capture.path);
  const turns = [httplogFile(ROOT, OURS), httplogFile(other.root, other.name)].map((program) => ({
    name: program.name,
    run: () => fileRun(program, capture),
  }));
  for (const turn of turns) await turn.run().catch(() => {});
  const of = { name: `file-${name}`, title: `File: ${name}`, note: `${capture.packets} packets.` };
  return comparison(of, await inTurn(turns, context.rounds), ['wall', 'cpu'], false);
}

async function liveComparison(other: Other, context: Context): Promise<CaseResult> {
  const title = `Live: mix at ${RATE} packets a second`;
  const reason = context.whyNotLive ?? (has('tcpreplay') ? undefined : 'needs tcpreplay');
  if (reason !== undefined) return skippedCase('live-mix', title, reason);
  const capture = namedCapture('mix', context);
  const wire = makeWire();
  const turns = [httplogLive(ROOT, 1, OURS), httplogLive(other.root, 1, other.name)].map((program) => ({
    name: program.name,
    run: () => liveSample(wire, program, 80, () => replay(wire, capture, RATE)),
  }));
  const runs = await inTurn(turns, context.rounds);
  wire.remove();
  return comparison({ name: 'live-mix', title, note: `${capture.packets} packets.` }, runs, ['cpu', 'during'], true);
}
