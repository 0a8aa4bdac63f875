// What nobody sends in earnest: endless heads, absurd sizes, no memory left. Bounded, and nothing is read or written outside.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latin1 } from '../../test/support/bytes.ts';
import { Following, type Passing, pieces, type Told } from '../../test/support/follow.ts';

const HEAD_MAXIMUM = 65536;
const following = new Following(200);
const GET = 'GET /b HTTP/1.1\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Cuts text in pieces of this many bytes. */
function cut(text: string, bytes: number): Passing[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += bytes) parts.push(text.slice(at, at + bytes));
  return pieces(...parts);
}

function headOf(bytes: number): string {
  const begin = 'GET /long HTTP/1.1\r\nX: ';
  return `${begin}${'x'.repeat(bytes - begin.length - 4)}\r\n\r\n`;
}

describe('heads', () => {
  test.each([1, 7, 1016, 1460, 65535, 65536, 100000])(
    'of 64 KB are followed, of one byte more not; pieces of %i',
    (bytes) => {
      const begins = (index: number): boolean => index === 0;
      const told = ['GET /long HTTP/1.1 @0', 'end 0/0', `GET /b HTTP/1.1 @${HEAD_MAXIMUM}`, 'end 0/0'];
      expect(following.tell(cut(headOf(HEAD_MAXIMUM) + GET, bytes), { begins })).toEqual(told);
      const cutShort = ['GET /long HTTP/1.1 @0 cut', 'lost'];
      expect(following.tell(cut(headOf(HEAD_MAXIMUM + 1) + GET, bytes), { begins })).toEqual(cutShort);
      expect(following.release()).toBe(200);
    },
  );

  test('without end', () => {
    const endless = [...pieces('GET / HTTP/1.1\r\nX: '), ...cut('y'.repeat(300_000), 1000), ...pieces(GET)];
    expect(following.tell(endless)).toEqual(['GET / HTTP/1.1 @0 cut', 'lost', 'GET /b HTTP/1.1 @300019', 'end 0/0']);
    expect(following.release()).toBe(200);
  });

  test.each([1, 10, 1000])('a word and a line without end, in pieces of %i', (bytes) => {
    const begins = (index: number): boolean => index === 0;
    expect(following.tell(cut(`INVENTED /${'z'.repeat(70_000)}`, bytes), { begins })).toEqual(['lost']);
    expect(following.tell(cut('A'.repeat(70_000), bytes), { begins })).toEqual(['lost']);
    expect(following.tell(cut(`INVENTED /${'z'.repeat(60_000)} HTTP/1.1\r\n\r\n`, bytes), { begins })).toHaveLength(2);
    expect(following.release()).toBe(200);
  });

  test('that is none after all', () => {
    expect(following.tell(pieces('HTTP/1.1 ', 'xyz\r\n\r\n', GET))).toEqual(['lost', 'GET /b HTTP/1.1 @16', 'end 0/0']);
    expect(following.release()).toBe(200);
  });
});

describe('without slabs', () => {
  test('a head over several pieces is what is there', () => {
    const poor = new Following(0);
    expect(poor.tell(pieces(GET, GET.slice(0, 17), GET.slice(17), GET))).toEqual([
      'GET /b HTTP/1.1 @0',
      'end 0/0',
      'GET /b HTTP/1.1 @19 cut',
      'lost',
      'GET /b HTTP/1.1 @38',
      'end 0/0',
    ]);
    expect(poor.tell(pieces('GE', 'T / HTTP/1.1\r\n\r\n', GET))).toEqual(['lost', 'GET /b HTTP/1.1 @18', 'end 0/0']);
  });

  test('and one that fills them', () => {
    const poor = new Following(3);
    const whole = headOf(5000);
    for (let first = 1; first < 4990; first += 13) {
      const told = poor.tell(pieces(whole.slice(0, first), whole.slice(first, first + 9), whole.slice(first + 9)), {
        begins: (index) => index === 0,
      });
      if (first + 9 <= 3 * 1016) expect(told).toEqual(['GET /long HTTP/1.1 @0', 'end 0/0']);
      else if (first >= 20) expect(told).toEqual(['GET /long HTTP/1.1 @0 cut', 'lost']);
      expect(poor.release()).toBe(3);
    }
  });
});

