import { describe, expect, test } from 'vitest';
import {
  ANSWER_TO_CONNECT,
  ANSWER_TO_HEAD,
  ANSWER_TO_UNKNOWN,
  Following,
  pieces,
  type Told,
  type Way,
} from '../../test/support/follow.ts';

const following = new Following(200);

/** What is told of one stream, whole. */
function tell(text: string, way: Way = {}): Told[] {
  return following.tell(pieces(text), way);
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const STREAMS: readonly [string, string, Told[], Way?][] = [
  ['a request', GET, ['GET / HTTP/1.1 @0', 'end 0/0']],
  [
    'pipelined requests, empty lines before them, methods that are not known',
    `\r\n\r\n${GET}\r\nSEE /a HTTP/1.1\n\nM-SEARCH * HTTP/1.1\r\n\r\n`,
    ['GET / HTTP/1.1 @4', 'end 0/0', 'SEE /a HTTP/1.1 @33', 'end 0/0', 'M-SEARCH * HTTP/1.1 @50', 'end 0/0'],
  ],
  [
    'a body of known length',
    `POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /GET /b HTTP/1.1\r\n\r\n`,
    ['POST / HTTP/1.1 @0', 'end 5/5', 'GET /b HTTP/1.1 @43', 'end 0/0'],
  ],
  [
    'responses without a body, information, and one that goes on until the end',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\nHTTP/1.1 304\nTransfer-Encoding: chunked\n\nHTTP/1.0 200\r\n\r\nHTTP/1.1 200',
    [
      'HTTP/1.1 100 Continue @0',
      'end 0/0',
      'HTTP/1.1 204 No @25',
      'end 0/0',
      'HTTP/1.1 304 @63',
      'end 0/0',
      'HTTP/1.0 200 @104',
      'end 12/12',
    ],
    { finish: 'orderly' },
  ],
  [
    'chunks with extensions, capital digits, a trailer',
    `${CHUNKED}1\r\na\r\n0A;x="y"\r\n0123456789\r\n00\r\nETag: "1"\r\nX: \r\n\r\n${OK}`,
    ['HTTP/1.1 200 OK @0', 'end 11/50', 'HTTP/1.1 200 OK @97', 'end 2/2'],
  ],
  [
    'chunks whose lines end in LF or are padded',
    `${CHUNKED}3  \nabc\n0 \n\n${OK}`,
    ['HTTP/1.1 200 OK @0', 'end 3/12', 'HTTP/1.1 200 OK @59', 'end 2/2'],
  ],
  [
    'an answer to HEAD',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
    ['HTTP/1.1 200 OK @0', 'end 0/0', 'HTTP/1.1 200 OK @38', 'end 1/1'],
    { answers: [ANSWER_TO_HEAD, ANSWER_TO_UNKNOWN] },
  ],
  [
    'an answer to CONNECT, and the bytes in the tunnel',
    'HTTP/1.1 407 No\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\x16\x03\x01GET / HTTP/1.1\r\n\r\n',
    ['HTTP/1.1 407 No @0', 'end 1/1', 'HTTP/1.1 200 OK @39', 'end 21/21'],
    { answers: [ANSWER_TO_CONNECT, ANSWER_TO_CONNECT], finish: 'torn' },
  ],
  [
    'another protocol from 101 on',
    'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\x81\x05hello',
    ['HTTP/1.1 101 Switching @0', 'end 7/7'],
    { finish: 'orderly' },
  ],
  [
    'a coding whose end is the end',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\nContent-Length: 1\r\n\r\nabc',
    ['HTTP/1.1 200 OK @0', 'end 3/3'],
    { finish: 'orderly' },
  ],
  [
    'what is no message, to the end',
    `${GET}\x16\x03${GET}`,
    ['GET / HTTP/1.1 @0', 'end 0/0', 'lost'],
    { begins: (index) => index === 0 },
  ],
  ['a chunk of no size', `${CHUNKED}\r\n${OK}`, ['HTTP/1.1 200 OK @0', 'lost'], { begins: () => false, middle: false }],
  [
    'a head that is cut by the end',
    `${GET}GET /b HTTP/1.1\r\nHo`,
    ['GET / HTTP/1.1 @0', 'end 0/0', 'GET /b HTTP/1.1 @27 cut', 'lost'],
    { finish: 'orderly' },
  ],
  ['the beginning of a word at the end', `${GET}GE`, ['GET / HTTP/1.1 @0', 'end 0/0', 'lost'], { finish: 'orderly' }],
  [
    'a body that is cut by the end',
    'PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc',
    ['PUT / HTTP/1.1 @0', 'lost'],
    {
      finish: 'orderly',
    },
  ],
  ['a response that the end tears', 'HTTP/1.1 200 OK\r\n\r\nabc', ['HTTP/1.1 200 OK @0', 'lost'], { finish: 'torn' }],
];

describe.each(STREAMS)('%s', (_, text, told, way = {}) => {
  test('whole', () => {
    expect(tell(text, way)).toEqual(told);
  });

  test('cut at every byte into two and three pieces, and into single bytes', () => {
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second += second - first < 4 ? 1 : 7) {
        const cut = pieces(text.slice(0, first), text.slice(first, second), text.slice(second));
        expect(following.tell(cut, way), `${first} ${second}`).toEqual(told);
        following.release();
      }
    }
    expect(following.tell(pieces(...text), way)).toEqual(told);
    expect(following.release()).toBe(200);
  });
});

describe('a response whose request was not seen', () => {
  const HEAD_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n';
  const way: Way = { answers: [ANSWER_TO_UNKNOWN, ANSWER_TO_UNKNOWN] };

  test('answered HEAD where another one begins the next segment', () => {
    for (const begin of [HEAD_ANSWER, CHUNKED, 'HTTP/1.1 200 OK\r\n\r\n']) {
      const told = ['HTTP/1.1 200 OK @0', 'end 0/0', `HTTP/1.1 200 OK @${begin.length}`, 'end 2/2'];
      expect(following.tell(pieces(begin, OK), way)).toEqual(told);
      expect(following.tell(pieces(begin, OK.slice(0, 10), OK.slice(10)), way)).toEqual(told);
    }
  });

  test('else it has the body that it tells of', () => {
    expect(following.tell(pieces(HEAD_ANSWER, 'x', 1, OK, 88 - OK.length), way)).toEqual([
      'HTTP/1.1 200 OK @0',
      'end 90/90 gap',
    ]);
    expect(following.tell(pieces(HEAD_ANSWER + OK, 90 - OK.length), way)).toEqual([
      'HTTP/1.1 200 OK @0',
      'end 90/90 gap',
    ]);
    expect(following.tell(pieces(HEAD_ANSWER, 90), way)).toEqual(['HTTP/1.1 200 OK @0', 'end 90/90 gap']);
    expect(following.tell(pieces(HEAD_ANSWER), { ...way, finish: 'orderly' })).toEqual(['HTTP/1.1 200 OK @0', 'lost']);
  });
});
