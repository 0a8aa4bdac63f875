import { expect, test } from 'vitest';
import { halvesOf, type Piece, piecesOf, restOf, spanOf } from './pieces.ts';

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

const piece = (...lines: string[]): Piece => piecesOf('b', Buffer.from(lines.join('')))[0] as Piece;

test('what is no record, and a time that no table holds, are told and in no piece', () => {
  const whole = record('2026-01-01', 1);
  const hole = whole.replace('n":1', '\0\0\0\0');
  const lines = [whole, '\0\0\0\0\n', '\n', whole.slice(5), `${whole.slice(0, 30)}\n`, hole, record('x', 1), whole];
  const refused: string[] = [];
  const pieces = piecesOf('b', Buffer.from([...lines, record('2100-01-01', 1)].join('')), ({ records, reason }) => {
    expect(records).toBe(1);
    refused.push(reason);
  });
  expect(pieces.map(({ records, body }) => [records, String(body)])).toEqual([[2, named('b', whole).repeat(2)]]);
  expect(refused).toEqual([...Array(6).fill('no record of json in the spool'), 'a time of 2100-01-01: after 2099']);
});

test('the rest has the same name, halves have their own', () => {
  const lines = [1, 2, 3].map((number) => record('2026-01-01', number));
  const all = piece(...lines);
  const rest = restOf(all, 1);
  expect([rest.name, rest.records, String(rest.body)]).toEqual([
    'b',
    2,
    lines
      .slice(1)
      .map((l) => named('b', l))
      .join(''),
  ]);
  expect(halvesOf(all).map(({ name, records, body }) => [name, records, String(body)])).toEqual([
    ['b.1', 1, named('b.1', lines[0] ?? '')],
    [
      'b.2',
      2,
      lines
        .slice(1)
        .map((line) => named('b.2', line))
        .join(''),
    ],
  ]);
});

test('where a piece is: from the first to the last second, and of which host', () => {
  const at = (time: string, host: string): string => `{"timestamp":"2026-01-01T${time}.5Z",${host}"n":1}\n`;
  const [late, early] = [at('02:00:00', '"host.name":"a\\"b\\\\",'), at('01:59:59', '')];
  const [first, last] = ['2026-01-01T01:59:59', '2026-01-01T02:00:00'];
  expect(spanOf(piece(late, early))).toEqual({ first, last, host: 'a"b\\' });
  expect(spanOf(piece(early, late))).toEqual({ first, last, host: undefined });
});
