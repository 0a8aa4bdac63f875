// Runs the follower over pieces and gaps, and writes down what it tells.
import { asLatin1, latin1 } from './bytes.ts';
import { type Internals, openInternals } from './packet-internals.ts';

export const ANSWER_TO_UNKNOWN = 0;
export const ANSWER_TO_OTHER = 1;
export const ANSWER_TO_HEAD = 2;
export const ANSWER_TO_CONNECT = 3;

const [NONE, HEAD, END] = [0, 1, 2];
const REQUEST = 1;

/** An event as one line of text, for short expectations. */
export type Told = string;

export interface Way {
  /** Begin in the middle of a stream. */
  middle?: boolean;
  /** What the responses answer, in their order; then `ANSWER_TO_OTHER`. */
  answers?: readonly number[];
  /** How the direction ends; undefined leaves it open. */
  finish?: 'orderly' | 'torn';
  /** Whether segments begin with the pieces; as long as not said they do. */
  begins?: (index: number) => boolean;
  /** Writes stamps down too, which depend on how the stream is cut. */
  withStamps?: boolean;
}

/** What passes: bytes, or a gap of so many. */
export type Passing = Uint8Array | number;

/** A follower of one direction over a memory of its own. */
export class Following {
  readonly internals: Internals;
  readonly state: number;

  constructor(slabs: number = 80) {
    this.internals = openInternals({ slabs: slabs * 1024, scratch: 1048576 });
    this.internals.code.slabs_start();
    this.internals.code.follower_start();
    this.state = this.internals.scratch;
  }

  /** Slabs that are free. */
  get free(): number {
    return this.internals.code.slabs_free();
  }

  /** What is told of these pieces; the piece number n has the stamp and mark n + 1. */
  tell(pieces: readonly Passing[], way: Way = {}): Told[] {
    const { code } = this.internals;
    const told: Told[] = [];
    const answers = [...(way.answers ?? [])];
    if (way.middle === true) code.follower_beginInTheMiddle(this.state);
    else code.follower_begin(this.state);
    pieces.forEach((piece, i) => {
      if (typeof piece === 'number') this.#gap(piece, i, told, answers, way);
      else this.#piece(piece, i, told, answers, way);
    });
    if (way.finish !== undefined) {
      const orderly = way.finish === 'orderly' ? 1 : 0;
      this.#drain(() => code.follower_finish(this.state, orderly), told, answers, way);
    }
    const left = code.follower_offset(this.state);
    const length = pieces.reduce<number>((sum, piece) => sum + (typeof piece === 'number' ? piece : piece.length), 0);
    if (left !== BigInt(length)) throw new Error(`${left} bytes of ${length} are done with`);
    return told;
  }

  #piece(piece: Uint8Array, index: number, told: Told[], answers: number[], way: Way): void {
    const { code } = this.internals;
    // At the very end of memory: whoever reads on traps.
    const { at: first, end } = this.internals.putLast(piece);
    let at = first;
    const begins = way.begins?.(index) ?? true;
    const stamp = BigInt(index + 1);
    this.#drain(
      () => code.follower_next(this.state, at, end, begins && at === first ? 1 : 0, stamp, index + 1),
      told,
      answers,
      way,
      () => {
        at = code.follower_consumed.value;
        if (at < first || at > end) throw new Error(`consumed ${at - first} of ${end - first}`);
      },
    );
    if (at !== end) throw new Error(`${end - at} bytes are left`);
  }

  #gap(length: number, index: number, told: Told[], answers: number[], way: Way): void {
    const { code } = this.internals;
    let left = length;
    this.#drain(
      () => code.follower_gap(this.state, left, BigInt(index + 1)),
      told,
      answers,
      way,
      () => {
        left -= code.follower_skipped.value >>> 0;
      },
    );
    if (left !== 0) throw new Error(`${left} bytes of the gap are left`);
  }

  /** Calls until there is no event. */
  #drain(call: () => number, told: Told[], answers: number[], way: Way, done: () => void = () => {}): void {
    const { code } = this.internals;
    for (let calls = 0; calls < 1_000_000; calls++) {
      const event = call();
      if (event === NONE) {
        done();
        return;
      }
      told.push(this.#line(event, way));
      done();
      if (event === HEAD) {
        const request = code.follower_headKind.value === REQUEST;
        code.follower_body(this.state, request ? 0 : (answers.shift() ?? ANSWER_TO_OTHER));
      }
    }
    throw new Error('there is no end of events');
  }

  #line(event: number, way: Way): Told {
    const { code, read } = this.internals;
    const { state } = this;
    const stamp = way.withStamps === true;
    if (event === HEAD) {
      const line = asLatin1(read(code.head_startLine.value, code.head_startLineEnd.value));
      const place = `@${code.follower_headOffset(state)}`;
      const stamps = stamp ? ` ${code.follower_headStamp(state)}-${code.follower_lastStamp(state)}` : '';
      return `${line} ${place}${code.head_whole.value === 1 ? '' : ' cut'}${stamps}`;
    }
    const stamps = stamp ? ` -${code.follower_lastStamp(state)}` : '';
    const gap = code.follower_hadGap(state) === 1 ? ' gap' : '';
    const bytes = `${code.follower_bodyBytes(state)}/${code.follower_wireBytes(state)}`;
    return event === END ? `end ${bytes}${gap}${stamps}` : 'lost';
  }

  /** Gives all slabs back, and says how many are free then. */
  release(): number {
    this.internals.code.follower_release(this.state);
    return this.free;
  }
}

/** Text as pieces; numbers are gaps. */
export function pieces(...parts: readonly (string | number)[]): Passing[] {
  return parts.map((part) => (typeof part === 'number' ? part : latin1(part)));
}
