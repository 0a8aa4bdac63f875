import { expect, test } from 'vitest';
import { piecesOf } from './pieces.ts';

const record = (day: string, number: number): string => `{"timestamp":"${day}T00:00:00.000000000Z","n":${number}}\n`;
const told = (lines: readonly string[]) =>
  piecesOf('b', Buffer.from(lines.join(''))).map(({ name, day, records, body }) => [name, day, records, String(body)]);
const named = (name: string, line: string): string => line.replace('{', `{"httplog.batch":"${name}",`);

test('the records of one day are one piece, each with its name', () => {
  const lines = [record('2026-01-01', 1), record('2026-01-01', 2)];
  expect(told(lines)).toEqual([['b', '2026-01-01', 2, lines.map((line) => named('b', line)).join('')]]);
});

test('each day has a piece', () => {
  const [a, b, c] = [record('2026-01-01', 1), record('2026-01-02', 2), record('2026-01-01', 3)] as const;
  expect(told([a, b, c])).toEqual([
    ['b.2026-01-01', '2026-01-01', 2, named('b.2026-01-01', a) + named('b.2026-01-01', c)],
    ['b.2026-01-02', '2026-01-02', 1, named('b.2026-01-02', b)],
  ]);
});

test('a torn line is no record, and nothing is no piece', () => {
  expect(told([record('2026-01-01', 1), '{"timestamp'])).toHaveLength(1);
  expect(told([record('2026-01-01', 1), '{"timestamp'])[0]?.[2]).toBe(1);
  expect(told([])).toEqual([]);
});
