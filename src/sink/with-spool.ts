// Log files, or standard output, and a spool beside them as one destination.
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import type { Destination } from './destination.ts';

/** Records go to the spool, lines to the log; lines that are records themselves to both. */
export function withSpool(log: Destination, spool: Destination, areLinesRecords: boolean): Destination {
  const both = [log, spool];
  return {
    async write(batch) {
      if (batch.split === SPLIT_RECORDS) return spool.write(batch);
      const written = await log.write(batch);
      if (!areLinesRecords) return written;
      // What the log is done with, even where it lost it.
      let failure = written.failure;
      for (let left = batch.parts.slice(0, written.parts); left.length > 0; ) {
        const spooled = await spool.write({ ...batch, parts: left });
        failure ??= spooled.failure;
        left = left.slice(spooled.parts);
      }
      return { ...written, failure };
    },
    async reopen() {
      for (const one of both) await one.reopen();
    },
    async check() {
      for (const one of both) await one.check();
    },
    async close() {
      for (const one of both) await one.close();
    },
  };
}
