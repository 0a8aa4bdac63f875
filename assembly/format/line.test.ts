import { describe, expect, test } from 'vitest';
import type { InternalsSettings } from '../../test/support/packet-internals.ts';
import { type Transaction, transactionWriter } from '../../test/support/transactions.ts';

const T = 1_700_000_000_123_456_789n;
const REQUEST =
  'GET /a/b%20%E4%zz?c=d HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: "curl"\\\xff\r\nReferer: http://x/\r\n' +
  'Via: 1.0 a, 1.1 b\r\nX-Forwarded-For:\r\n\r\n';
const ONE: Transaction = {
  begin: T - 1000n,
  request: { head: REQUEST, first: T, number: 3 },
  response: {
    head: 'HTTP/1.0 200 OK\r\nContent-Length: 12\r\nContent-Type: text/plain\r\n\r\n',
    first: T + 2_345_678n,
  },
};
const UNANSWERED: Transaction = { ...ONE, response: undefined };
const UNASKED: Transaction = { ...ONE, request: undefined };
const ENDS = '192.0.2.1#40000 198.51.100.7#80';
const hour = (): number => 3600;

const lines = (settings: InternalsSettings, ...all: Transaction[]): string[] => {
  const write = transactionWriter(settings);
  return all.map((one) => write(one).slice(0, -1));
};

describe('text', () => {
  const asked = 'GET /a/b%20%E4%zz?c=d HTTP/1.1 shop.example:8080 "curl"\\x5c\\xff';

  test('of transactions', () => {
    expect(lines({ localOffset: hour }, ONE, UNANSWERED, UNASKED)).toEqual([
      `2023-11-14 23:13:20.123 ${ENDS} CQ ${asked} 200  12 2.345`,
      `2023-11-14 23:13:20.123 ${ENDS} CQ ${asked}    `,
      `2023-11-14 23:13:20.125 ${ENDS} CQ    200  12 `,
    ]);
  });

  test('lengths as counted, tags, an answer that is older than its request', () => {
    const one: Transaction = {
      ...ONE,
      tag: 42,
      request: { head: 'PUT / HTTP/1.1\r\n\r\n', first: T, bodyBytes: 2n ** 33n },
      response: { head: 'HTTP/1.', first: T - 1n, bodyBytes: 0n },
    };
    expect(lines({ addVlan: true }, one)).toEqual([
      `2023-11-14 22:13:20.123 ${ENDS} CQ vlan=42 PUT / HTTP/1.1    8589934592 0 `,
    ]);
  });

  test('an answer without a body has no length where its body would have been followed', () => {
    const toHead: Transaction = { ...ONE, request: { head: 'HEAD / HTTP/1.1\r\n\r\n', first: T } };
    expect(lines({}, toHead)).toEqual([`2023-11-14 22:13:20.123 ${ENDS} CQ HEAD / HTTP/1.1   200  12 2.345`]);
    expect(lines({ assemble: true }, toHead)).toEqual([
      `2023-11-14 22:13:20.123 ${ENDS} CQ HEAD / HTTP/1.1   200   2.345`,
    ]);
  });

  test('a Content-Length that is no number cannot pass for the fields beside it', () => {
    const one: Transaction = {
      request: { head: 'GET / HTTP/1.1\r\nContent-Length: 200 7 1.000\r\n\r\n', first: T },
      response: { head: 'HTTP/1.1 404 Not Found\r\nContent-Length: 1 9.999\r\n\r\n', first: T },
    };
    expect(lines({}, one)).toEqual([`2023-11-14 22:13:20.123 ${ENDS} CQ GET / HTTP/1.1   404   0.000`]);
  });

  test('of messages that stand in halves', () => {
    expect(lines({ pair: false, assemble: true }, UNANSWERED, UNASKED)).toEqual([
      `2023-11-14 22:13:20.123 ${ENDS} CQ ${asked}`,
      '2023-11-14 22:13:20.125 198.51.100.7#80 192.0.2.1#40000 CQ HTTP/1.0 200 OK 12 text/plain',
    ]);
  });
});

describe('tsv', () => {
  test('the usual columns', () => {
    const asked = '192.0.2.1\t198.51.100.7\tGET\t/a/b%20%E4%zz?c=d\tshop.example:8080';
    expect(lines({ format: 'tsv' }, ONE, UNANSWERED, UNASKED)).toEqual([
      `2023-11-14T22:13:20.123456789Z\tCQ\t${asked}\t200\t12\t2345`,
      `2023-11-14T22:13:20.123456789Z\tCQ\t${asked}\t\t\t`,
      '2023-11-14T22:13:20.125802467Z\tCQ\t192.0.2.1\t198.51.100.7\t\t\t\t200\t12\t',
    ]);
  });

  test('a tab in a value is escaped', () => {
    const fields = ['agent', 'reason', 'request.nothing', 'http.response.header.content-type'];
    const one: Transaction = {
      request: { head: 'GET / HTTP/1.1\r\nUser-Agent: a\tb\r\n\r\n', first: T },
      response: { head: 'HTTP/1.1 404 Not \tFound\r\nContent-Type: c\r\n\r\n', first: T },
    };
    expect(lines({ format: 'tsv', fields }, one)).toEqual(['a\\x09b\tNot \\x09Found\t\tc']);
  });
});

