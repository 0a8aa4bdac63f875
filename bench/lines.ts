// Counts lines of what a program wrote.
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LINE_FEED = 0x0a;

/** Lines of a file that begin with these bytes (all lines, if none are given), or do not begin with `except`. */
export function linesIn(path: string, begin = '', except = ''): number {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(1048576);
  const longest = Math.max(begin.length, except.length);
  let kept = 0;
  let lines = 0;
  for (;;) {
    const length = readSync(file, buffer, kept, buffer.length - kept, null) + kept;
    let from = 0;
    for (let end = buffer.indexOf(LINE_FEED); end >= 0 && end < length; end = buffer.indexOf(LINE_FEED, from)) {
      const head = longest === 0 ? '' : buffer.toString('latin1', from, Math.min(end, from + longest));
      if (head.startsWith(begin) && (except === '' || !head.startsWith(except))) lines++;
      from = end + 1;
    }
    if (length === kept) break;
    kept = length - from;
    // Of a line longer than the buffer its beginning is enough.
    if (kept === buffer.length) kept = buffer.length / 2;
    else buffer.copy(buffer, 0, from, length);
  }
  closeSync(file);
  return lines;
}

/** Lines of all files in a directory that another program wrote that begin with these bytes; 0 where there is none. */
export function linesBelow(directory: string, begin = ''): number {
  return filesIn(directory).reduce((sum, path) => sum + linesIn(path, begin), 0);
}

/** Paths of the files in a directory; none where it is not there. */
export function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile());
  } catch {
    return [];
  }
}
