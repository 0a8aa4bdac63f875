import { expect, test } from 'vitest';
import { readOtlpHeaders } from './otlp-headers.ts';

test('a field a line, its white space aside', () => {
  expect(readOtlpHeaders('# key of the team\n\nAuthorization:  Bearer a:b= \r\nx-scope: 1\nempty:\n')).toEqual({
    Authorization: 'Bearer a:b=',
    'x-scope': '1',
    empty: '',
  });
});

test.each([
  ['?', 1],
  ['a: 1\nb c: 2\n', 2],
  ['a: 1\n: 2\n', 2],
  ['a: \u{1f600}\n', 1],
  ['a: 1\u00002\n', 1],
])('%j is no file of fields', (text, line) => {
  expect(readOtlpHeaders(text)).toBe(line);
});
