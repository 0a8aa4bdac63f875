// What is inserted of a spool file: its records, each with the name of the batch in front. A piece has the records of one UTC day,
// which is one part of the table, so that the server takes it as a whole or not at all.
import { LINE_FEED } from '../sink/destination.ts';

/** One insert. */
export interface Piece {
  /** What no other piece of any host is named. */
  readonly name: string;
  /** Day of its records, YYYY-MM-DD. */
  readonly day: string;
  readonly records: number;
  readonly body: Buffer;
}

/** The column of the piece's name. */
export const BATCH_KEY = 'httplog.batch';

/** Every record begins so; the day follows. */
const BEGINNING: Buffer = Buffer.from('{"timestamp":"');
const DAY_LENGTH = 10;

interface Lines {
  readonly lines: Buffer[];
  bytes: number;
}

/** The pieces of a file's bytes; all but a file around midnight have one, which is named as the batch. */
export function piecesOf(batch: string, bytes: Buffer): Piece[] {
  const days = linesOfDays(bytes);
  return [...days].map(([day, lines]) => pieceOf(days.size === 1 ? batch : `${batch}.${day}`, day, lines));
}

function linesOfDays(bytes: Buffer): Map<string, Lines> {
  const days = new Map<string, Lines>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at) + 1;
    if (end === 0) break;
    const line = bytes.subarray(at, end);
    const day = line.toString('latin1', BEGINNING.length, BEGINNING.length + DAY_LENGTH);
    const own = days.get(day) ?? { lines: [], bytes: 0 };
    own.lines.push(line);
    own.bytes += line.length;
    days.set(day, own);
    at = end;
  }
  return days;
}

function pieceOf(name: string, day: string, { lines, bytes }: Lines): Piece {
  const beginning = Buffer.from(`{"${BATCH_KEY}":"${name}",`);
  // It takes the place of the brace.
  const body = Buffer.allocUnsafe(bytes + lines.length * (beginning.length - 1));
  let at = 0;
  for (const line of lines) {
    at += beginning.copy(body, at);
    at += line.copy(body, at, 1);
  }
  return { name, day, records: lines.length, body };
}
