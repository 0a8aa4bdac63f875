import { expect, test } from 'vitest';
import { asLatin1, join, latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { escapeField, unescapeField } from '../../test/support/second-reading/escape.ts';

const { code, scratch, putLast, put, read } = openInternals();

/** What is written for bytes that stand at the end of memory. */
function escaped(bytes: Uint8Array): string {
  const { at, end } = putLast(bytes);
  return asLatin1(read(scratch, code.escape_escaped(scratch, at, end, end)));
}

/** What is written for bytes with more of the packet behind them, which may be read along. */
function escapedInside(
  bytes: Uint8Array,
  behind: Uint8Array = latin1('\x80\r\nBehind: the field, \\x41 \xc3'),
): string {
  const { at, end } = putLast(join(bytes, behind));
  return asLatin1(read(scratch, code.escape_escaped(scratch, at, at + bytes.length, end)));
}

const BEHIND: readonly Uint8Array[] = [
  '\x80'.repeat(20),
  '\xbf\xbf\xbf',
  'A'.repeat(16),
  '\\'.repeat(15),
  '\0'.repeat(17),
].map(latin1);

/** Must be as the plain statement of the rule says. */
function checkAlone(bytes: Uint8Array): void {
  const expected = escapeField(asLatin1(bytes));
  for (const result of [escaped(bytes), escapedInside(bytes)]) {
    if (result !== expected) expect(result, JSON.stringify(asLatin1(bytes))).toBe(expected);
  }
}

/** Must be that alone, and in the middle of chunks of 16 and of 32 bytes that are looked at at once. */
function check(bytes: Uint8Array): void {
  checkAlone(bytes);
  checkAlone(latin1(`${'-'.repeat(7)}${asLatin1(bytes)}${'+'.repeat(20)}`));
  checkAlone(latin1(`${'-'.repeat(21)}${asLatin1(bytes)}${'+'.repeat(36)}`));
}

test('every byte', () => {
  for (let byte = 0; byte < 256; byte++) check(Uint8Array.of(byte));
});

test('every two bytes', () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      if (first >= 0xc0 && second >= 0x80) check(Uint8Array.of(first, second));
      else checkAlone(Uint8Array.of(first, second));
    }
  }
});

test.each([
  ['U+00A0, the first behind the C1 controls', [0xc2, 0xa0], '\xc2\xa0'],
  ['U+009F, the last of them', [0xc2, 0x9f], '\\xc2\\x9f'],
  ['overlong in two bytes', [0xc1, 0xbf], '\\xc1\\xbf'],
  ['the last of two bytes', [0xdf, 0xbf], '\xdf\xbf'],
  ['overlong in three bytes', [0xe0, 0x9f, 0xbf], '\\xe0\\x9f\\xbf'],
  ['the first of three bytes', [0xe0, 0xa0, 0x80], '\xe0\xa0\x80'],
  ['the last before the surrogates', [0xed, 0x9f, 0xbf], '\xed\x9f\xbf'],
  ['the first surrogate', [0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
  ['the last surrogate', [0xed, 0xbf, 0xbf], '\\xed\\xbf\\xbf'],
  ['the first behind the surrogates', [0xee, 0x80, 0x80], '\xee\x80\x80'],
  ['the last of three bytes', [0xef, 0xbf, 0xbf], '\xef\xbf\xbf'],
  ['overlong in four bytes', [0xf0, 0x8f, 0xbf, 0xbf], '\\xf0\\x8f\\xbf\\xbf'],
  ['the first of four bytes', [0xf0, 0x90, 0x80, 0x80], '\xf0\x90\x80\x80'],
  ['the last of all', [0xf4, 0x8f, 0xbf, 0xbf], '\xf4\x8f\xbf\xbf'],
  ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\\xf4\\x90\\x80\\x80'],
  ['no lead byte', [0xf5, 0x80, 0x80, 0x80], '\\xf5\\x80\\x80\\x80'],
  ['cut before its third byte', [0xe2, 0x82], '\\xe2\\x82'],
  ['cut before its fourth byte', [0xf0, 0x9f, 0x98], '\\xf0\\x9f\\x98'],
  ['ASCII where a third byte should be', [0xe2, 0x82, 0x41], '\\xe2\\x82A'],
  ['a character where a fourth byte should be', [0xf0, 0x9f, 0x98, 0xc3, 0xa4], '\\xf0\\x9f\\x98\xc3\xa4'],
  ['the backslash', [0x5c, 0x78], '\\x5cx'],
])('%s', (_, bytes, text) => {
  expect(escaped(Uint8Array.from(bytes))).toBe(text);
  check(Uint8Array.from(bytes));
});

test('characters across every border of a chunk, at every length', () => {
  for (const character of ['\xc3\xa4', '\xe2\x82\xac', '\xf0\x9f\x98\x80', '\\', '\x7f', '\x80']) {
    for (let before = 0; before <= 66; before++) {
      for (const behind of [0, 1, 15, 16, 17, 31, 32, 33]) {
        check(latin1(`${'x'.repeat(before)}${character}${'y'.repeat(behind)}`));
      }
    }
  }
});

test('what stands behind the bytes never completes a character, nor is written', () => {
  const begun = [
    '\xc3',
    '\xe2\x82',
    '\xf0\x9f\x98',
    'plain',
    `${'-'.repeat(14)}\xe2\x82`,
    `${'-'.repeat(15)}\xc3`,
    `${'-'.repeat(31)}\xc3`,
    '',
  ];
  for (const text of begun.flatMap((one) => [one, `${'+'.repeat(16)}${one}`])) {
    for (const behind of BEHIND) expect(escapedInside(latin1(text), behind)).toBe(escapeField(text));
  }
});

test('nothing is written for nothing', () => {
  expect(code.escape_escaped(scratch, 0, 0, 0)).toBe(scratch);
  expect(code.escape_escaped(scratch, 0, 0, scratch)).toBe(scratch);
});

test('no more than 32 bytes are overwritten behind what is written', () => {
  for (let length = 0; length <= 70; length++) {
    const text = `ab\\${'c'.repeat(length)}`;
    const { at, end } = put(latin1(text + 'd'.repeat(100)), 4096);
    put(new Uint8Array(256).fill(0xee));
    const behind = code.escape_escaped(scratch, at, at + text.length, end);
    expect(behind - scratch).toBe(text.length + 3);
    expect(read(behind + 32, scratch + 256).every((byte) => byte === 0xee)).toBe(true);
  }
});

test('random bytes are escaped so that it can be undone', () => {
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < 3000; i++) {
    const bytes = Uint8Array.from({ length: random(70) }, () => (random(3) === 0 ? random(256) : 0x61 + random(26)));
    const result = escaped(bytes);
    if (result !== escapeField(asLatin1(bytes))) expect(result).toBe(escapeField(asLatin1(bytes)));
    const amid = escapedInside(bytes, BEHIND[random(BEHIND.length)] ?? bytes);
    if (amid !== result) expect(amid).toBe(result);
    if (unescapeField(result) !== asLatin1(bytes)) expect(unescapeField(result)).toBe(asLatin1(bytes));
  }
});
