// Standard output as a destination. A reader that is slow is waited for: the areas fill, and capture counts what it loses.
import { type Destination, linesBehind, writeBatch } from './destination.ts';

const STANDARD_OUTPUT = 1;
/** How long to wait, in milliseconds, where standard output is a pipe that does not block and is full. */
const FULL_WAIT = 5;

/** Opens standard output; `gone` is called once when nobody reads it any more. */
export function openStdout(gone: () => void): Destination {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let isGone = false;
  const retry = (code: string): boolean => {
    if (code !== 'EAGAIN') return false;
    Atomics.wait(pause, 0, 0, FULL_WAIT);
    return true;
  };
  return {
    write(batch) {
      if (isGone) return { bytes: 0, lost: linesBehind(batch, batch.written), failure: undefined };
      const written = writeBatch(STANDARD_OUTPUT, batch, 'standard output', retry);
      if (written.failure?.code !== 'EPIPE') return written;
      isGone = true;
      gone();
      return { ...written, failure: undefined };
    },
    reopen() {},
    check() {},
    close() {},
  };
}