describe('the lines of nginx and Apache', () => {
  const begin = '192.0.2.1 - - [14/Nov/2023:23:13:20 +0100]';
  const asked = '"GET /a/b%20%E4%zz?c=d HTTP/1.1"';
  const rest = '"http://x/" "\\x22curl\\x22\\x5C\\xFF"';

  test('combined', () => {
    expect(lines({ format: 'combined', localOffset: hour }, ONE, UNANSWERED, UNASKED)).toEqual([
      `${begin} ${asked} 200 12 ${rest}`,
      `${begin} ${asked} 499 0 ${rest}`,
      `${begin} "-" 200 12 "-" "-"`,
    ]);
  });

  test('common', () => {
    expect(lines({ format: 'common', localOffset: hour }, ONE)).toEqual([`${begin} ${asked} 200 12`]);
  });

  test('vcombined', () => {
    expect(lines({ format: 'vcombined', localOffset: hour }, ONE, UNASKED)).toEqual([
      `shop.example:80 ${begin} ${asked} 200 12 ${rest} 2345`,
      `-:80 ${begin} "-" 200 12 "-" "-" -`,
    ]);
  });

  test.each([
    ['a b:81', 'a\\x20b:80'],
    [':81', '-:80'],
    ['a"', 'a\\x22:80'],
    ['[2001:db8::1]:81', '[2001:db8::1]:80'],
  ])('the virtual host %j', (host, written) => {
    const one = { request: { head: `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, first: T } };
    expect(lines({ format: 'vcombined' }, one)[0]?.split(' ')[0]).toBe(written);
  });

  test.each([
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '200 -'],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n', '304 0'],
    ['HTTP/1.', '499 -'],
  ])('%j', (head, written) => {
    expect(lines({ format: 'common' }, { response: { head, first: T } })[0]).toMatch(new RegExp(` ${written}$`));
  });
});

describe('zeek', () => {
  const uid = expect.stringMatching(/^C[0-9A-Za-z]{17}$/);
  const bodies = Array.from({ length: 6 }, () => '-');

  test('a target is not decoded where parameters are hidden: a name could come out of it', () => {
    const one: Transaction = { request: { head: 'GET /a%20b?%74oken=1&token=2 HTTP/1.1\r\n\r\n', first: T } };
    const uri = (redact: string[]): string | undefined => lines({ format: 'zeek', redact }, one)[0]?.split('\t')[9];
    expect([uri([]), uri(['token'])]).toEqual(['/a b?token=1&token=2', '/a%20b?%74oken=1&token=REDACTED']);
  });

  test('every column', () => {
    const [line = ''] = lines({ format: 'zeek' }, ONE);
    expect(line.split('\t')).toEqual([
      '1700000000.123456',
      uid,
      ...[
        '192.0.2.1',
        '40000',
        '198.51.100.7',
        '80',
        '3',
        'GET',
        'shop.example:8080',
        '/a/b \\xe4%zz?c=d',
        'http://x/',
      ],
      ...['1.0', '"curl"\\x5c\\xff', '-', '0', '12', '200', 'OK', '-', '-', '(empty)', '-', '-'],
      'X-FORWARDED-FOR -> ,VIA -> 1.0 a\\x2c 1.1 b',
      ...bodies,
    ]);
  });

  test('without an answer, without a request', () => {
    const [unanswered = '', unasked = ''] = lines({ format: 'zeek' }, UNANSWERED, UNASKED);
    expect(unanswered.split('\t').slice(11, 20)).toEqual(['-', '"curl"\\x5c\\xff', '-', '0', '0', '-', '-', '-', '-']);
    expect(unasked.split('\t').slice(6, 18)).toEqual([
      '-',
      '-',
      '-',
      '-',
      '-',
      '1.0',
      '-',
      '-',
      '0',
      '12',
      '200',
      'OK',
    ]);
  });

  test('a target is decoded in the thousandth line as in the first', () => {
    const write = transactionWriter({ format: 'zeek' });
    const one = { request: { head: `GET /%41${'b'.repeat(2000)} HTTP/1.1\r\n\r\n`, first: T } };
    const first = write(one);
    expect(first).toContain('\t/Ab');
    for (let i = 0; i < 1000; i++) expect(write(one)).toBe(first);
  });

  test('one connection has one uid, each other another', () => {
    const write = transactionWriter({ format: 'zeek' });
    const uidOf = (one: Transaction): string => write(one).split('\t')[1] ?? '';
    expect(uidOf(UNANSWERED)).toBe(uidOf(ONE));
    expect(uidOf(UNASKED)).toBe(uidOf(ONE));
    const others = Array.from({ length: 1000 }, (_, i) => uidOf({ ...ONE, clientPort: i }));
    const begun = Array.from({ length: 1000 }, (_, i) => uidOf({ ...ONE, begin: T + BigInt(i) }));
    expect(new Set([...others, ...begun, uidOf(ONE)]).size).toBe(2001);
  });

  test('what could be taken for an absent or an empty value', () => {
    const head = 'GET / HTTP/1.1\r\nHost: -\r\nUser-Agent:\r\nOrigin: null\r\n\r\n';
    const [line = ''] = lines({ format: 'zeek' }, { request: { head, first: T } });
    expect([8, 12, 13].map((i) => line.split('\t')[i])).toEqual(['\\x2d', '(empty)', 'null']);
  });
});
