// What a run that was killed left in its spool: files that are open, whose last line may be torn.
import { readFileSync, renameSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LINE_FEED, linesIn } from './destination.ts';
import { closedName, openBatches, openName } from './spool-file.ts';

/** Closes the files that were left open; a torn line is no record. */
export function closeOpenBatches(directory: string): void {
  for (const batch of openBatches(directory)) {
    const path = join(directory, openName(batch));
    const bytes = readFileSync(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
    if (whole.length === 0) {
      unlinkSync(path);
      continue;
    }
    if (whole.length < bytes.length) truncateSync(path, whole.length);
    renameSync(path, join(directory, closedName(batch, linesIn([whole]))));
  }
}
