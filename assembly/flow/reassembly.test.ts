import { beforeEach, describe, expect, test } from 'vitest';
import { AHEAD, FIN, IN_ORDER, OUTSIDE, REPEATED, Reassembling, SYN } from '../../test/support/reassemble.ts';

const one = new Reassembling(100);
const { code } = one.internals;
const SECOND = 1_000_000_000n;
const BEGIN = 0xffff_fff0;

beforeEach(() => {
  one.begin();
  expect(one.free).toBe(100);
});

/** The number so far behind the beginning. */
const number = (offset: number): number => (BEGIN + offset) >>> 0;

/** A direction that has begun. */
function begun(): void {
  expect(one.offer({ sequence: number(-1), flags: SYN })).toEqual([]);
}

describe('in order', () => {
  test('each segment comes out where it lies, across the wrap of numbers', () => {
    begun();
    const out = ['0123456789', 'abcdefghij', 'klmno'].map((text, i) => one.offer({ sequence: number(10 * i), text }));
    expect(out).toEqual([['^0123456789'], ['^abcdefghij'], ['^klmno']]);
    expect(code.direction_sawBeginning(one.direction)).toBe(1);
    expect([one.free, one.verdict, one.retransmissions]).toEqual([100, IN_ORDER, 0]);
    expect(one.marks).toEqual([0, 10, 20].map(number));
  });

  test('in parts', () => {
    begun();
    expect(one.offer({ sequence: BEGIN, text: 'abcdefg' }, { steps: 3 })).toEqual(['^abc', 'def', 'g']);
    expect(one.offer({ sequence: number(7), text: 'hij' }, { steps: 2, interrupting: true })).toEqual(['^hi', 'j']);
    expect(one.retransmissions).toBe(0);
  });

  test('the FIN comes once, after all bytes, with them or alone', () => {
    begun();
    expect(one.offer({ sequence: BEGIN, text: 'abc', flags: FIN }, { interrupting: true })).toEqual(['^abc', 'fin']);
    expect(one.offer({ sequence: BEGIN, text: 'abc', flags: FIN })).toEqual([]);
    expect(one.offer({ sequence: number(3), flags: FIN })).toEqual([]);
    expect(one.offer({ sequence: number(4), text: 'x' })).toEqual([]);
    expect([one.verdict, one.retransmissions]).toEqual([OUTSIDE, 1]);
    one.begin();
    begun();
    expect(one.offer({ sequence: BEGIN, flags: FIN })).toEqual(['fin']);
  });

  test('a direction first seen in its middle begins there', () => {
    expect(one.offer({ sequence: 77, text: 'abc' })).toEqual(['^abc']);
    expect(one.offer({ sequence: 70, text: '0123456' })).toEqual([]);
    expect(code.direction_sawBeginning(one.direction)).toBe(0);
  });

  test('or where the other side’s SYN says', () => {
    code.reassembly_beginAt(one.direction, BEGIN);
    expect(one.offer({ sequence: number(3), text: 'def' })).toEqual([]);
    code.reassembly_beginAt(one.direction, number(3));
    expect(one.offer({ sequence: BEGIN, text: 'abc' })).toEqual(['^abc', '^def']);
    expect(code.direction_sawBeginning(one.direction)).toBe(1);
  });

  test('payload of a SYN', () => {
    expect(one.offer({ sequence: number(-1), text: 'abc', flags: SYN })).toEqual(['^abc']);
    expect(one.offer({ sequence: number(3), text: 'd' })).toEqual(['^d']);
  });
});

describe('out of order', () => {
  test('is kept until the hole is filled', () => {
    begun();
    expect(one.offer({ sequence: number(6), text: 'ghi', stamp: 5n })).toEqual([]);
    expect(one.verdict).toBe(AHEAD);
    expect(one.offer({ sequence: number(3), text: 'def', stamp: 6n })).toEqual([]);
    expect(one.free).toBe(98);
    expect(one.offer({ sequence: BEGIN, text: 'abc', stamp: 7n })).toEqual(['^abc', '^def', '^ghi']);
    expect([one.free, one.retransmissions]).toEqual([100, 0]);
    expect([one.stamps, one.marks]).toEqual([
      [7n, 6n, 5n],
      [BEGIN, number(3), number(6)],
    ]);
  });

  test('a long segment is several pieces, of which the first begins it', () => {
    begun();
    const long = ['x'.repeat(992), 'y'.repeat(992), 'z'.repeat(992), 'end'].join('');
    expect(one.offer({ sequence: number(1), text: long })).toEqual([]);
    const out = one.offer({ sequence: BEGIN, text: 'a' });
    expect(out.map((piece) => String(piece).startsWith('^'))).toEqual([true, true, false, false, false]);
    expect(out.join('').replaceAll('^', '')).toBe(`a${long}`);
  });

  test('a FIN waits too', () => {
    begun();
    expect(one.offer({ sequence: number(3), text: 'def', flags: FIN })).toEqual([]);
    expect(one.offer({ sequence: BEGIN, text: 'abc' })).toEqual(['^abc', '^def', 'fin']);
  });

  test('what came first counts', () => {
    begun();
    one.offer({ sequence: number(2), text: 'CD' });
    one.offer({ sequence: number(1), text: 'bcdef' });
    one.offer({ sequence: number(4), text: 'EFGH' });
    expect(one.offer({ sequence: BEGIN, text: '012345678' })).toEqual(['^0', '^b', '^CD', 'ef', 'GH', '8']);
    expect(one.retransmissions).toBe(0);
    expect(one.free).toBe(100);
  });

  test('what is interrupted goes on', () => {
    begun();
    one.offer({ sequence: number(2), text: 'cdef', flags: FIN }, { interrupting: true });
    const way = { steps: 3, interrupting: true };
    expect(one.offer({ sequence: BEGIN, text: 'ab' }, way)).toEqual(['^ab', '^cde', 'f', 'fin']);
    expect([one.retransmissions, one.free]).toEqual([0, 100]);
  });

  test('behind the FIN nothing comes', () => {
    begun();
    one.offer({ sequence: number(3), text: 'def' });
    one.offer({ sequence: number(4), flags: FIN });
    expect(one.offer({ sequence: BEGIN, text: 'abcdefghi' })).toEqual(['^abc', '^d', 'fin']);
    expect(one.free).toBe(100);
  });
});

