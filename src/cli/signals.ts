// What signals do to a run.
import type { Run } from '../pipeline/run.ts';

/** GNU timeout signals its child and then the group: what follows the first signal so soon is the same wish, in milliseconds. */
const SAME_WISH = 500;

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
