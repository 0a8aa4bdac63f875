import { describe, expect, test } from 'vitest';
import { Following, pieces, type Told, type Way } from '../../test/support/follow.ts';

const following = new Following(200);
const PUT = 'PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\n';
const GET = 'GET /b HTTP/1.1\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const STREAMS: readonly [string, (string | number)[], Told[], Way?][] = [
  [
    'within a body',
    [PUT, 'abc', 4, `xyz${GET}`],
    ['PUT / HTTP/1.1 @0', 'end 10/10 gap', 'GET /b HTTP/1.1 @48', 'end 0/0'],
  ],
  ['all of a body', [PUT, 10, GET], ['PUT / HTTP/1.1 @0', 'end 10/10 gap', 'GET /b HTTP/1.1 @48', 'end 0/0']],
  [
    'behind the end of a body: the message has ended, what follows is looked for',
    [PUT, 11, 'garbage', GET],
    ['PUT / HTTP/1.1 @0', 'end 10/10 gap', 'lost', 'GET /b HTTP/1.1 @56', 'end 0/0'],
  ],
  [
    'within a chunk',
    [`${CHUNKED}5\r\na`, 3, `e\r\n0\r\n\r\n${CHUNKED}0\r\n\r\n`],
    ['HTTP/1.1 200 OK @0', 'end 5/15 gap', 'HTTP/1.1 200 OK @62', 'end 0/5'],
  ],
  ['the rest of a chunk', [`${CHUNKED}5\r\na`, 4, `\r\n0\r\n\r\n`], ['HTTP/1.1 200 OK @0', 'end 5/15 gap']],
  [
    'behind the end of a chunk',
    [`${CHUNKED}5\r\na`, 5, `\n0\r\n\r\n`, GET],
    ['HTTP/1.1 200 OK @0', 'lost', 'GET /b HTTP/1.1 @62', 'end 0/0'],
  ],
  ['a chunk’s size', [`${CHUNKED}5`, 1, `\nabcde\r\n0\r\n\r\n`], ['HTTP/1.1 200 OK @0', 'lost']],
  ['a trailer', [`${CHUNKED}0\r\n`, 1, `\n`], ['HTTP/1.1 200 OK @0', 'lost']],
  [
    'a body without end',
    ['HTTP/1.1 200 OK\r\n\r\nabc', 1000, 'd'],
    ['HTTP/1.1 200 OK @0', 'end 1004/1004 gap'],
    { finish: 'orderly' },
  ],
  [
    'a tunnel',
    ['HTTP/1.1 101 S\r\n\r\n', 4000000000, 'd'],
    ['HTTP/1.1 101 S @0', 'end 4000000001/4000000001 gap'],
    { finish: 'orderly' },
  ],
  ['between messages', [GET, 5, GET], ['GET /b HTTP/1.1 @0', 'end 0/0', 'lost', 'GET /b HTTP/1.1 @24', 'end 0/0']],
  ['behind half an empty line', ['\r', 1, GET], ['lost', 'GET /b HTTP/1.1 @2', 'end 0/0']],
  [
    'in a head',
    ['GET /b HTTP/1.1\r\nHo', 5, 'x\r\n\r\n', GET],
    ['GET /b HTTP/1.1 @0 cut', 'lost', 'GET /b HTTP/1.1 @29', 'end 0/0'],
  ],
  ['in a word', ['GE', 5, 'x\r\n\r\n', GET], ['lost', 'GET /b HTTP/1.1 @12', 'end 0/0']],
  ['where all is lost', ['\x00', 5, GET], ['lost', 'GET /b HTTP/1.1 @6', 'end 0/0']],
  ['of no length', [PUT, 0, 'abc', 0, '0123456', 0], ['PUT / HTTP/1.1 @0', 'end 10/10']],
];

/** The bytes one by one, and of short gaps too; with whether a segment begins there. */
function slowly(parts: readonly (string | number)[]): [part: string | number, begins: boolean][] {
  return parts.flatMap((part) => {
    if (typeof part === 'number' && part > 100) return [[part, false] as [number, boolean]];
    const single = typeof part === 'string' ? [...part] : new Array<number>(part).fill(1);
    return single.map((one, i) => [one, i === 0] as [string | number, boolean]);
  });
}

