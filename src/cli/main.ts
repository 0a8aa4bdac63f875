// The program: from the command line to an exit status.
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Options } from '../config/check.ts';
import { loadOptions } from '../config/load.ts';
import { advice } from '../pipeline/advice.ts';
import type { ProfileFiles } from '../pipeline/profile-files.ts';
import type { OutputSettings, Run } from '../pipeline/run.ts';
import type { StartSpooling } from '../pipeline/spooling.ts';
import { codeOf } from '../sink/destination.ts';
import { type Diagnose, toStandardError, toSyslogToo } from './diagnostics.ts';
import { explain } from './explain.ts';
import { showHealth } from './health.ts';
import { openProfileFiles, proveProfileFiles } from './profiles.ts';
import { showProgress } from './progress.ts';
import { prepareOutput } from './prove-output.ts';
import { openService } from './service.ts';
import { endOnBugs, stopOnSignals, takeOverUserSignal } from './signals.ts';
import { isSubcommand } from './subcommands.ts';
import { version } from './version.ts';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
const EXIT_OK = 0;
const EXIT_CANNOT_RUN = 1;
const EXIT_USAGE = 2;
/** Log files are for their owner and group only: 0640, in directories of 0750. */
const UMASK = 0o027;

/** Runs httplog with these arguments (without node and the script) and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const [first = '', ...rest] = argv;
  if (isSubcommand(first)) return (await import('./ask.ts')).runSubcommand(first, rest);
  if (first === 'clickhouse-schema') return printSchema(rest);
  takeOverUserSignal();
  const loaded = loadOptions(argv, process.env);
  if (loaded.kind === 'mistakes') {
    for (const mistake of loaded.mistakes) toStandardError(mistake, 'error');
    return EXIT_USAGE;
  }
  if (loaded.kind === 'help') return print((await import('./usage.ts')).usage());
  if (loaded.kind === 'version') return print(`httplog ${version()}\n`);
  const { options, notices } = loaded;
  process.umask(UMASK);
  const say = options.syslog ? await toSyslogToo() : toStandardError;
  for (const notice of notices) say(notice);
  if (options.check) return check(options);
  try {
    const prepared = await prepare(options, say);
    const output = { ...options, startSpooling: await loadSpooling(options) };
    await (options.file === undefined ? runLive : runFile)(output, say, prepared);
    return EXIT_OK;
  } catch (error) {
    say(explain(error), 'error');
    return codeOf(error) === 'EFILTER' ? EXIT_USAGE : EXIT_CANNOT_RUN;
  }
}

async function printSchema(given: readonly string[]): Promise<number> {
  const made = (await import('./schema.ts')).schemaFor(given);
  if ('text' in made) return print(made.text);
  toStandardError(made.mistake, 'error');
  return EXIT_USAGE;
}

/** What is ready before packets are read. */
interface Prepared {
  readonly profiles: ProfileFiles | undefined;
  /** Gives up the rights that are needed no more, once all is open. */
  giveUp(): void;
}

/** Before sockets and capture files are opened. */
async function prepare(options: Options, say: Diagnose): Promise<Prepared> {
  // Who only reads a file as who he is needs no call of the system that Node does not make.
  const isPlain = options.file !== undefined && options.user === undefined;
  const rights = isPlain ? undefined : await import('./user.ts');
  const { user, notice } = rights?.chooseUser(options) ?? {};
  if (notice !== undefined) say(notice);
  const mayGiveUpRoot = isPlain && options.directory === '-' && process.geteuid?.() === 0;
  const plain = mayGiveUpRoot ? await import('./plain-user.ts') : undefined;
  await proveProfileFiles(options, user);
  prepareOutput(options, user);
  return {
    profiles: await openProfileFiles(options, user),
    giveUp() {
      plain?.giveUpRoot(options.file ?? '-');
      if (options.file === undefined || user !== undefined) rights?.giveUpPrivileges(user, say);
    },
  };
}

/** Says what a run would do, on standard output, or why it could not begin. */
async function check(options: Options): Promise<number> {
  const { checkRun } = await import('./check-run.ts');
  const { plan, notices, mistakes, isUsage } = await checkRun(options);
  for (const line of notices) toStandardError(line);
  for (const line of mistakes) toStandardError(line, 'error');
  if (mistakes.length > 0) return isUsage ? EXIT_USAGE : EXIT_CANNOT_RUN;
  return print(plan.map((line) => `${line}\n`).join(''));
}

/** Before rights are given up: what is loaded must be readable. */
async function loadSpooling(options: Options): Promise<StartSpooling | undefined> {
  if (options.spool === undefined) return undefined;
  const { spoolingIn } = await import('../pipeline/spooling.ts');
  const { deliverySettings } = await import('./delivery-settings.ts');
  // Who writes into a pipe can't wait any more than a network can.
  const canWait = options.file !== undefined && options.file !== '-';
  return spoolingIn(options.spool, options, await deliverySettings(options), canWait);
}

type WithSpooling = Options & Pick<OutputSettings, 'startSpooling'>;

async function runLive(options: WithSpooling, say: Diagnose, { profiles, giveUp }: Prepared): Promise<void> {
  const { chooseInterfaces } = await import('./interfaces.ts');
  const { startLiveRun } = await import('../pipeline/live-run.ts');
  const { interfaces, notice } = chooseInterfaces(options.interfaces, options.interfaceIsDefault);
  if (notice !== undefined) say(notice);
  const health = await showHealth(options.metrics, say);
  const service = await openService(say);
  let run: Run | undefined;
  // Before it begins: a signal that comes meanwhile is heard when it has.
  stopOnSignals(() => run, service.stopping);
  endOnBugs(() => run, say);
  run = startLiveRun({ ...options, profiles, interfaces }, say, giveUp);
  health.watch(run.inside);
  service.watch(run.inside);
  // Who watches a terminal is told that it has begun, as by tcpdump.
  if (isatty(STANDARD_ERROR)) toStandardError(`listening on ${interfaces.join(', ')}; Ctrl-C ends it`);
  await run.done.finally(() => {
    health.close();
    service.close();
  });
}

async function runFile(options: WithSpooling, say: Diagnose, { profiles, giveUp }: Prepared): Promise<void> {
  const { startFileRun } = await import('../pipeline/file-run.ts');
  const file = options.file ?? '-';
  const health = await showHealth(options.metrics, say);
  const service = await openService(say);
  const snaplen = options.snaplenGiven ? options.snaplen : 0;
  const run = await startFileRun({ ...options, profiles, file, snaplen }, say, giveUp);
  stopOnSignals(() => run, service.stopping);
  endOnBugs(() => run, say);
  health.watch(run.inside);
  service.watch(run.inside);
  const hideProgress = showProgress(run.size, run.position);
  await run.done.finally(() => {
    hideProgress();
    health.close();
    service.close();
  });
}

function print(text: string): number {
  try {
    writeSync(STANDARD_OUTPUT, text);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EPIPE') return EXIT_OK; // nobody reads it any more
    toStandardError(`standard output: ${advice(code)}`, 'error');
    return EXIT_CANNOT_RUN;
  }
  return EXIT_OK;
}
