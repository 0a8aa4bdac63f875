import { expect, test } from 'vitest';
import { readOtlpHeaders } from './otlp-headers.ts';

test('a field a line, its white space aside', () => {
  expect(readOtlpHeaders('# key of the team\n\nAuthorization:  Bearer a:b= \r\nx-scope: 1\nempty:\n')).toEqual({
    Authorization: 'Bearer a:b=',
    'x-scope': '1',
    empty: '',
  });
});

const NO_FIELD = 'is no "Name: value"; write one header field a line';
const BAD_VALUE = 'its value has a character that no header field may have';

test.each([
  ['?', `1: ${NO_FIELD}`],
  ['a: 1\nb c: 2\n', `2: ${NO_FIELD}`],
  ['a: 1\n: 2\n', `2: ${NO_FIELD}`],
  ['a : 1\n', `1: ${NO_FIELD}`],
  ['a: \u{1f600}\n', `1: ${BAD_VALUE}`],
  ['a: 1\u00002\n', `1: ${BAD_VALUE}`],
  ['# a\nTransfer-Encoding: chunked', '2: Transfer-Encoding is what httplog says itself; leave it out'],
  ...['content-length', 'Content-Type', 'HOST', 'Connection'].map((name) => [
    `${name}: x`,
    `1: ${name} is what httplog says itself; leave it out`,
  ]),
])('%j is no file of fields', (text, mistake) => {
  expect(readOtlpHeaders(text)).toBe(mistake);
});
