// Standard output as a destination. A reader that is slow is waited for: the areas fill, and capture counts what it loses.
import { setTimeout as pause } from 'node:timers/promises';
import { type Destination, linesIn, writeParts } from './destination.ts';

const STANDARD_OUTPUT = 1;
/** How long to wait, in milliseconds, where standard output is a pipe that does not block and is full. */
const FULL_WAIT = 5;

/** Opens standard output; `gone` is called once when nobody reads it any more. */
export function openStdout(gone: () => void): Destination {
  let isGone = false;
  const retry = async (code: string): Promise<boolean> => {
    if (code !== 'EAGAIN') return false;
    await pause(FULL_WAIT);
    return true;
  };
  return {
    async write({ parts }) {
      if (isGone) return { bytes: 0, parts: parts.length, lost: linesIn(parts), torn: false, failure: undefined };
      const written = await writeParts(STANDARD_OUTPUT, parts, 'standard output', retry);
      if (written.failure?.code !== 'EPIPE') return written;
      isGone = true;
      gone();
      return { ...written, failure: undefined };
    },
    async reopen() {},
    async check() {},
    async close() {},
  };
}
