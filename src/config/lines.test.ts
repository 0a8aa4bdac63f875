import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLines } from './lines.ts';

const reasonOf = (text: string) => {
  const { lines, wrong } = readLines(text);
  expect(lines).toEqual([]);
  expect(wrong).toHaveLength(1);
  return wrong[0]?.reason;
};

describe('a line that is right', () => {
  test.each([
    ['HTTPLOG_PORT=80', '80'],
    ['  HTTPLOG_PORT=80\t ', '80'],
    ['HTTPLOG_PORT="80"', '80'],
    ["HTTPLOG_PORT='80'  ", '80'],
    ['HTTPLOG_PORT=', ''],
    ['HTTPLOG_PORT=""', ''],
    ["HTTPLOG_PORT=''", ''],
    ['HTTPLOG_FILTER="port 80 and tcp"', 'port 80 and tcp'],
    [`HTTPLOG_FILTER="it's"`, "it's"],
    [`HTTPLOG_FILTER='say "x" for $5 \`now\`'`, 'say "x" for $5 `now`'],
    ['HTTPLOG_FILTER=" a;b|c&d<e>f(g) #h "', ' a;b|c&d<e>f(g) #h '],
    ['HTTPLOG_DIR=/a#b=c!*?[x]{y,z}~', '/a#b=c!*?[x]{y,z}~'],
    ['HTTPLOG_DIR=#x', '#x'],
    ['HTTPLOG_DIR=/로그', '/로그'],
    ['HTTPLOG_DIR="a\tb"', 'a\tb'],
  ])('%s', (text, value) => {
    expect(readLines(text)).toEqual({
      lines: [{ number: 1, name: text.trim().split('=')[0], value }],
      wrong: [],
    });
  });

  test('both a shell and systemd take the value as it is read here', () => {
    const bare = fc.string({ unit: fc.constantFrom(...'ab1/.,-_:#=!*?[]{}~%@+^') });
    const inDouble = fc.string({ unit: fc.constantFrom(..."ab1 ;&|<>()#=!*?[]{}~'") }).map((text) => `"${text}"`);
    const inSingle = fc.string({ unit: fc.constantFrom(...'ab1 ;&|<>()#=!*?[]{}~"$`') }).map((text) => `'${text}'`);
    fc.assert(
      fc.property(fc.oneof(bare, inDouble, inSingle), (written) => {
        const [line] = readLines(`HTTPLOG_DIR=${written}`).lines;
        if (line === undefined) return;
        const script = `HTTPLOG_DIR=${written}\nprintf %s "$HTTPLOG_DIR"`;
        expect(spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { HOME: '/root' } }).stdout).toBe(line.value);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a line that is wrong', () => {
  const BLANK = 'a bare value ends at a blank; put the value in single or double quotes';
  const SHAPE = 'not a line NAME=value, with no blank before or after the = and no export';
  test.each([
    ['HTTPLOG_PORT=80 # web', `HTTPLOG_PORT: ${BLANK}`],
    ['HTTPLOG_FILTER=port 80', `HTTPLOG_FILTER: ${BLANK}`],
    ['HTTPLOG_PORT= 80', `HTTPLOG_PORT: ${BLANK}`],
    ['HTTPLOG_PORT = 80', SHAPE],
    ['HTTPLOG_PORT', SHAPE],
    ['export HTTPLOG_PORT=80', SHAPE],
    ['=80', SHAPE],
    ['1A=80', SHAPE],
    ['\ufeffHTTPLOG_PORT=80', SHAPE],
    ['HTTPLOG_PORT+=80', SHAPE],
    ['[httplog]', SHAPE],
    [
      'HTTPLOG_DIR=$HOME/log',
      'HTTPLOG_DIR: a bare value cannot hold "$"; nothing is expanded here: put the value in single quotes',
    ],
    [
      'HTTPLOG_DIR=`pwd`',
      'HTTPLOG_DIR: a bare value cannot hold "`"; nothing is expanded here: put the value in single quotes',
    ],
    [
      'HTTPLOG_DIR="$HOME"',
      'HTTPLOG_DIR: a value in double quotes cannot hold "$"; nothing is expanded here: put the value in single quotes',
    ],
    [
      'HTTPLOG_DIR="`pwd`"',
      'HTTPLOG_DIR: a value in double quotes cannot hold "`"; nothing is expanded here: put the value in single quotes',
    ],
    ['HTTPLOG_DIR=a\\b', 'HTTPLOG_DIR: a value cannot hold a backslash'],
    ['HTTPLOG_DIR="a\\"', 'HTTPLOG_DIR: a value cannot hold a backslash'],
    ["HTTPLOG_DIR='a\\b'", 'HTTPLOG_DIR: a value cannot hold a backslash'],
    ['HTTPLOG_DIR=a;b', 'HTTPLOG_DIR: a bare value cannot hold ";"; put the value in single or double quotes'],
    ['HTTPLOG_DIR=~/log', 'HTTPLOG_DIR: a bare value cannot hold "~"; put the value in single or double quotes'],
    ['HTTPLOG_DIR=a:~', 'HTTPLOG_DIR: a bare value cannot hold "~"; put the value in single or double quotes'],
    ['HTTPLOG_DIR="a', 'HTTPLOG_DIR: the value\'s closing " must end its line'],
    ['HTTPLOG_DIR="', 'HTTPLOG_DIR: the value\'s closing " must end its line'],
    ['HTTPLOG_DIR="a" b', 'HTTPLOG_DIR: the value\'s closing " must end its line'],
    ['HTTPLOG_DIR="a" # b', 'HTTPLOG_DIR: the value\'s closing " must end its line'],
    ['HTTPLOG_DIR="a"b"', 'HTTPLOG_DIR: a value in " cannot hold "'],
    [`HTTPLOG_DIR='a'"b"`, "HTTPLOG_DIR: the value's closing ' must end its line"],
    ['HTTPLOG_DIR=a"', 'HTTPLOG_DIR: a quote belongs at the beginning and at the end of a value only'],
    ["HTTPLOG_DIR=it's", 'HTTPLOG_DIR: a quote belongs at the beginning and at the end of a value only'],
    ['HTTPLOG_DIR="\u001b[31m"', 'a line cannot hold control characters'],
    ['HTTPLOG_DIR=a\rb', 'a line cannot hold control characters'],
    ['HTTPLOG_DIR=a\0', 'a line cannot hold control characters'],
    ['# comment \\', 'a comment cannot end in a backslash'],
    ['OTHER="a', 'a value must end on its line'],
    ['OTHER=a\\', 'a value must end on its line'],
    [`OTHER='a'"b\\"`, 'a value must end on its line'],
  ])('%j', (text, reason) => expect(reasonOf(text)).toBe(reason));
});

test('comments, empty lines and the lines of others are passed over; numbers count all lines', () => {
  const text = [
    '# HTTPLOG_PORT=1',
    '; HTTPLOG_PORT=2',
    '   # x',
    '',
    ' \t',
    'PATH=$PATH:/opt/bin',
    `NAME="a \\" b" 'c\\'\\'`,
    'HTTPLOG_PORT=3',
  ].join('\n');
  expect(readLines(text)).toEqual({ lines: [{ number: 8, name: 'HTTPLOG_PORT', value: '3' }], wrong: [] });
});

test('Windows line ends are one mistake, whatever their number, and the rest is read without them', () => {
  expect(readLines('# c\r\nHTTPLOG_PORT=80\r\nHTTPLOG_DIR=$x\r\n')).toEqual({
    lines: [{ number: 2, name: 'HTTPLOG_PORT', value: '80' }],
    wrong: [
      { number: 1, reason: 'the line ends in CR LF as on Windows; take the CR away: sed -i "s/\\r$//" FILE' },
      {
        number: 3,
        reason: 'HTTPLOG_DIR: a bare value cannot hold "$"; nothing is expanded here: put the value in single quotes',
      },
    ],
  });
});

test('any text: never throws, and every line that is not its own answer is one line', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('HTTPLOG_DIR=', '\n', '"', "'", '\\', '$', 'A='),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      for (const { reason } of readLines(pieces.join('')).wrong) expect(reason).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
