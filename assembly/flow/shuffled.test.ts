// Segments in any order, repeated, overlapping, cut by the snaplen, with bytes that differ from those that came before: what
// comes out is what a slow model says, where of each byte the first that came counts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIN, type Out, type Reading, Reassembling, type Segment, SYN } from '../../test/support/reassemble.ts';

const one = new Reassembling(1200);

/** A byte of the stream: a character, or null where the snaplen cut it; undefined where nothing came. */
type Byte = string | null | undefined;

/** The slow model. Offsets are counted from the stream's first byte. */
class Model {
  readonly #bytes: Byte[] = [];
  #done = 0;
  #fin = Number.POSITIVE_INFINITY;
  #finished = false;
  retransmissions = 0;

  /** What comes out, a character for each byte: `.` where none will come, `$` for the FIN. */
  offer(offset: number, { text = '', length = text.length, flags = 0 }: Segment): string {
    const isNew = Array.from({ length }, (_, i) => this.#bytes[offset + i] === undefined && offset + i >= this.#done);
    // The FIN takes a number too.
    const isKeepAlive = length === 1 && offset === this.#done - (this.#finished ? 0 : 1);
    if (length > 0 && !isNew.includes(true) && !isKeepAlive) this.retransmissions++;
    isNew.forEach((brings, i) => {
      if (brings) this.#bytes[offset + i] = text[i] ?? null;
    });
    if ((flags & FIN) !== 0) this.#fin = Math.min(this.#fin, offset + length);
    return this.#take((byte) => byte !== undefined);
  }

  giveUp(): string {
    return this.#take((_, offset) => offset < this.#bytes.length || offset < this.#fin);
  }

  #take(comes: (byte: Byte, offset: number) => boolean): string {
    let out = '';
    const last = Math.min(this.#fin, 1_000_000);
    while (this.#done < last && comes(this.#bytes[this.#done], this.#done) && this.#done < this.#end()) {
      out += this.#bytes[this.#done++] ?? '.';
    }
    if (this.#done !== this.#fin || this.#finished) return out;
    this.#finished = true;
    return `${out}$`;
  }

  #end(): number {
    return this.#fin === Number.POSITIVE_INFINITY ? this.#bytes.length : this.#fin;
  }
}

function flat(out: readonly Out[]): string {
  return out
    .map((part) => (typeof part === 'number' ? '.'.repeat(part) : part === 'fin' ? '$' : part.replace('^', '')))
    .join('');
}

const LENGTH = 4000;

interface Cut {
  offset: number;
  length: number;
  captured: number;
  letter: string;
}

const small = fc.record({
  offset: fc.nat(60),
  length: fc.nat(12),
  captured: fc.oneof({ weight: 5, arbitrary: fc.constant(100) }, { weight: 1, arbitrary: fc.nat(12) }),
  letter: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});
const large = fc.record({
  offset: fc.nat(LENGTH - 1),
  length: fc.nat(3000),
  captured: fc.oneof({ weight: 5, arbitrary: fc.constant(10_000) }, { weight: 1, arbitrary: fc.nat(3000) }),
  letter: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});
const reading: fc.Arbitrary<Reading> = fc.record({
  steps: fc.constantFrom(1, 3, 100, 1_000_000),
  interrupting: fc.boolean(),
});
const begin = fc.constantFrom(1, 0xffff_fff0, 0xffff_ffff, 0x7fff_fff0, 12345);

function same(cuts: readonly Cut[], first: number, how: Reading, end: number | undefined): void {
  const model = new Model();
  one.begin();
  one.offer({ sequence: (first - 1) >>> 0, flags: SYN });
  for (const { offset, length, captured, letter } of cuts) {
    const bytes = end === undefined ? length : Math.max(0, Math.min(length, end - offset));
    const flags = end !== undefined && offset + length >= end && offset <= end ? FIN : 0;
    const segment = {
      sequence: (first + offset) >>> 0,
      text: letter.repeat(Math.min(bytes, captured)),
      length: bytes,
      flags,
    };
    expect(flat(one.offer(segment, how))).toBe(model.offer(offset, segment));
    expect(one.retransmissions).toBe(model.retransmissions);
  }
  expect(flat(one.giveUp())).toBe(model.giveUp());
  expect(one.free).toBe(1200);
}

test('small segments', () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 25 }), begin, reading, fc.option(fc.nat(70), { nil: undefined }), same),
    { numRuns: 3000 },
  );
});

test('large segments', () => {
  fc.assert(
    fc.property(
      fc.array(large, { maxLength: 12 }),
      begin,
      reading.map((how) => ({ ...how, steps: (how.steps ?? 1) + 300 })),
      fc.constant(undefined),
      same,
    ),
    { numRuns: 500 },
  );
});

test('a stream that is cut, shuffled and repeated comes out whole, with acknowledgements that run ahead', () => {
  const bytes = Array.from({ length: LENGTH }, (_, i) => String.fromCharCode(97 + ((i * 7) % 26))).join('');
  const pieces = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(
      pieces,
      fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
      begin,
      reading,
      (lengths, order, first, how) => {
        const segments: Segment[] = [];
        for (let at = 0, i = 0; at < LENGTH; at += lengths[i++ % 8] ?? 1) {
          const text = bytes.slice(at, at + (lengths[i % 8] ?? 1));
          segments.push({ sequence: (first + at) >>> 0, text, flags: at + text.length === LENGTH ? FIN : 0 });
        }
        const shuffled = [...segments, ...segments.slice(0, 3)]
          .map((segment, i) => ({ segment, key: order[i % 40] ?? 0 }))
          .sort((a, b) => a.key - b.key);
        one.begin();
        let out = flat(one.offer({ sequence: (first - 1) >>> 0, flags: SYN }));
        shuffled.forEach(({ segment }, i) => {
          out += flat(one.acknowledge((first + LENGTH + 1) >>> 0, BigInt(i + 1)));
          out += flat(one.offer({ ...segment, stamp: BigInt(i + 1) }, how));
        });
        expect(out).toBe(`${bytes}$`);
        expect(one.free).toBe(1200);
      },
    ),
    { numRuns: 300 },
  );
});
