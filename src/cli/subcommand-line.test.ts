import { expect, test } from 'vitest';
import { readSubcommandLine } from './subcommand-line.ts';

test('flags stand before and behind arguments, with one dash or two', () => {
  const expected = { values: { rows: 5, directory: '/a b', since: 3600, json: true }, words: ['paths'], mistakes: [] };
  expect(readSubcommandLine('top', ['-n', '5', 'paths', '--d=/a b', '-since', '1h', '-json'])).toEqual(expected);
  expect(readSubcommandLine('top', ['-json', '-since=1h', '-d', '/a b', '--n', '5', 'paths'])).toEqual(expected);
});

test('SQL that begins with a comment or a minus is no flag', () => {
  expect(readSubcommandLine('query', ['-- a\nSELECT 1']).words).toEqual(['-- a\nSELECT 1']);
  expect(readSubcommandLine('query', ['-csv', '--', '-1']).words).toEqual(['-1']);
});

test.each([
  ['20261123', { first: '2026-11-23', last: '2026-11-23' }],
  ['20261120..2026-11-23', { first: '2026-11-20', last: '2026-11-23' }],
])('days: %s', (text, days) => {
  expect(readSubcommandLine('query', ['-day', text]).values.days).toEqual(days);
});

test.each([
  [['-day', '20261131'], 'flag -day: "20261131" is no day of the calendar: "2026-11-31"; allowed: a day as'],
  [['-day', '20261123..20261120'], 'ends before it begins'],
  [['-since', '1y'], 'flag -since: "1y" is no duration; allowed: a whole number and s, m, h, d or w'],
  [['-n', '0'], 'is too small'],
  [['-sinse', '1h'], 'flag -sinse: httplog top has no such flag; did you mean -since?'],
  [['-parquet', 'x'], 'httplog top has no such flag'],
  [['-d'], 'flag -d: its value is missing'],
  [['-json=maybe'], 'is neither true nor false'],
])('%j', (words, mistake) => {
  expect(readSubcommandLine('top', words).mistakes[0]).toContain(mistake);
});
