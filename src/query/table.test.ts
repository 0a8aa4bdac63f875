import { expect, test } from 'vitest';
import type { Answer } from './answer.ts';
import { writeCsv, writeJson } from './lines.ts';
import { barOf, type Screen, writeTable } from './table.ts';

const COLUMNS: Answer['columns'] = [
  { name: 'path', isNumber: false, isText: true },
  { name: 'n', isNumber: true, isText: false },
];

/** An answer whose rows come one by one. */
function of(...rows: unknown[][]): Answer {
  const chunks = (async function* (): AsyncGenerator<unknown[][]> {
    for (const row of rows) yield [row];
  })();
  return { columns: COLUMNS, chunks };
}

async function written(act: (write: (text: string) => Promise<void>) => Promise<unknown>): Promise<string> {
  let all = '';
  await act(async (text) => {
    all += text;
  });
  return all;
}

const table = (one: Answer, screen: Partial<Screen> = {}, bars?: { of: string }): Promise<string> =>
  written((write) => writeTable(one, write, { width: undefined, isUnicode: false, ...screen }, bars));

test('numbers stand at the right, wide characters are counted, nothing follows the last column', async () => {
  expect((await table(of(['/한글', '1000'], ['/a', null], ['/\x1b[m', 7]))).split('\n')).toEqual([
    'path        n',
    '-------  ----',
    '/한글    1000',
    '/a',
    '/\\x1b[m     7',
    '',
  ]);
});

test('in a terminal only text is cut', async () => {
  const lines = (await table(of(['/a/very/long/path', '123456789']), { width: 20, isUnicode: true })).split('\n');
  expect(lines[2]).toBe('/a/very/…  123456789');
});

test('bars are as long as their numbers, in blocks or in ASCII', async () => {
  expect(await table(of(['/a', '10'], ['/b', '5']), {}, { of: 'n' })).toContain(`/b     5  ${'#'.repeat(10)}\n`);
  expect([barOf(1, true), barOf(0.5, true), barOf(1 / 160, true), barOf(0, true)]).toEqual([
    '█'.repeat(20),
    '█'.repeat(10),
    '▏',
    '',
  ]);
});

test('CSV quotes as RFC 4180 says; a terminal gets no controls', async () => {
  const rows = (): Answer => of(['a"b,c', '1'], ['x\ny\x1b', null]);
  expect(await written((write) => writeCsv(rows(), write, false))).toBe('path,n\n"a""b,c",1\n"x\ny\x1b",\n');
  expect(await written((write) => writeCsv(rows(), write, true))).toBe('path,n\n"a""b,c",1\nx\\x0ay\\x1b,\n');
});

test('JSON: an object a line, numbers as numbers, no control as it is', async () => {
  const text = await written((write) => writeJson(of(['\x9b\x7f\x1b"', '12345678901234567890'], [null, 'NaN']), write));
  expect(text).toBe('{"path":"\\u009b\\u007f\\u001b\\"","n":12345678901234567890}\n{"path":null,"n":"NaN"}\n');
});

test('one long value does not fill up the other lines, and nothing of it is lost', async () => {
  const long = '/'.repeat(60_000);
  const [, , ...lines] = (await table(of([long, 1], ['/a', 2]))).split('\n');
  expect(lines).toEqual([`${long}  1`, `/a${' '.repeat(198)}  2`, '']);
});

test('a chunk of long rows is written in pieces, for all of it can be more than a string can hold', async () => {
  const rows = Array.from({ length: 64 }, (_, i) => ['/'.repeat(2 ** 20), i]);
  const longest = async (act: (answer: Answer, write: (text: string) => Promise<void>) => Promise<unknown>) => {
    const chunks = (async function* (): AsyncGenerator<unknown[][]> {
      yield rows;
    })();
    const lengths: number[] = [];
    await act({ columns: COLUMNS, chunks }, async (text) => {
      lengths.push(text.length);
    });
    return Math.max(...lengths);
  };
  expect(await longest((answer, write) => writeCsv(answer, write, false))).toBeLessThan(2 ** 21);
  expect(await longest(writeJson)).toBeLessThan(2 ** 21);
  const screen = { width: undefined, isUnicode: false };
  expect(await longest((answer, write) => writeTable(answer, write, screen))).toBeLessThan(2 ** 21);
});

test('names of columns drive no terminal, as values do not', async () => {
  const named = { ...of(['/', 1]), columns: COLUMNS.map((column) => ({ ...column, name: `${column.name}\x9b\x1b` })) };
  expect(await written((write) => writeJson(named, write))).toBe('{"path\\u009b\\u001b":"/","n\\u009b\\u001b":1}\n');
});
