// What signals do to a run.
import type { Run } from '../pipeline/run.ts';

/** GNU timeout signals its child and then the group: what follows the first signal so soon is the same wish, in milliseconds. */
const SAME_WISH = 500;

let userSignal: () => void = () => {};

/**
 * Takes SIGUSR1 over from Node, which would open its inspector: a port through which this process obeys whoever connects. So
 * this comes before all else (bin/httplog.js has done as much for the time until now).
 */
export function takeOverUserSignal(): void {
  process.on('SIGUSR1', () => userSignal());
}

/** What SIGUSR1 does from now on. */
export function onUserSignal(action: () => void): void {
  userSignal = action;
}

/** The first SIGINT or SIGTERM ends the run gently, a second one, half a second later or more, at once; SIGHUP opens the log files anew. */
export function stopOnSignals(run: () => Run | undefined): void {
  let asked: number | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM', number: number): void => {
    process.on(signal, () => {
      const now = performance.now();
      if (asked === undefined) {
        asked = now;
        run()?.stop();
      } else if (now - asked >= SAME_WISH) {
        void import('../linux/libc.ts').then(({ exitNow }) => exitNow(128 + number));
      }
    });
  };
  stop('SIGINT', 2);
  stop('SIGTERM', 15);
  process.on('SIGHUP', () => run()?.reopen());
}
