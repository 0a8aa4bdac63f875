// Runs the reassembly of one direction, and writes down what comes out.
import { DIRECTION_BYTES } from '../../layout/flows.ts';
import { asLatin1, latin1 } from './bytes.ts';
import { type Internals, openInternals } from './packet-internals.ts';

export const FIN = 1;
export const SYN = 2;

export const IN_ORDER = 0;
export const AHEAD = 1;
export const REPEATED = 2;
export const OUTSIDE = 3;

const [NOTHING, PIECE, GAP] = [0, 1, 2];

/** A segment as it passes. */
export interface Segment {
  sequence: number;
  text?: string;
  /** Bytes on the wire, where the snaplen cut some. */
  length?: number;
  flags?: number;
  stamp?: bigint;
}

/** What comes out: bytes, with `^` before them where a segment begins; a gap's length; `fin`. */
export type Out = string | number;

export interface Reading {
  /** So many bytes of each piece or gap are consumed at a time. */
  steps?: number;
  /** After each step the way is interrupted and the segment offered again. */
  interrupting?: boolean;
}

export class Reassembling {
  readonly internals: Internals;
  readonly direction: number;
  verdict = 0;
  /** Stamps and marks of what came out. */
  readonly stamps: bigint[] = [];
  readonly marks: number[] = [];

  constructor(slabs: number = 100) {
    this.internals = openInternals({ slabs: slabs * 1024, scratch: 1048576 });
    this.direction = this.internals.scratch;
    this.internals.code.slabs_start();
  }

  /** A direction of which nothing was seen. */
  begin(): void {
    this.internals.code.reassembly_release(this.direction);
    this.internals.bytes.fill(0, this.direction, this.direction + DIRECTION_BYTES);
    this.stamps.length = 0;
    this.marks.length = 0;
  }

  get free(): number {
    return this.internals.code.slabs_free();
  }

  get retransmissions(): number {
    return this.internals.code.direction_retransmissions(this.direction);
  }

  /** Offers a segment, and takes what comes. */
  offer(segment: Segment, reading: Reading = {}): Out[] {
    this.verdict = this.#offer(segment, false);
    const out = this.take(reading, () => {
      if (reading.interrupting === true) this.#offer(segment, true);
    });
    // What lay there is no more: whoever still reads it finds other bytes.
    this.internals.bytes.fill(0x23, this.internals.bytes.length - 70_000);
    return out;
  }

  #offer({ sequence, text = '', length = text.length, flags = 0, stamp = 1n }: Segment, again: boolean): number {
    const { at, end } = this.internals.putLast(latin1(text));
    const { code } = this.internals;
    return code.reassembly_offer(this.direction, sequence, flags, at, end, length, stamp, sequence, again ? 1 : 0);
  }

  acknowledge(number: number, stamp: bigint): Out[] {
    return this.internals.code.reassembly_acknowledged(this.direction, number, stamp) === 1 ? this.take() : [];
  }

  giveUp(): Out[] {
    this.internals.code.reassembly_giveUp(this.direction);
    return this.take();
  }

  /** Everything that there is now. */
  take({ steps = Number.MAX_SAFE_INTEGER }: Reading = {}, interrupted: () => void = () => {}): Out[] {
    const { code } = this.internals;
    const out: Out[] = [];
    for (let calls = 0; calls < 1_000_000; calls++) {
      const result = code.reassembly_next(this.direction);
      if (result === NOTHING) return out;
      out.push(this.#takeOne(result, steps));
      interrupted();
    }
    throw new Error('there is no end');
  }

  #takeOne(result: number, steps: number): Out {
    const { code, read } = this.internals;
    if (result === PIECE) {
      const at = code.reassembly_piece.value;
      const bytes = read(at, Math.min(at + steps, code.reassembly_pieceEnd.value));
      if (bytes.length === 0) throw new Error('a piece of nothing');
      this.stamps.push(code.reassembly_pieceStamp.value);
      this.marks.push(code.reassembly_pieceMark.value >>> 0);
      const begins = code.reassembly_pieceBegins.value === 1 ? '^' : '';
      code.reassembly_consume(this.direction, bytes.length);
      return begins + asLatin1(bytes);
    }
    const length = result === GAP ? Math.min(steps, code.reassembly_gapLength.value >>> 0) : 1;
    if (length === 0) throw new Error('a gap of nothing');
    if (result === GAP) this.stamps.push(code.reassembly_gapStamp.value);
    code.reassembly_consume(this.direction, length);
    return result === GAP ? length : 'fin';
  }
}
