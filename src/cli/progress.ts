// A progress bar on standard error, for large files read by somebody who watches.

import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STANDARD_ERROR = 2;
/** Files from this size on have a bar, in bytes. */
const LARGE = 67108864;
const EVERY_MILLISECONDS = 200;
const WIDTH = 40;

/** Draws a bar until the function that comes back is called; `position` tells the bytes read. */
export function showProgress(size: number, position: () => number): () => void {
  if (size < LARGE || !isatty(STANDARD_ERROR)) return () => {};
  const timer = setInterval(() => writeSync(STANDARD_ERROR, `\r${bar(position() / size)}`), EVERY_MILLISECONDS);
  return () => {
    clearInterval(timer);
    writeSync(STANDARD_ERROR, '\r\x1b[K');
  };
}

/** The bar for a part of the whole, 0 to 1. */
export function bar(part: number): string {
  const done = Math.min(Math.max(part, 0), 1);
  const full = Math.round(done * WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${String(Math.floor(done * 100)).padStart(3)} %`;
}
