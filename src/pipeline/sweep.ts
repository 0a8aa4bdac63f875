// The main thread of a live run makes a few kilobytes of garbage a second. V8 lets what outlived its quick collections lie until
// megabytes of it have come together, which takes hours: memory that grows for so long looks like a leak, and is one to whoever has
// set a limit. So it is asked to look for all garbage now and then, which takes some milliseconds of a thread that nothing waits for.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds. Short runs are over before. */
const EVERY = 120_000;

/** Begins; the function that comes back ends it. */
export function sweepGarbage(): () => void {
  let collect: (() => void) | undefined;
  const timer = setInterval(() => {
    collect ??= exposeCollector();
    collect();
  }, EVERY).unref();
  return () => clearInterval(timer);
}

/** V8's own function, which only contexts have that are made behind the flag. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
