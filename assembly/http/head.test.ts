import { describe, expect, test } from 'vitest';
import { FIELD_CONTENT_LENGTH, FIELD_CONTENT_TYPE, FIELD_HOST, FIELD_USER_AGENT } from '../../layout/fields.ts';
import { asLatin1, join, latin1 } from '../../test/support/bytes.ts';
import { openInternals, type Span } from '../../test/support/packet-internals.ts';
import { readMessages } from '../../test/support/second-reading/messages.ts';

const { code, put, putLast, read } = openInternals();
const [NONE, REQUEST, RESPONSE] = [0, 1, 2];
const HEAD_MAXIMUM = 65536;

interface Message {
  kind: number;
  startLine: string;
  fields: [string, string];
  whole: boolean;
  /** Bytes from the payload's beginning to the message's end; undefined where that is not known. */
  length: number | undefined;
  status: number;
}

function messageAt({ at, end }: Span): Message | undefined {
  const kind = code.head_read(at, end);
  if (kind === NONE) return undefined;
  const field = (slot: number): string => asLatin1(read(code.fields_value(slot), code.fields_valueEnd(slot)));
  const behind = code.head_messageEnd.value;
  return {
    kind,
    startLine: asLatin1(read(code.head_startLine.value, code.head_startLineEnd.value)),
    fields:
      kind === REQUEST
        ? [field(FIELD_HOST), field(FIELD_USER_AGENT)]
        : [field(FIELD_CONTENT_LENGTH), field(FIELD_CONTENT_TYPE)],
    whole: code.head_whole.value === 1,
    length: behind === 0 ? undefined : behind - at,
    status: code.head_status.value,
  };
}

/** The first message of a payload that stands at the end of memory. */
function first(text: string): Message | undefined {
  return messageAt(putLast(latin1(text)));
}

/** All messages of a payload, as the second reading gives them. */
function all({ at, end }: Span): unknown[] {
  const messages: unknown[] = [];
  while (at < end) {
    const message = messageAt({ at, end });
    if (message === undefined) break;
    const kind = message.kind === REQUEST ? 'request' : 'response';
    messages.push({ kind, startLine: message.startLine, fields: message.fields, cut: !message.whole });
    if (message.length === undefined) break;
    at += message.length;
  }
  return messages;
}

const PAYLOADS = [
  'GET /a HTTP/1.1\r\nHost: a.example\r\nUser-Agent: x \r\n\r\n',
  '\r\n\r\nPOST /b HTTP/1.1\nhost:b\nContent-Length: 3\n\nabcGET /c HTTP/1.0\n\n',
  'HTTP/1.1 200 OK \t\r\nContent-Length: 2\r\nContent-Type: text/html\r\n\r\nokHTTP/1.0 304\r\nContent-Length: 9\r\n\r\nHTTP/2 404\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / ',
  'SUBSCRIBE /event HTTP/1.1\r\nCALLBACK: <http://a>\r\n folded: x\r\nHost : y\r\nHost: z\r\n\r\n',
];

describe.each(PAYLOADS)('%j', (payload) => {
  test('whole and cut at every byte, as a slow reading says, and nothing is read behind', () => {
    const bytes = latin1(payload);
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const result = all(putLast(cut));
      expect(result).toEqual(readMessages(cut));
      for (const behind of [bytes.subarray(length), latin1('\r\n\r\n\r\n'), latin1('0123456789'), latin1(':::::::')]) {
        const { at } = put(join(cut, behind));
        expect(all({ at, end: at + length })).toEqual(result);
      }
    }
  });
});

describe('responses', () => {
  test.each([
    ['HTTP/1.1 200 OK\r\n', 200],
    ['HTTP/1.1 200', 200],
    ['HTTP/1.1 200\x00', 200],
    ['HTTP/1.1 007x', 7],
    ['HTTP/3 503', 503],
    ['HTTP/1.1 20', 0],
    ['HTTP/1.1 2', 0],
    ['HTTP/1.1 ', 0],
    ['HTTP/1.1', 0],
    ['HTTP/1.', 0],
    ['HTTP/1 ', 0],
    ['HTTP/1', 0],
  ])('%j', (text, status) => {
    expect(first(text)).toMatchObject({ kind: RESPONSE, status });
  });

  test.each([
    ['HTTP/', 'HTTP', 'HTTP/x', 'HTTP/1.x', 'HTTP/1x', 'HTTP/1.1x', 'HTTP/11 200', 'HTTP/1.11 200', 'HTTP/1.1  200'],
    ['HTTP/1.1 2000', 'HTTP/1.1 20x', 'HTTP/1.1 x', 'http/1.1 200', 'HTTP/1.1\t200', 'HTTP/1. 200', ' HTTP/1.1 200'],
  ])('none of %j', (...texts) => {
    for (const text of texts) expect(first(text), text).toBeUndefined();
  });
});

