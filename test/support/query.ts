import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { PROGRAM, whyNoProgram } from './live/program.ts';

// Questions to the built program, as processes of their own.

/** What came of a command. */
export interface Asked {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const inherited = Object.entries(process.env).filter(([name]) => !/^(HTTPLOG_|NODE_|VITEST|TZ$|LC_|LANG)/.test(name));
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...(Object.fromEntries(inherited) as Record<string, string>),
  TZ: 'UTC',
  LANG: 'C.UTF-8',
};

/** Runs httplog with these words. */
export function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Asked {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    cwd: tmpdir(),
    env: { ...ENVIRONMENT, ...environment },
    encoding: 'utf8',
    timeout: 50_000,
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

/** The rows of an answer to SQL, by the names of its columns. Throws where there is none. */
export function rowsOf(directory: string, sql: string, ...flags: readonly string[]): Record<string, unknown>[] {
  const { status, stdout, stderr } = run(['query', '-d', directory, '-json', ...flags, sql]);
  if (status !== 0) throw new Error(`${status}: ${stderr}`);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Writes what a capture file holds into a directory, as lines of this kind. */
export function logCapture(capture: string, directory: string, ...flags: readonly string[]): void {
  const words = [PROGRAM, '-config', '/dev/null', '-r', capture, '-d', directory, ...flags];
  execFileSync(process.execPath, words, { env: ENVIRONMENT, stdio: 'ignore', timeout: 50_000 });
}

/** Why there are no answers here; undefined where there are. Said on standard error. */
export function whyNoAnswers(): string | undefined {
  const reason = whyNoProgram() ?? whyNoDuckDb();
  if (reason !== undefined) console.warn(`skipped: questions to the log: ${reason}`);
  return reason;
}

function whyNoDuckDb(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
    return undefined;
  } catch {
    return 'needs @duckdb/node-api, an optional dependency';
  }
}
