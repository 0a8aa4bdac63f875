import { describe, expect, test } from 'vitest';
import { asLatin1, latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, putLast, put } = openInternals();

describe('find', () => {
  test('finds a byte at every place in every length, at the end of memory', () => {
    for (let length = 0; length <= 50; length++) {
      for (let place = 0; place < length; place++) {
        const bytes = new Uint8Array(length).fill(0x61);
        bytes[place] = 10;
        const { at, end } = putLast(bytes);
        expect(code.scan_find(at, end, 10) - at).toBe(place);
      }
    }
  });

  test('finds the first of several, bytes above 0x7f too', () => {
    const { at, end } = put(latin1('-----------------\xff\xff--\xff'));
    expect(code.scan_find(at, end, 0xff) - at).toBe(17);
    expect(code.scan_find(at + 18, end, 0xff) - at).toBe(18);
  });

  test('does not find what stands behind the end', () => {
    for (let length = 0; length <= 40; length++) {
      const { at } = put(latin1(`${'a'.repeat(length)}:${':'.repeat(40)}`));
      expect(code.scan_find(at, at + length, 0x3a)).toBe(at + length);
    }
  });
});

describe('blanks', () => {
  test.each([
    ['', 0, 0, 0],
    ['a', 0, 1, 1],
    [' \t a b\t ', 3, 6, 6],
    ['a\r', 0, 2, 1],
    ['a \r\t\r', 0, 5, 1],
    [' \t ', 3, 0, 0],
    ['\r \r', 0, 3, 0],
    ['\v\f', 0, 2, 2],
  ])('%j', (text, skipped, trimmed, trimmedOfReturns) => {
    const { at, end } = putLast(latin1(text));
    expect(code.scan_skipBlanks(at, end) - at).toBe(skipped);
    expect(code.scan_trimBlanks(at, end) - at).toBe(trimmed);
    expect(code.scan_trimBlanksAndReturns(at, end) - at).toBe(trimmedOfReturns);
  });

  test('blanks outside are left alone', () => {
    const { at, end } = put(latin1('   ab   '));
    expect(code.scan_skipBlanks(at, at + 2)).toBe(at + 2);
    expect(code.scan_trimBlanks(at + 6, end)).toBe(at + 6);
    expect(code.scan_trimBlanksAndReturns(at + 6, end)).toBe(at + 6);
  });
});

describe('equality', () => {
  test('without case: exactly the 26 letters differ in case', () => {
    const equal: string[] = [];
    for (let lower = 0; lower < 256; lower++) {
      const text = put(Uint8Array.of(lower), 64);
      for (let byte = 0; byte < 256; byte++) {
        const { at, end } = putLast(Uint8Array.of(byte));
        const alone = code.scan_equalsIgnoringCase(at, text.at, 1, end);
        const inside = put(latin1(`${String.fromCharCode(byte)}: and sixteen bytes more`));
        expect(code.scan_equalsIgnoringCase(inside.at, text.at, 1, inside.end)).toBe(alone);
        if (alone === 1 && byte !== lower) equal.push(String.fromCharCode(byte, lower));
      }
    }
    expect(equal).toEqual([...'abcdefghijklmnopqrstuvwxyz'].map((letter) => letter.toUpperCase() + letter));
  });

  test('every byte counts, none behind', () => {
    const { at: text } = put(latin1('user-agent'), 64);
    const { at, end } = putLast(latin1('uSeR-AgEnT'));
    expect(code.scan_equalsIgnoringCase(at, text, 10, end)).toBe(1);
    const inside = put(latin1('uSeR-AgEnT: and more'), 128);
    expect(code.scan_equalsIgnoringCase(inside.at, text, 10, inside.end)).toBe(1);
    expect(code.scan_equals(at, text, 10)).toBe(0);
    for (let place = 0; place < 10; place++) {
      const other = latin1('user-agent');
      other[place] = 0x21;
      const { at: changed, end: changedEnd } = putLast(other);
      const changedInside = put(latin1(`${asLatin1(other)}: and more`), 128);
      expect(code.scan_equalsIgnoringCase(changedInside.at, text, 10, changedInside.end)).toBe(0);
      expect(code.scan_equalsIgnoringCase(changed, text, 10, changedEnd)).toBe(0);
      expect(code.scan_equals(changed, text, 10)).toBe(0);
      expect(code.scan_equals(changed, text, place)).toBe(1);
      expect(code.scan_equalsIgnoringCase(changed, text, place, changedEnd)).toBe(1);
    }
  });
});

test('matches: a bit for each byte, whatever room there is', () => {
  for (let length = 1; length <= 140; length++) {
    const text = Array.from({ length }, (_, i) => ((i * 7 + length) % 5 === 0 ? '\n' : 'x')).join('');
    const { at: begin, end } = putLast(latin1(text));
    for (let offset = 0; offset < length; offset++) {
      const expected = [...text.slice(offset, offset + 64)].reduce(
        (bits, c, i) => (c === '\n' ? bits | (1n << BigInt(i)) : bits),
        0n,
      );
      expect(BigInt.asUintN(64, code.scan_matches(begin + offset, begin, end, 10))).toBe(expected);
    }
  }
});
