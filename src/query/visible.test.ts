import { expect, test } from 'vitest';
import { cut, visible, widthOf } from './visible.ts';

test('nothing of a text drives a terminal or forges a line', () => {
  expect(visible('a\x1b[31m\n\x9b\x7f‮\u2028b\\')).toBe('a\\x1b[31m\\x0a\\x9b\\x7f\\u{202e}\\u{2028}b\\');
  expect(visible('한글 é 👍')).toBe('한글 é 👍');
});

test.each([
  ['abc', 3],
  ['한글', 4],
  ['ｆｕ', 4],
  ['e\u0301', 1],
  ['👍', 2],
  ['é', 1],
  ['', 0],
])('%j takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('a wide character is never cut in its middle', () => {
  expect(cut('한글한글', 8, '…')).toBe('한글한글');
  expect(cut('한글한글', 6, '…')).toBe('한글…');
  expect(cut('한글한글', 7, '…')).toBe('한글한…');
  expect(cut('abcdef', 4, '~')).toBe('abc~');
});
