import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { until } from './wait.ts';

// The built program as a process, which does not outlive its test.

const root: string = join(import.meta.dirname, '../../..');
/** The script that `httplog` names. */
export const PROGRAM: string = join(root, 'bin/httplog.js');

/** Why the program can't be started here; undefined when it can. */
export function whyNoProgram(): string | undefined {
  return existsSync(join(root, 'dist/bundle/cli/main.js')) ? undefined : 'needs the built program: npm run build';
}

/** How a process ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of a test. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** How it ended, once all that it wrote has come. */
  readonly exited: Promise<Exit>;
}

/** How a process is started. */
export interface StartSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Nobody reads its standard output until the test does. */
  readonly unread?: boolean;
}

/** Starts a process, which is killed when the test ends, if it still runs. */
export function startProcess(command: readonly string[], settings: StartSettings = {}): Running {
  const [file = '', ...values] = command;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HTTPLOG_|NODE_|VITEST|TZ$)/.test(name));
  const child = spawn(file, values, {
    cwd: settings.cwd ?? tmpdir(),
    env: { ...Object.fromEntries(inherited), TZ: 'UTC', ...AS_ROOT, ...settings.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  if (settings.unread !== true) child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {}); // it may end before it has read everything
  const ended = settings.unread === true ? 'exit' : 'close';
  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject);
    child.on(ended, (status, signal) => resolve({ status, signal }));
  });
  exited.catch(() => {});
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await until(
      `the end of ${file}`,
      () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    );
  });
  return { pid: child.pid ?? 0, child, stdout: () => stdout, stderr: () => stderr, exited };
}

/** Whether this machine has a user httplog is no matter: a test's directories are its own user's. */
const AS_ROOT = { HTTPLOG_USER: 'root' };

/** A configuration file that says nothing, so that one of this machine says nothing either. */
const NO_SETTINGS = '/dev/null';

/** The command that runs httplog with these flags, and behind these words (`ip netns exec NAME`). */
export function httplog(flags: readonly string[], before: readonly string[] = []): string[] {
  return [...before, process.execPath, PROGRAM, '-config', NO_SETTINGS, ...flags];
}

/** How a process ended, within a time. */
export async function endOf(running: Running, milliseconds = 20_000): Promise<Exit> {
  let exit: Exit | undefined;
  running.exited.then(
    (how) => {
      exit = how;
    },
    () => {},
  );
  return until(`the end of process ${running.pid}; it said: ${running.stderr()}`, () => exit, milliseconds);
}

/** Asks a process to stop by SIGTERM and gives its end. */
export async function stop(running: Running): Promise<Exit> {
  running.child.kill('SIGTERM');
  return endOf(running);
}

/** The totals that the program printed, by their names. Throws where it printed none, or twice. */
export function totalsOf(running: Running): Readonly<Record<string, number>> {
  const lines = running
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('httplog: packets ') && line.includes('lines lost'));
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Error(`totals, once: ${running.stderr()}`);
  const pairs = line.slice('httplog: '.length).split(', ');
  return Object.fromEntries(pairs.map((pair) => [pair.replace(/ \d+$/, ''), Number(/\d+$/.exec(pair)?.[0])]));
}

/** Messages of all types in the totals. */
export function messagesIn(totals: Readonly<Record<string, number>>): number {
  return ['CQ', 'CR', 'SQ', 'SR'].reduce((sum, type) => sum + (totals[type] ?? Number.NaN), 0);
}

/** The lines of diagnostics that hold these words. */
export function said(running: Running, words: string): string[] {
  return running
    .stderr()
    .split('\n')
    .filter((line) => line.includes(words));
}
