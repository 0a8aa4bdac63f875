// What is inserted of a spool file: its records, each with the name of the batch in front. A piece has the records of one UTC day,
// which is one part of the table, so that the server takes it as a whole or not at all.
import { HOST_KEY } from '../../layout/columns.table.ts';
import { LINE_FEED } from '../sink/destination.ts';
import type { Refusal } from './receiver.ts';

/** One insert. */
export interface Piece {
  /** What no other piece of any host is named. */
  readonly name: string;
  /** Day of its records, YYYY-MM-DD. */
  readonly day: string;
  readonly records: number;
  /** As the spool has them. */
  readonly lines: readonly Buffer[];
  readonly body: Buffer;
}

/** The column of the piece's name. */
export const BATCH_KEY = 'httplog.batch';

/** Every record begins so; the day follows. */
const BEGINNING: Buffer = Buffer.from('{"timestamp":"');
const DAY_LENGTH = 10;
const SECOND_LENGTH = 19;
const HOST: RegExp = new RegExp(`"${HOST_KEY}":("(?:[^"\\\\]|\\\\.)*")`);
const DAY: RegExp = /^\d{4}-\d\d-\d\d$/;
/** The types of the table's times end between 2105 and 2262; a capture file may say any time until 2554. */
const LAST_DAY = '2099-12-31';

const CLOSING_BRACE = 0x7d;

/** The pieces of a file's bytes; all but a file around midnight have one, which is named as the batch. `refuse` hears what is in none. */
export function piecesOf(batch: string, bytes: Buffer, refuse: (refusal: Refusal) => void = () => {}): Piece[] {
  const days = linesOfDays(bytes, refuse);
  return [...days].map(([day, lines]) => pieceOf(days.size === 1 ? batch : `${batch}.${day}`, day, lines));
}

/** What of a piece is behind its first records: the same piece to those who look for it. */
export function restOf({ name, day, lines }: Piece, behind: number): Piece {
  return pieceOf(name, day, lines.slice(behind));
}

/** Seconds of the first and the last of its records, and their host; undefined where they have none. */
export interface Span {
  /** 2026-01-02T03:04:05 */
  readonly first: string;
  readonly last: string;
  readonly host: string | undefined;
}

/** Where in a table a piece is: what it is ordered by. */
export function spanOf({ lines }: Piece): Span {
  const end = BEGINNING.length + SECOND_LENGTH;
  const seconds = lines.map((line) => line.toString('latin1', BEGINNING.length, end)).sort();
  const host = HOST.exec(lines[0]?.toString() ?? '')?.[1];
  return {
    first: seconds[0] ?? '',
    last: seconds.at(-1) ?? '',
    // One run writes a file, and has one name.
    host: host === undefined ? undefined : JSON.parse(host),
  };
}

/** Two pieces that have what this one has. Their names begin as its own, and a point follows. */
export function halvesOf({ name, day, lines }: Piece): [Piece, Piece] {
  const middle = lines.length >> 1;
  return [pieceOf(`${name}.1`, day, lines.slice(0, middle)), pieceOf(`${name}.2`, day, lines.slice(middle))];
}

function linesOfDays(bytes: Buffer, refuse: (refusal: Refusal) => void): Map<string, Buffer[]> {
  const days = new Map<string, Buffer[]>();
  const isWhole = wholeIn(bytes);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at) + 1;
    if (end === 0) break;
    const line = bytes.subarray(at, end);
    const day = line.toString('latin1', BEGINNING.length, BEGINNING.length + DAY_LENGTH);
    at = end;
    if (!isWhole(line) || !DAY.test(day)) refuse({ records: 1, reason: 'no record of json in the spool' });
    else if (day > LAST_DAY) refuse({ records: 1, reason: `a time of ${day}: after 2099` });
    else {
      const lines = days.get(day);
      if (lines === undefined) days.set(day, [line]);
      else lines.push(line);
    }
  }
  return days;
}

/** Tells lines that have a record's beginning and end and no hole of zeros: what a disk makes of lines after a loss of power. */
function wholeIn(bytes: Buffer): (line: Buffer) => boolean {
  const hasHole = bytes.includes(0);
  return (line) =>
    line.subarray(0, BEGINNING.length).equals(BEGINNING) &&
    line[line.length - 2] === CLOSING_BRACE &&
    !(hasHole && line.includes(0));
}

function pieceOf(name: string, day: string, lines: readonly Buffer[]): Piece {
  const beginning = Buffer.from(`{"${BATCH_KEY}":"${name}",`);
  // It takes the place of the brace.
  const bytes = lines.reduce((sum, { length }) => sum + length + beginning.length - 1, 0);
  const body = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const line of lines) {
    at += beginning.copy(body, at);
    at += line.copy(body, at, 1);
  }
  return { name, day, records: lines.length, lines, body };
}