describe('retransmissions', () => {
  test('segments that bring nothing new are counted, and only they', () => {
    begun();
    one.offer({ sequence: BEGIN, text: 'abcdef' });
    const count = (sequence: number, text: string): number => {
      one.offer({ sequence, text });
      return one.retransmissions;
    };
    expect([count(BEGIN, 'abcdef'), count(number(2), 'c'), count(number(4), 'ef')]).toEqual([1, 2, 3]);
    expect(one.verdict).toBe(REPEATED);
    expect(count(number(4), 'efg')).toBe(3);
    expect([count(number(10), 'k'), count(number(10), 'k'), count(number(11), 'lm'), count(number(10), 'klm')]).toEqual(
      [3, 4, 4, 5],
    );
    expect(count(number(10), 'klmn')).toBe(5);
  });

  test('a keep-alive is none', () => {
    begun();
    one.offer({ sequence: BEGIN, text: 'abc' });
    for (const text of ['', '\0']) expect(one.offer({ sequence: number(2), text })).toEqual([]);
    expect(one.retransmissions).toBe(0);
    one.offer({ sequence: number(1), text: 'b' });
    expect(one.retransmissions).toBe(1);
  });
});

describe('what the snaplen cut', () => {
  test('is a gap behind the bytes', () => {
    begun();
    expect(one.offer({ sequence: BEGIN, text: 'abc', length: 10 })).toEqual(['^abc', 7]);
    expect(one.offer({ sequence: number(10), length: 5 })).toEqual([5]);
    expect(one.offer({ sequence: number(15), text: 'x', length: 4 }, { steps: 2, interrupting: true })).toEqual([
      '^x',
      2,
      1,
    ]);
    expect(one.retransmissions).toBe(0);
  });

  test('also of what waited', () => {
    begun();
    one.offer({ sequence: number(3), text: 'def', length: 2000 });
    one.offer({ sequence: number(2003), length: 10 });
    one.offer({ sequence: number(2013), text: 'z', flags: FIN });
    expect(one.offer({ sequence: BEGIN, text: 'abc' })).toEqual(['^abc', '^def', 1997, 10, '^z', 'fin']);
  });

  test('more bytes than the wire had are not believed', () => {
    begun();
    expect(one.offer({ sequence: BEGIN, text: 'abcdef', length: 2 })).toEqual(['^ab']);
  });
});

