// Standard output as a destination. A reader that is slow is waited for: the areas fill, and capture counts what it loses.
import { setTimeout as pause } from 'node:timers/promises';
import { type Batch, type Destination, linesIn, lostFirst, type Written, writeParts } from './destination.ts';

const STANDARD_OUTPUT = 1;
/** How long to wait, in milliseconds, where standard output is a pipe that does not block and is full. */
const FULL_WAIT = 5;

/** Opens standard output; `gone` is called once when nobody reads it any more. The preamble goes once before all lines. */
export function openStdout(gone: () => void, preamble: Uint8Array = new Uint8Array(0)): Destination {
  let isGone = false;
  let waiting = preamble.length === 0 ? [] : [preamble];
  const retry = async (code: string): Promise<boolean> => {
    if (code !== 'EAGAIN') return false;
    await pause(FULL_WAIT);
    return true;
  };
  const write = (parts: readonly Uint8Array[]): Promise<Written> =>
    writeParts(STANDARD_OUTPUT, parts, 'standard output', retry);
  const writeBoth = async (batch: Batch): Promise<Written> => {
    const begun = await write(waiting);
    if (begun.failure !== undefined) return { ...lostFirst(batch, begun.failure), bytes: begun.bytes };
    waiting = [];
    const written = await write(batch.parts);
    return { ...written, bytes: written.bytes + begun.bytes };
  };
  return {
    async write(batch) {
      const { parts } = batch;
      if (isGone) return { bytes: 0, parts: parts.length, lost: linesIn(parts), torn: false, failure: undefined };
      const written = await writeBoth(batch);
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