describe('chunk sizes', () => {
  test.each(['8000000000000000', 'fFfFfFf', '0000000000000001', '7fffffffffffffff'])('%s is followed', (size) => {
    expect(following.tell(pieces(`${CHUNKED}${size}\r\n`, 1, 4_000_000_000))).toEqual(
      Number.parseInt(size, 16) < 4_000_000_001 ? ['HTTP/1.1 200 OK @0', 'lost'] : ['HTTP/1.1 200 OK @0'],
    );
  });

  test.each([
    '8000000000000001',
    'ffffffffffffffff',
    '00000000000000001',
    '',
    ';a',
    'x',
    '-1',
    '1x',
    '0x1',
    ' 1',
    '\r',
    '\n',
  ])('%j is none', (size) => {
    const told: Told[] = ['HTTP/1.1 200 OK @0', 'lost', 'GET /b HTTP/1.1 @'];
    const text = `${CHUNKED}${size}\r\n`;
    told[2] += `${text.length}`;
    for (const parts of [
      pieces(text, GET),
      [...pieces(CHUNKED), ...pieces(...text.slice(CHUNKED.length)), ...pieces(GET)],
    ]) {
      expect(following.tell(parts)).toEqual([...told, 'end 0/0']);
    }
  });

  test.each(['5\r\nabcdeX', '5\r\nabcde\rX', '5\r\nabcde\r\r\n'])('%j is broken', (text) => {
    expect(following.tell(pieces(`${CHUNKED}${text}`), { begins: () => false })).toEqual([
      'HTTP/1.1 200 OK @0',
      'lost',
    ]);
  });

  test('a trailer without end', () => {
    const parts = [...pieces(`${CHUNKED}0\r\n`), ...cut('X: y\r\n'.repeat(20_000), 1000), ...pieces(GET)];
    expect(following.tell(parts)).toEqual(['HTTP/1.1 200 OK @0', 'lost', 'GET /b HTTP/1.1 @120050', 'end 0/0']);
  });
});

describe('lengths', () => {
  test.each<[string, Told[]]>([
    ['Content-Length: 2, 2', ['end 2/2']],
    ['Content-Length: 2 ,\t2,02', ['end 2/2']],
    ['Content-Length: 2, 3', ['end 3/3']],
    ['Content-Length: +2', ['end 3/3']],
    ['Content-Length: 2,', ['end 3/3']],
    ['Content-Length:', ['end 3/3']],
    ['Content-Length: 9223372036854775807', ['lost']],
    ['Content-Length: 18446744073709551617', ['lost']],
    ['Content-Length: 99999999999999999999999999999999999999', ['lost']],
    ['Transfer-Encoding: identity\r\nContent-Length: 2', ['end 2/2']],
    ['Transfer-Encoding:\r\nContent-Length: 2', ['end 2/2']],
    ['Transfer-Encoding: gzip , CHUNKED \r\nContent-Length: 2', ['lost']],
    ['Transfer-Encoding: xchunked\r\nContent-Length: 2', ['end 3/3']],
  ])('%j', (field, told) => {
    const text = `HTTP/1.1 200 OK\r\n${field}\r\n\r\nab`;
    const rest = told[0] === 'end 2/2' ? '' : 'c';
    expect(following.tell(pieces(text + rest), { finish: 'orderly' })).toEqual(['HTTP/1.1 200 OK @0', ...told]);
  });

  test('a request with another coding than chunked', () => {
    expect(following.tell(pieces('PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc'))).toEqual([
      'PUT / HTTP/1.1 @0',
      'lost',
    ]);
  });
});

// Parts of streams, put together as nobody would.
const part = fc.oneof(
  fc.constantFrom(
    'GET / HTTP/1.1\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 204\n',
    'HTTP/1.1 ',
    'PATCH /',
    'BREW /a HTTP/1.1\r\n',
  ),
  fc.constantFrom(
    'Content-Length: 5\r\n',
    'Content-Length: 5, 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'X: y\r\n',
    '\r\n',
    '\n',
    '\r',
  ),
  fc.constantFrom('5\r\nabcde\r\n', '0\r\n', 'a', '1;x\r\n', 'ffffffffffffffffff', '7fffffff', ' '),
  fc.string({ unit: 'binary-ascii', maxLength: 5 }),
);
const stream = fc.array(part, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));

test('whatever comes: the same whole and in pieces, taken back and not, and every slab comes back', () => {
  fc.assert(
    fc.property(
      stream,
      fc.array(fc.nat(300), { maxLength: 8 }),
      fc.constantFrom('orderly' as const, 'torn' as const),
      (text, cuts, finish) => {
        const bounds = [...new Set([0, ...cuts.map((place) => place % (text.length + 1)), text.length])].sort(
          (a, b) => a - b,
        );
        const parts = bounds.slice(1).map((end, i) => text.slice(bounds[i], end));
        const begins = (index: number): boolean => index === 0;
        const whole = following.tell([latin1(text)], { finish, begins });
        expect(following.tell(pieces(...parts), { finish, begins })).toEqual(whole);
        expect(following.release()).toBe(200);
        const heads = whole.filter((line) => line.includes('@')).length;
        const ends = whole.filter((line) => line.startsWith('end')).length;
        expect(ends).toBeLessThanOrEqual(heads);
      },
    ),
    { numRuns: 3000 },
  );
});
