// Where lines go: the one interface of all destinations, and how bytes get there.
import { writev } from 'node:fs';
import { promisify } from 'node:util';

/** Ends every line. */
export const LINE_FEED = 10;
const callWritev = promisify(writev);

/** Whole lines of one local day and, with a split, of one message type. */
export interface Batch {
  /** 0, the message type of all lines (layout/types), or `SPLIT_RECORDS`. */
  readonly split: number;
  /** Local day of all lines, YYYYMMDD as a number. */
  readonly day: number;
  /** The lines: one part or more, each of whole lines, that follow each other. Borrowed: valid until the write is done. */
  readonly parts: readonly Uint8Array[];
}

/** How a batch fared: what is behind its first parts is still to be written. */
export interface Written {
  readonly bytes: number;
  /** Parts that are done with: written, or where that failed lost. A lost part is not tried again, those behind it may be. */
  readonly parts: number;
  /** Whole lines that did not get there. */
  readonly lost: number;
  /** What was written ends within a line. */
  readonly torn: boolean;
  readonly failure: WriteFailure | undefined;
}

/** Why a part was lost: the error's code, and what could not be written. */
export interface WriteFailure {
  readonly code: string;
  readonly path: string;
  /** What is lost, where that is not lines of a log. */
  readonly what?: 'records';
}

/** A destination, for one call at a time. Nothing here throws or rejects: what fails is told in what `write` gives. */
export interface Destination {
  write(batch: Batch): Promise<Written>;
  /** Opens files anew, as after SIGHUP. */
  reopen(): Promise<void>;
  /** Looks, now and then, whether files were renamed or removed. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The code of a system error, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Writes parts, all of them in one call of the system if that takes them; libuv's threads make the calls. `retry` says, by its
 * code, whether to go on after an error; if not, the part at which it failed is lost.
 */
export async function writeParts(
  descriptor: number,
  parts: readonly Uint8Array[],
  path: string,
  retry: (code: string) => Promise<boolean> = async () => false,
): Promise<Written> {
  let left = parts;
  let bytes = 0;
  while (left.length > 0) {
    try {
      const { bytesWritten } = await callWritev(descriptor, left);
      left = behind(left, bytesWritten);
      bytes += bytesWritten;
    } catch (error) {
      const code = codeOf(error);
      if (await retry(code)) continue;
      const done = parts.length - left.length + 1;
      return {
        bytes,
        parts: done,
        lost: linesIn(left.slice(0, 1)),
        torn: endsTorn(parts, left),
        failure: { code, path },
      };
    }
  }
  return { bytes, parts: parts.length, lost: 0, torn: false, failure: undefined };
}

/** A batch whose first part is lost before a byte of it was written. */
export function lostFirst({ parts }: Batch, failure: WriteFailure): Written {
  return { bytes: 0, parts: 1, lost: linesIn(parts.slice(0, 1)), torn: false, failure };
}

/** What stands behind the first bytes of these parts. */
function behind(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  const left: Uint8Array[] = [];
  for (const part of parts) {
    if (bytes < part.length) left.push(part.subarray(bytes));
    bytes = Math.max(0, bytes - part.length);
  }
  return left;
}

/** Whether parts of whole lines, of which this is left, are written up to within a line. */
function endsTorn(parts: readonly Uint8Array[], left: readonly Uint8Array[]): boolean {
  const part = parts[parts.length - left.length];
  const at = (part?.length ?? 0) - (left[0]?.length ?? 0);
  return at > 0 && part?.[at - 1] !== LINE_FEED;
}

/** Lines that end in these parts: one that was begun before counts with them. */
export function linesIn(parts: readonly Uint8Array[]): number {
  let lines = 0;
  for (const part of parts) {
    for (let at = part.indexOf(LINE_FEED); at >= 0; at = part.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return lines;
}