test.each(STREAMS)('%s', (_, parts, told, way = {}) => {
  expect(following.tell(pieces(...parts), way)).toEqual(told);
  // A head that is looked for must stand in its segment: only where nothing is lost it is the same byte by byte.
  if (!told.includes('lost')) {
    const slow = slowly(parts);
    const begins = (index: number): boolean => slow[index]?.[1] ?? true;
    expect(following.tell(pieces(...slow.map(([part]) => part)), { ...way, begins })).toEqual(told);
  }
  expect(following.release()).toBe(200);
});

describe('beginning in the middle', () => {
  const middle = { middle: true };
  test('heads are looked for where segments begin, and there only', () => {
    const parts = pieces('abcGET /no HTTP/1.1\r\n\r\n', GET, 'def', PUT, '0123456789');
    const told = ['GET /b HTTP/1.1 @23', 'end 0/0', 'lost', `PUT / HTTP/1.1 @${23 + 19 + 3}`, 'end 10/10'];
    expect(following.tell(parts, middle)).toEqual(told);
    expect(following.tell(parts, { ...middle, begins: (index) => index !== 1 })).toEqual([
      `PUT / HTTP/1.1 @${23 + 19 + 3}`,
      'end 10/10',
    ]);
  });

  test('a head that goes on in other segments is found too, and empty lines before it', () => {
    const parts = pieces('xyz', `\r\n\r\n${GET.slice(0, 9)}`, GET.slice(9, 12), GET.slice(12));
    expect(following.tell(parts, middle)).toEqual(['GET /b HTTP/1.1 @7', 'end 0/0']);
  });

  test('bytes of a body that look like a head are given up for a real one', () => {
    const parts = pieces('GET / HTTP/1.1\nGET / HT', 'TP/1.1\n', GET, '?', 'HTTP/1.1 200 No\n\nHTTP/1.1 200 No\n\n');
    const none = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
    expect(following.tell([...parts, ...pieces(none)], middle)).toEqual([
      'lost',
      'GET /b HTTP/1.1 @30',
      'end 0/0',
      'lost',
      'HTTP/1.1 200 No @50',
      'lost',
      'HTTP/1.1 200 OK @84',
      'end 1/1',
    ]);
    // What is followed from its beginning is not.
    const told = ['GET / HTTP/1.1 @0', 'end 0/0'];
    expect(following.tell(pieces('GET / HTTP/1.1\nX: ', 'GET / HTTP/1.1\n\n'))).toEqual(told);
    expect(following.release()).toBe(200);
  });

  test('the end brings nothing', () => {
    expect(following.tell(pieces('xyz'), { ...middle, finish: 'orderly' })).toEqual([]);
    expect(following.tell(pieces('xyz'), { ...middle, finish: 'torn' })).toEqual([]);
  });
});

describe('stamps', () => {
  test('of the first and the last packet of a head, the last of a message', () => {
    const parts = pieces(PUT.slice(0, 2), PUT.slice(2, 20), PUT.slice(20), 'abc', 4, `xyz${GET}`, '\r\n', GET);
    expect(following.tell(parts, { withStamps: true })).toEqual([
      'PUT / HTTP/1.1 @0 1-3',
      'end 10/10 gap -6',
      'GET /b HTTP/1.1 @48 6-6',
      'end 0/0 -6',
      'GET /b HTTP/1.1 @69 8-8',
      'end 0/0 -8',
    ]);
    expect(following.internals.code.follower_headMark(following.state)).toBe(8);
  });
});

describe('the other direction of a tunnel', () => {
  const { code } = following.internals;
  test('is counted, and ends without an event', () => {
    following.tell(pieces('CONNECT a:443 HTTP/1.1\r\n\r\n'));
    code.follower_tunnel(following.state);
    const { at, end } = following.internals.putLast(new Uint8Array(100));
    expect(code.follower_next(following.state, at, end, 1, 9n, 9)).toBe(0);
    expect(code.follower_gap(following.state, 11, 9n)).toBe(0);
    expect(code.follower_bodyBytes(following.state)).toBe(111n);
    expect(code.follower_finish(following.state, 1)).toBe(0);
  });

  test('forgets what was kept of a head', () => {
    following.tell(pieces('CONNECT a:443 HTTP/1.1\r\n\r\nGE'));
    expect(following.free).toBe(199);
    code.follower_tunnel(following.state);
    expect(following.free).toBe(200);
  });
});
