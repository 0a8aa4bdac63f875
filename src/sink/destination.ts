// Where lines go: the one interface of all destinations, and how bytes get there.
import { writeSync } from 'node:fs';

const LINE_FEED = 10;

/** Whole lines of one local day and, with a split, of one message type. */
export interface Batch {
  /** 0, or the message type of all lines (layout/types). */
  readonly split: number;
  /** Local day of all lines, YYYYMMDD as a number. */
  readonly day: number;
  readonly lines: number;
  readonly bytes: Uint8Array;
  /** How many of the bytes stand in the destination already. */
  readonly written: number;
  /** Notes how many of the bytes stand in the destination. */
  note(written: number): void;
}

/** How a batch fared. A failed one is lost: it is not tried again. */
export interface Written {
  readonly bytes: number;
  /** Whole lines that did not get there. */
  readonly lost: number;
  /** Why not: the error's code, and what could not be written. */
  readonly failure: { readonly code: string; readonly path: string } | undefined;
}

/** A destination. Nothing here throws: what fails is told in what `write` returns. */
export interface Destination {
  write(batch: Batch): Written;
  /** Opens files anew, as after SIGHUP. */
  reopen(): void;
  /** Looks, now and then, whether files were renamed or removed. */
  check(): void;
  close(): void;
}

/** The code of a system error, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Writes a batch from where it stands to its end, however many calls that takes. `retry` says whether to go on after
 * an error, by its code.
 */
export function writeBatch(
  descriptor: number,
  batch: Batch,
  path: string,
  retry: (code: string) => boolean = () => false,
): Written {
  const begin = batch.written;
  let at = begin;
  while (at < batch.bytes.length) {
    try {
      at += writeSync(descriptor, batch.bytes, at, batch.bytes.length - at);
      batch.note(at);
    } catch (error) {
      const code = codeOf(error);
      if (!retry(code)) return { bytes: at - begin, lost: linesBehind(batch, at), failure: { code, path } };
    }
  }
  return { bytes: at - begin, lost: 0, failure: undefined };
}

/** Lines of a batch that end behind its first `written` bytes. */
export function linesBehind(batch: Batch, written: number): number {
  let lines = batch.lines;
  for (let at = batch.bytes.indexOf(LINE_FEED); at >= 0 && at < written; at = batch.bytes.indexOf(LINE_FEED, at + 1)) {
    lines--;
  }
  return lines;
}
