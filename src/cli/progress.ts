// A progress bar on standard error, for large files read by somebody who watches.

import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STANDARD_ERROR = 2;
/** Files from this size on have a bar, in bytes. */
const LARGE = 67108864;
const EVERY_MILLISECONDS = 200;
/** What is done sooner needs no bar. */
const LATE_MILLISECONDS = 1000;
const WIDTH = 40;

/** Draws a bar until the function that comes back is called; `position` tells the bytes read. */
export function showProgress(size: number, position: () => number): () => void {
  if (size < LARGE || !isatty(STANDARD_ERROR)) return () => {};
  return drawEvery(
    EVERY_MILLISECONDS,
    () => bar(position() / size),
    (text) => writeSync(STANDARD_ERROR, text),
  );
}

/** Draws a bar once a second has passed, if somebody watches; `part` tells what is done, 0 to 1, less than 0 if that is not known. */
export function showLateProgress(part: () => number): () => void {
  if (!isatty(STANDARD_ERROR)) return () => {};
  let hide = (): void => {};
  const timer = setTimeout(() => {
    hide = drawEvery(
      EVERY_MILLISECONDS,
      () => bar(part()),
      (text) => writeSync(STANDARD_ERROR, text),
    );
  }, LATE_MILLISECONDS);
  return () => {
    clearTimeout(timer);
    hide();
    hide = () => {};
  };
}

/** Draws anew until the function that comes back is called, or a write fails: a terminal that has gone is no reason to end the run. */
export function drawEvery(milliseconds: number, drawn: () => string, write: (text: string) => void): () => void {
  let failed = false;
  const draw = (text: string): void => {
    if (failed) return;
    try {
      write(text);
    } catch {
      failed = true;
      clearInterval(timer);
    }
  };
  const timer = setInterval(() => draw(`\r${drawn()}`), milliseconds);
  return () => {
    clearInterval(timer);
    draw('\r\x1b[K');
  };
}

/** The bar for a part of the whole, 0 to 1. */
export function bar(part: number): string {
  const done = Math.min(Math.max(part, 0), 1);
  const full = Math.round(done * WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${String(Math.floor(done * 100)).padStart(3)} %`;
}
