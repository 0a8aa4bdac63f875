import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, printable, quoted } from './printable.ts';

test.each([
  ['plain text, ünïcode 한국어', 'plain text, ünïcode 한국어'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['a\nb\r\tc\0', 'a\\x0ab\\x0d\\x09c\\x00'],
  ['\u007f\u0085\u009b', '\\x7f\\x85\\x9b'],
  ['\u2028\u202e\ufeff', '\\u{2028}\\u{202e}\\u{feff}'],
  ['\ud83d', '\\u{d83d}'],
  ['C:\\x', 'C:\\\\x'],
  ['x'.repeat(120), 'x'.repeat(120)],
  ['x'.repeat(121), `${'x'.repeat(120)}...`],
])('%j', (text, shown) => expect(printable(text)).toBe(shown));

test('one line: no cut, and what is escaped already stays', () => {
  const message = `flag -\\x1b: there is no such flag; ${'x'.repeat(500)}`;
  expect(oneLine(message)).toBe(message);
  expect(oneLine('a\nb\u001b[1m\u202e')).toBe('a\\x0ab\\x1b[1m\\u{202e}');
});

test('quoted', () => expect(quoted('a b')).toBe('"a b"'));

test('whatever it is given: one line, no control character, bounded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(shown.length).toBeLessThan(1300);
    }),
  );
});
