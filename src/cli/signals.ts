// What signals do to a run.
import type { Run } from '../pipeline/run.ts';
import type { Diagnose } from './diagnostics.ts';

/** GNU timeout signals its child and then the group: what follows the first signal so soon is the same wish, in milliseconds. */
const SAME_WISH = 500;

/** Milliseconds: short runs need not look. */
const AFTER_START = 100;

const EXIT_BUG = 1;

let userSignal: () => void = () => {};

/**
 * Takes SIGUSR1 over from Node, which would open its inspector: a port through which this process obeys whoever connects. So
 * this comes before all else (bin/httplog.js has done as much for the time until now), and what a signal opened while Node
 * itself started is closed again.
 */
export function takeOverUserSignal(): void {
  process.on('SIGUSR1', () => userSignal());
  if (![...process.execArgv, process.env.NODE_OPTIONS].some((word) => word?.includes('--inspect')))
    setTimeout(() => setImmediate(closeInspector), AFTER_START).unref();
}

/** Called behind a poll of the event loop, in which Node opens it a second time. */
async function closeInspector(): Promise<void> {
  const { close, url } = await import('node:inspector');
  if (url() !== undefined) close();
}

/** What SIGUSR1 does from now on. */
export function onUserSignal(action: () => void): void {
  userSignal = action;
}

/**
 * The first SIGINT or SIGTERM ends the run gently, after `stopping` was called, a second one, half a second later or more, at once;
 * SIGHUP opens the log files anew.
 */
export function stopOnSignals(run: () => Run | undefined, stopping: () => void): void {
  let asked: number | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM', number: number): void => {
    process.on(signal, () => {
      const now = performance.now();
      if (asked === undefined) {
        asked = now;
        stopping();
        run()?.stop();
      } else if (now - asked >= SAME_WISH) {
        void endNow(run(), 128 + number);
      }
    });
  };
  stop('SIGINT', 2);
  stop('SIGTERM', 15);
  process.on('SIGHUP', () => run()?.reopen());
}

/** What nobody expected, a bug, ends the run at once: one line says what it was, the totals what is lost by that. */
export function endOnBugs(run: () => Run | undefined, say: Diagnose): void {
  process.on('uncaughtException', (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`ends because of a bug, please report it: ${what.replaceAll(/\s*\n\s*/g, ' | ')}`, 'error');
    void endNow(run(), EXIT_BUG);
  });
}

/** Ends this process without waiting for any thread, having said what is lost by that. */
async function endNow(run: Run | undefined, status: number): Promise<void> {
  const { exitNow } = await import('../linux/libc.ts');
  try {
    run?.abandon();
  } finally {
    exitNow(status);
  }
}