describe('empty lines in front', () => {
  test.each([
    ['\r\n', 2],
    ['\r\n\r\n', 4],
  ])('%j is skipped', (lines, length) => {
    expect(first(`${lines}GET / HTTP/1.1\r\n\r\n`)).toMatchObject({
      startLine: 'GET / HTTP/1.1',
      whole: true,
      length: length + 18,
    });
  });

  test.each(['\r\n\r\n\r\n', '\n', '\r', '\r\r\n'])('%j is no such thing', (lines) => {
    expect(first(`${lines}GET / HTTP/1.1\r\n\r\n`)).toBeUndefined();
  });

  test('and nothing behind them', () => {
    for (const text of ['', '\r', '\r\n', '\r\n\r', '\r\n\r\n']) expect(first(text)).toBeUndefined();
  });
});

describe('where a message ends', () => {
  const length = (text: string): number | undefined => first(text)?.length;

  test.each([
    ['GET / HTTP/1.1\r\n\r\n', 18],
    ['GET / HTTP/1.1\r\n\r\nrest', 18],
    ['GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\nrest', 37],
    ['PUT / HTTP/1.1\nContent-Length:4\n\nbodyrest', 37],
    ['PUT / HTTP/1.1\nContent-Length: 0000000000000000000004\n\nbodyrest', 59],
    ['PUT / HTTP/1.1\nContent-Length: 4,4\n\nbody', 36],
    ['PUT / HTTP/1.1\nContent-Length:\n\nbody', 32],
    ['PUT / HTTP/1.1\nContent-Length: -1\n\nbody', 35],
    ['HTTP/1.1 204 No\nContent-Length: 4\n\nbody', 35],
    ['HTTP/1.1 304 No\nContent-Length: 4\n\nbody', 35],
    ['HTTP/1.1 199 No\nContent-Length: 4\n\nbody', 35],
    ['HTTP/1.1 200 OK\nContent-Length: 4\n\nbody', 39],
  ])('%j', (text, expected) => {
    expect(length(text)).toBe(expected);
  });

  test.each([
    'GET / HTTP/1.1\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n',
    'PUT / HTTP/1.1\nContent-Length: 5\n\nbody',
    'PUT / HTTP/1.1\nContent-Length: 4294967296\n\nbody',
    'PUT / HTTP/1.1\nContent-Length: 4294967300\n\nbody',
    'PUT / HTTP/1.1\nContent-Length: 18446744073709551620\n\nbody',
    'PUT / HTTP/1.1\nContent-Length: 99999999999999999999999999999999\n\nbody',
    'PUT / HTTP/1.1\nTransfer-Encoding: chunked\nContent-Length: 4\n\nbody',
    'GET / HTTP/1.1\nTransfer-Encoding:\n\n',
    'HTTP/1.1 204 No\nTransfer-Encoding: x\n\n',
    'HTTP/1.1 200 OK\n\n',
    'HTTP/1.1 200 OK\nContent-Length: x\n\n',
    'HTTP/1.1 205 Reset\n\n',
    'HTTP/1.1 2\n\n',
  ])('%j does not tell', (text) => {
    expect(length(text)).toBeUndefined();
  });
});

test('a head is read for 64 KB and not further', () => {
  const long = (total: number): string => {
    const begin = 'GET / HTTP/1.1\r\nHost: a\r\nX: ';
    return `${begin}${'x'.repeat(total - begin.length - 4)}\r\n\r\n`;
  };
  expect(first(long(HEAD_MAXIMUM))).toMatchObject({ whole: true, length: HEAD_MAXIMUM });
  expect(first(long(HEAD_MAXIMUM + 1))).toMatchObject({ whole: false, length: undefined, fields: ['a', ''] });
  const line = first(`GET /${'y'.repeat(HEAD_MAXIMUM + 10)}\r\n\r\n`);
  expect(line?.startLine).toHaveLength(HEAD_MAXIMUM);
});

describe('what is not recognised yet', () => {
  const mayBegin = (text: string): boolean => {
    const { at, end } = putLast(latin1(text));
    return code.head_mayBegin(at, end) === 1;
  };

  test.each([
    'GET / HTTP/1.1\r\n',
    'INVENTED /a HTTP/1.1\n',
    'M-SEARCH * HTTP/1.0\r\n',
    'HTTP/1.1 200 OK\r\n',
    'PUT \x80\r\n',
  ])('may become %j from its first byte on', (text) => {
    for (let length = 1; length <= text.length; length++) {
      const part = text.slice(0, length);
      expect(first(part) !== undefined || mayBegin(part), part).toBe(true);
    }
  });

  test.each([
    '',
    '\r',
    'get',
    'G1',
    'HTTPS/',
    'HTTP/x',
    'HTTP//',
    'XY /',
    'GET  ',
    'GET\t',
    'GET \n',
    'FOO /bar\n',
    'FOO / HTTP/1.1x\r\n',
    'A'.repeat(25),
    '\x16\x03',
  ])('and never from %j', (text) => {
    expect(mayBegin(text)).toBe(false);
  });

  test('a word of 24 bytes may', () => {
    expect([mayBegin('A'.repeat(24)), mayBegin(`${'A'.repeat(24)} `), mayBegin(`${'A'.repeat(24)} /x`)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
