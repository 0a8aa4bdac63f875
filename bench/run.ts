// Runs one fresh process and measures it as the kernel counts: wall and CPU time, and the most memory that it had.
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { endOf, signalGroup, start, undoAtEnd } from './children.ts';

/**
 * Bash gives wall and CPU time of the process and its waited-for children in milliseconds (getrusage(2)), GNU time the
 * largest resident set of any of them. Both count the same few milliseconds of their own for every program.
 */
const SCRIPT = `
cd "$0" || exit
TIMEFORMAT='%3R %3U %3S'
{ time /usr/bin/time -q -f %M -o memory sh -c 'echo $$ >pid; exec "$@"' sh "$@" >stdout 2>stderr; } 2>times
`;

/** What one process took. */
export interface Measured {
  /** Seconds from start to end. */
  readonly wall: number;
  /** User and system time of the whole process, in seconds. */
  readonly cpu: number;
  /** Most memory resident, in bytes. */
  readonly peak: number;
  readonly status: number;
}

/** A process that is being measured. */
export interface Meter {
  /** A directory of its own, which is the process's working directory: `stdout` and `stderr` are there. */
  readonly directory: string;
  /** The process itself, once it runs; undefined until then. */
  pid(): number | undefined;
  /** Its end; throws where that did not come in time. */
  ended(seconds: number): Promise<Measured>;
  /** Standard error so far. */
  stderr(): string;
  /** Removes the directory. */
  clear(): void;
}

/** Starts a command to be measured. Time zone and settings are those of the benchmark, not of this machine. */
export function measure(words: readonly string[]): Meter {
  const parent = join(benchDirectory(), 'runs');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'run-'));
  const clear = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  const child = start(['bash', '-c', SCRIPT, directory, ...words], { stdio: 'ignore', env: benchEnvironment() });
  return {
    directory,
    pid: () => pidIn(directory),
    ended: (seconds) => result(child, directory, words, seconds),
    stderr: () => textOf(join(directory, 'stderr')),
    clear,
  };
}

/** Runs a command to its end; the meter's directory must then be cleared. */
export async function runMeasured(
  words: readonly string[],
  seconds: number,
): Promise<{ meter: Meter; measured: Measured }> {
  const meter = measure(words);
  try {
    return { meter, measured: await meter.ended(seconds) };
  } catch (error) {
    meter.clear();
    throw error;
  }
}

async function result(
  child: ChildProcess,
  directory: string,
  words: readonly string[],
  seconds: number,
): Promise<Measured> {
  const status = await endOf(child, seconds);
  signalGroup(child, 'SIGKILL');
  if (status === 'too long') throw new Error(`${words[0]} did not end within ${seconds} s`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = textOf(join(directory, 'times'))
    .trim()
    .split(' ')
    .map(Number);
  const peak = Number(textOf(join(directory, 'memory'))) * 1024;
  return { wall, cpu: user + system, peak, status };
}

/** This machine's environment without what would change a program's work. */
export function benchEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HTTPLOG_|NODE_|TZ$|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), TZ: 'UTC', LC_ALL: 'C' };
}

function pidIn(directory: string): number | undefined {
  const pid = Number(textOf(join(directory, 'pid')));
  return pid > 0 ? pid : undefined;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Reads a file once, so that every program finds it in memory. */
export function warm(path: string): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(4194304);
  while (readSync(file, buffer) > 0);
  closeSync(file);
}
