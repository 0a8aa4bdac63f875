// The program: from the command line to an exit status.
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Options } from '../config/check.ts';
import { loadOptions } from '../config/load.ts';
import { advice } from '../pipeline/advice.ts';
import type { Run } from '../pipeline/run.ts';
import { prepareDirectory } from '../sink/daily-file.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';
import { type Diagnose, toStandardError, toSyslogToo } from './diagnostics.ts';
import { showHealth } from './health.ts';
import { showProgress } from './progress.ts';
import { stopOnSignals, takeOverUserSignal } from './signals.ts';
import { sudoCommand } from './sudo-command.ts';
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
  try {
    if (options.cpuProfile !== undefined) await checkProfile(options.cpuProfile, options.file !== undefined);
    if (options.directory !== '-') checkDirectory(options.directory);
    await (options.file === undefined ? runLive(options, say) : runFile(options, say));
    return EXIT_OK;
  } catch (error) {
    return explain(error, say);
  }
}

/** Lines that could never be written are no reason to begin. */
function checkDirectory(directory: string): void {
  try {
    prepareDirectory(directory);
  } catch (error) {
    throw new CannotRun(`log directory ${directory}: ${advice(codeOf(error))}, or name another with -d`);
  }
}

/** Nor is a profile that nobody would ever see. */
async function checkProfile(path: string, ofFile: boolean): Promise<void> {
  const { proveProfile } = await import('../pipeline/profile.ts');
  try {
    proveProfile(path, ofFile ? ['main'] : ['main', 'capture0']);
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'its directory does not exist (ENOENT): make it' : advice(code);
    throw new CannotRun(`flag -cpuprofile: cannot write ${path}: ${why}, or name another file`);
  }
}

async function runLive(options: Options, say: Diagnose): Promise<void> {
  const { chooseInterfaces } = await import('./interfaces.ts');
  const { startLiveRun } = await import('../pipeline/live-run.ts');
  const { interfaces, notice } = chooseInterfaces(options.interfaces, options.interfaceIsDefault);
  if (notice !== undefined) say(notice);
  const health = await showHealth(options.metrics, say);
  let run: Run | undefined;
  // Before it begins: a signal that comes meanwhile is heard when it has.
  stopOnSignals(() => run);
  run = startLiveRun({ ...options, interfaces }, say);
  health.watch(run.inside);
  // Who watches a terminal is told that it has begun, as by tcpdump.
  if (isatty(STANDARD_ERROR)) toStandardError(`listening on ${interfaces.join(', ')}; Ctrl-C ends it`);
  await run.done.finally(health.close);
}

async function runFile(options: Options, say: Diagnose): Promise<void> {
  const { startFileRun } = await import('../pipeline/file-run.ts');
  const file = options.file ?? '-';
  const health = await showHealth(options.metrics, say);
  const run = await startFileRun({ ...options, file, snaplen: options.snaplenGiven ? options.snaplen : 0 }, say);
  stopOnSignals(() => run);
  health.watch(run.inside);
  const hideProgress = showProgress(run.size, run.position);
  await run.done.finally(() => {
    hideProgress();
    health.close();
  });
}

/** Says in one line why httplog cannot run. */
function explain(error: unknown, say: Diagnose): number {
  const code = codeOf(error);
  if (code === 'EPERM') {
    say(
      `not permitted to capture: CAP_NET_RAW is missing; run as root: ${sudoCommand(process.execPath, process.argv.slice(1))}, or grant it to a copy of node that only its users may run: docs/operations.md, "Without root"`,
      'error',
    );
  } else {
    say(error instanceof Error ? error.message : String(error), 'error');
  }
  return code === 'EFILTER' ? EXIT_USAGE : EXIT_CANNOT_RUN;
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
