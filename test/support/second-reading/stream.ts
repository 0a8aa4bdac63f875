import { asLatin1 } from '../bytes.ts';
import { ACK, type Arrival, FIN, SYN } from './connections.ts';

/** What one segment brought of a stream: bytes that no segment before it had brought. */
export interface Piece {
  offset: number;
  end: number;
  /** Whether the segment begins here, or an earlier one brought its beginning. */
  begins: boolean;
  arrival: Arrival;
}

/** The bytes that one end sent, in their order (RFC 9293 section 3.4); text is latin1: one character is one byte. */
export interface Stream {
  text: string;
  /** The number of the first byte. */
  base: number;
  pieces: Piece[];
  /** Whether the SYN was seen: the first byte is the first of the connection. */
  fromBeginning: boolean;
  /** Whether the FIN was seen, behind the last byte. */
  finished: boolean;
  /** Number of its packet. */
  fin: number | undefined;
  /** Whether bytes are missing: the other end has acknowledged them, or later ones came, or they were not captured. */
  hasGap: boolean;
}

/** A number relative to another, modulo 2^32. */
function relative(number: number, to: number): number {
  return (number - to) | 0;
}

/** Puts together what one end sent. `own` are its segments, `others` those of the other end, both in the order of the capture. */
export function readStream(own: readonly Arrival[], others: readonly Arrival[]): Stream {
  const syn = own.find(({ flags }) => (flags & SYN) !== 0);
  // "connections first seen in their middle" begin where their first segment does.
  const base = syn ? syn.sequence + 1 : (own[0]?.sequence ?? 0);
  const pieces: Piece[] = [];
  let fin = Number.POSITIVE_INFINITY;
  for (const arrival of own) {
    const at = relative(startOf(arrival), base);
    const end = at + arrival.payload.length;
    if ((arrival.flags & FIN) !== 0) fin = Math.min(fin, end);
    for (const [from, to] of holes(pieces, Math.max(at, 0), end)) {
      pieces.push({ offset: from, end: to, begins: from === at, arrival });
    }
    pieces.sort((one, other) => one.offset - other.offset);
  }
  const length = pieces.at(-1)?.end ?? 0;
  const [firstHole] = holes(pieces, 0, length);
  // What stands behind a hole is not read: such a stream is not compared.
  const whole = pieces.filter(({ offset }) => offset < (firstHole?.[0] ?? length));
  const acknowledged = others
    .filter(({ flags }) => (flags & ACK) !== 0)
    .map(({ acknowledgement }) => relative(acknowledgement, base));
  return {
    text: whole
      .map(({ offset, end, arrival }) => bytesOf(arrival, offset - relative(startOf(arrival), base), end - offset))
      .join(''),
    base,
    pieces: whole,
    fromBeginning: syn !== undefined,
    finished: fin === length,
    fin: own.find(({ flags }) => (flags & FIN) !== 0)?.number,
    hasGap:
      firstHole !== undefined ||
      own.some(({ missing }) => missing > 0) ||
      acknowledged.some((number) => number > length + 1) ||
      (fin !== Number.POSITIVE_INFINITY && fin !== length) ||
      (own.length === 0 && new Set(acknowledged).size > 1),
  };
}

/** The number of a segment's first byte of payload: the SYN takes a number of its own. */
function startOf({ sequence, flags }: Arrival): number {
  return sequence + ((flags & SYN) === 0 ? 0 : 1);
}

function bytesOf({ payload }: Arrival, from: number, length: number): string {
  return asLatin1(payload.subarray(from, from + length));
}

/** The parts of `at` to `end` that no piece has. First come counts. */
function holes(pieces: readonly Piece[], at: number, end: number): [number, number][] {
  const found: [number, number][] = [];
  let from = at;
  for (const piece of pieces) {
    if (piece.end <= from) continue;
    if (piece.offset >= end) break;
    if (piece.offset > from) found.push([from, piece.offset]);
    from = piece.end;
  }
  if (from < end) found.push([from, end]);
  return found;
}

/** The piece that a byte stands in. */
export function pieceAt({ pieces }: Stream, offset: number): Piece {
  const piece = pieces.find(({ offset: from, end }) => from <= offset && offset < end);
  if (!piece) throw new RangeError(`byte ${offset} of a stream`);
  return piece;
}
