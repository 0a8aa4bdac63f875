import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asLatin1 } from '../../test/support/bytes.ts';
import { readable } from '../../test/support/json-text.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const JSON_STYLE = 0;
const NGINX_STYLE = 1;
const { code, put, putLast, read, scratch } = openInternals();
const TO = 131072;

/** The bytes escaped, once with nothing behind them that may be read, once with much. */
function quoted(bytes: Uint8Array, style: number): string {
  const last = putLast(bytes);
  const strict = asLatin1(read(scratch + TO, code.quote_quoted(scratch + TO, last.at, last.end, last.end, style)));
  const { at, end } = put(bytes);
  const free = asLatin1(read(scratch + TO, code.quote_quoted(scratch + TO, at, end, end + 64, style)));
  expect(free).toBe(strict);
  return strict;
}

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .array(fc.constantFrom(0x22, 0x5c, 0x0a, 0x41, 0xc2, 0x85, 0xe2, 0x80, 0xa8), { maxLength: 80 })
    .map((all) => Uint8Array.from(all)),
);

test.each([
  ['plain', 'plain'],
  ['"\\', '\\"\\\\'],
  ['\b\t\n\f\r', '\\b\\t\\n\\f\\r'],
  ['\x00\x1f\x7f', '\\u0000\\u001f\\u007f'],
  ['\xc2\x80\xc2\x9f\xc2\xa0', '\\u0080\\u009f\xc2\xa0'],
  ['\xff\xc2', '\\\\xff\\\\xc2'],
  ['\xed\xa0\x80', '\\\\xed\\\\xa0\\\\x80'],
  ['\xed\x95\x9c', '\xed\x95\x9c'],
])('JSON: %j', (text, expected) => expect(quoted(Buffer.from(text, 'latin1'), JSON_STYLE)).toBe(expected));

test('any bytes are JSON that says them, and drive no terminal', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = Buffer.from(quoted(bytes, JSON_STYLE), 'latin1').toString('utf8');
      expect(text).not.toMatch(/[\p{Cc}]/u);
      expect(JSON.parse(`"${text}"`)).toBe(readable(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('nginx: printable ASCII but quotation mark and backslash, all else in capital hexadecimals', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const expected = [...bytes].map((byte) =>
        byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      );
      expect(quoted(bytes, NGINX_STYLE)).toBe(expected.join(''));
    }),
    { numRuns: 1000 },
  );
});