describe('a hole becomes a gap', () => {
  test('when it was acknowledged and a second has passed, not before', () => {
    begun();
    expect(one.offer({ sequence: number(5), text: 'fgh', stamp: SECOND })).toEqual([]);
    expect(one.offer({ sequence: number(8), text: 'i', stamp: 10n * SECOND })).toEqual([]);
    expect(one.acknowledge(number(4), 10n * SECOND)).toEqual([4]);
    expect(one.acknowledge(number(9), 11n * SECOND)).toEqual([1, '^fgh', '^i']);
  });

  test('also with nothing behind it', () => {
    begun();
    expect(one.acknowledge(number(4), SECOND)).toEqual([]);
    expect(one.acknowledge(number(4), 2n * SECOND - 1n)).toEqual([]);
    expect(one.acknowledge(number(2), 2n * SECOND)).toEqual([4]);
    expect(one.stamps).toEqual([SECOND]);
    expect(one.offer({ sequence: number(4), text: 'e', stamp: 2n * SECOND })).toEqual(['^e']);
  });

  test('a packet that comes later than its acknowledgement is in time', () => {
    begun();
    one.acknowledge(number(6), SECOND);
    expect(one.offer({ sequence: number(3), text: 'def', stamp: SECOND + 1n })).toEqual([]);
    expect(one.offer({ sequence: BEGIN, text: 'abc', stamp: 3n * SECOND })).toEqual(['^abc', '^def']);
    expect(one.acknowledge(number(6), 9n * SECOND)).toEqual([]);
  });

  test('each hole is waited for', () => {
    begun();
    one.offer({ sequence: number(1), text: 'b', stamp: SECOND });
    one.offer({ sequence: number(3), text: 'd', stamp: 2n * SECOND });
    one.acknowledge(number(4), SECOND);
    expect(one.acknowledge(number(4), 2n * SECOND)).toEqual([1, '^b']);
    expect(one.acknowledge(number(4), 3n * SECOND - 1n)).toEqual([]);
    expect(one.offer({ sequence: number(4), text: 'e', stamp: 3n * SECOND })).toEqual([1, '^d', '^e']);
  });

  test('a second after the clock was set back, not when it is again what it was', () => {
    begun();
    expect(one.acknowledge(number(4), 90_000n * SECOND)).toEqual([]);
    expect(one.acknowledge(number(4), 10n * SECOND)).toEqual([]);
    expect(one.acknowledge(number(4), 11n * SECOND - 1n)).toEqual([]);
    expect(one.acknowledge(number(4), 11n * SECOND)).toEqual([4]);
  });

  test('when it is given up: each in turn, all that waited, the FIN too', () => {
    begun();
    one.offer({ sequence: number(2), text: 'c' });
    one.offer({ sequence: number(4), text: 'e' });
    one.offer({ sequence: number(7), flags: FIN });
    expect(one.giveUp()).toEqual([2, '^c', 1, '^e', 2, 'fin']);
    expect([one.giveUp(), one.free]).toEqual([[], 100]);
  });

  test('given up with nothing missing', () => {
    expect(one.giveUp()).toEqual([]);
    begun();
    expect(one.giveUp()).toEqual([]);
    one.offer({ sequence: BEGIN, text: 'abc' });
    expect(one.giveUp()).toEqual([]);
    one.acknowledge(number(7), 1n);
    expect(one.giveUp()).toEqual([4]);
  });

  test('after 2^31 bytes nothing old is taken for new', () => {
    begun();
    one.acknowledge(number(3), 1n);
    expect(one.giveUp()).toEqual([3]);
    let at = 3;
    for (let i = 0; i < 5; i++) {
      expect(one.offer({ sequence: number(at), length: 2 ** 30 })).toEqual([2 ** 30]);
      at += 2 ** 30;
      expect(one.giveUp()).toEqual([]);
    }
  });
});

describe('bounds', () => {
  test('what is more than 2^30 away is ignored', () => {
    begun();
    for (const offset of [2 ** 30 + 1, -(2 ** 30) - 1, 2 ** 31]) {
      expect(one.offer({ sequence: number(offset), text: 'x', flags: FIN })).toEqual([]);
      expect(one.verdict).toBe(OUTSIDE);
    }
    expect(one.acknowledge(number(2 ** 30 + 1), 9n * SECOND)).toEqual([]);
    expect(one.offer({ sequence: BEGIN, text: 'abc' })).toEqual(['^abc']);
    expect(one.giveUp()).toEqual([]);
  });

  test('a SYN that is repeated changes nothing', () => {
    begun();
    one.offer({ sequence: BEGIN, text: 'abc' });
    begun();
    expect(one.offer({ sequence: number(3), text: 'def' })).toEqual(['^def']);
  });

  test('without a slab the first hole is given up, and the segment comes out where it lies', () => {
    const poor = new Reassembling(2);
    poor.offer({ sequence: number(-1), flags: SYN });
    const offer = (offset: number, text: string): unknown[] => poor.offer({ sequence: number(offset), text });
    expect([offer(2, 'c'), offer(4, 'e')]).toEqual([[], []]);
    expect(offer(6, 'g')).toEqual([2, '^c']);
    expect(offer(8, 'i')).toEqual([1, '^e']);
    expect(offer(10, 'k'.repeat(3000)).toString()).toMatch(/^1,\^g,1,\^i,1,\^k{992},k{992},k{1016}$/);
    expect(poor.free).toBe(2);
    const none = new Reassembling(0);
    expect(none.offer({ sequence: 1, text: 'a' })).toEqual(['^a']);
    expect(none.offer({ sequence: 3, text: 'c' })).toEqual([1, '^c']);
  });

  test('one direction stores a thousand pieces', () => {
    const rich = new Reassembling(2000);
    rich.offer({ sequence: 0, flags: SYN });
    for (let i = 1; i <= 1024; i++) expect(rich.offer({ sequence: 1 + 2 * i, text: 'x' })).toEqual([]);
    expect(rich.free).toBe(2000 - 1024);
    expect(rich.offer({ sequence: 5001, text: 'y' })).toEqual([2, '^x']);
    rich.internals.code.reassembly_release(rich.direction);
    expect(rich.free).toBe(2000);
  });
});
