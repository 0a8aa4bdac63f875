// Where lines go: the one interface of all destinations, and how bytes get there.
import { writev } from 'node:fs';
import { promisify } from 'node:util';

const LINE_FEED = 10;
const writeParts = promisify(writev);

/** Whole lines of one local day and, with a split, of one message type. */
export interface Batch {
  /** 0, or the message type of all lines (layout/types). */
  readonly split: number;
  /** Local day of all lines, YYYYMMDD as a number. */
  readonly day: number;
  readonly lines: number;
  /** The lines: parts, each of whole lines, that follow each other. Borrowed: valid until the write is done. */
  readonly parts: readonly Uint8Array[];
}

/** How a batch fared. A failed one is lost: it is not tried again. */
export interface Written {
  readonly bytes: number;
  /** Whole lines that did not get there. */
  readonly lost: number;
  /** Why not: the error's code, and what could not be written. */
  readonly failure: { readonly code: string; readonly path: string } | undefined;
}

/** A destination, for one batch at a time. Nothing here throws or rejects: what fails is told in what `write` gives. */
export interface Destination {
  write(batch: Batch): Promise<Written>;
  /** Opens files anew, as after SIGHUP; between two writes. */
  reopen(): void;
  /** Looks, now and then and between two writes, whether files were renamed or removed. */
  check(): void;
  close(): void;
}

/** The code of a system error, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** How a batch is written: what part of it got there, and what is left where not all of it did. */
export interface Progress extends Written {
  readonly left: readonly Uint8Array[];
}

/**
 * Writes a batch, all of it in one call of the system if that takes it; libuv's threads make the calls. `retry` says, by its
 * code, whether to go on after an error.
 */
export async function writeBatch(
  descriptor: number,
  { parts }: Pick<Batch, 'parts'>,
  path: string,
  retry: (code: string) => Promise<boolean> = async () => false,
): Promise<Progress> {
  let left = parts;
  let bytes = 0;
  while (left.length > 0) {
    try {
      const { bytesWritten } = await writeParts(descriptor, left);
      left = behind(left, bytesWritten);
      bytes += bytesWritten;
    } catch (error) {
      const code = codeOf(error);
      if (!(await retry(code))) return { bytes, lost: linesIn(left), failure: { code, path }, left };
    }
  }
  return { bytes, lost: 0, failure: undefined, left };
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

/** Lines that end in these parts: one that was begun before counts with them. */
function linesIn(parts: readonly Uint8Array[]): number {
  let lines = 0;
  for (const part of parts) {
    for (let at = part.indexOf(LINE_FEED); at >= 0; at = part.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return lines;
}
