import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AREA_FULL_BYTES, AREA_STRIDE } from '../../layout/areas.ts';
import { recordOf } from '../../test/support/json-record.ts';
import { type Half, type Transaction, transactionWriter } from '../../test/support/transactions.ts';

const T = 1_700_000_000_123_456_789n;
const line = transactionWriter({ format: 'json', redact: ['Cookie'] });
const parsed = (text: string): unknown => JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));

/** Text of bytes but line feeds: what they look like on the wire, a character for each byte. */
const wire = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text).toString('latin1')),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('/', '/a?b', 'http://h:81/p?q', 'u:p@h:1', '*', '"', '\\', 'a:80', '[::1]:8080', '12', 'chunked'),
);
const oneLine = wire.map((text) => text.replaceAll('\n', ''));
const version = fc.constantFrom(' HTTP/1.1', ' HTTP/1.0', ' HTTP/1', '  HTTP/1.1', ' HTTP/1.1 ', '', ' HTTP/');
const names = fc.constantFrom(
  'Host',
  'user-agent',
  'CONTENT-TYPE',
  'Content-Length',
  'Transfer-Encoding',
  'Cookie',
  'X',
);
const fields = fc.array(fc.tuple(names, oneLine), { maxLength: 6 });
const headOf = (start: string, all: [string, string][]): string =>
  `${start}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

const request = fc
  .tuple(fc.constantFrom('GET', 'POST', 'HEAD', 'CONNECT', 'PURGE'), oneLine, version, fields)
  .map(
    ([method, target, end, all]): Half => ({ head: headOf(`${method} /${target}${end}`, all), first: T, number: 7 }),
  );
const wildRequest = fc
  .tuple(fc.constantFrom('GET', 'CONNECT'), fc.constantFrom('a', 'h', '*', '?'), oneLine, version, fields)
  .map(
    ([method, first, target, end, all]): Half => ({ head: headOf(`${method} ${first}${target}${end}`, all), first: T }),
  );
const response = fc
  .tuple(fc.constantFrom('200 OK', '204', '304 ', '999 x', '101 Switching'), fields, fc.bigInt(-5000n, 10n ** 12n))
  .map(
    ([status, all, later]): Half => ({ head: headOf(`HTTP/1.1 ${status}`, all), first: T + later, retransmissions: 2 }),
  );

const transaction = fc.oneof(
  fc.record({ request: fc.oneof(request, wildRequest), response }),
  fc.record({ request: fc.oneof(request, wildRequest) }),
  fc.record({ response }),
) as fc.Arbitrary<Transaction>;

test('any heads: one line of valid JSON that says what a second writing says', () => {
  fc.assert(
    fc.property(transaction, (one) => {
      const text = line(one);
      expect(text.indexOf('\n')).toBe(text.length - 1);
      expect(parsed(text)).toEqual(recordOf(one));
    }),
    { numRuns: 3000 },
  );
});

const ANSWER: Half = { head: 'HTTP/1.1 200 OK\r\nServer: a\r\nSET-COOKIE: b\r\n\r\n', first: T + 3_000_000n };
const ASK: Half = { head: 'GET / HTTP/1.1\r\nCookie: c\r\nReferer:\r\n\r\n', first: T };

test('keys and their order', () => {
  expect(line({ request: ASK, response: ANSWER })).toBe(
    '{"timestamp":"2023-11-14T22:13:20.123456789Z","httplog.type":"CQ","client.address":"192.0.2.1","client.port":40000,' +
      '"server.address":"198.51.100.7","server.port":80,"network.type":"ipv4","network.protocol.name":"http",' +
      '"network.protocol.version":"1.1","http.request.method":"GET","url.scheme":"http","url.path":"/",' +
      '"http.response.status_code":200,"httplog.duration":3000,"httplog.ttfb":3000,"httplog.retransmissions":0}\n',
  );
});

test('the name of the host behind the time, in json and where tsv asks for it', () => {
  const one = { request: ASK, response: ANSWER };
  const named = transactionWriter({ format: 'json', host: 'web-1.example.com' })(one);
  expect(named).toBe(line(one).replace(',"httplog.type"', ',"host.name":"web-1.example.com","httplog.type"'));
  expect(transactionWriter({ format: 'tsv', fields: ['host.name', 'status'], host: 'h' })(one)).toBe('h\t200\n');
});

test('header fields of both sides, as arrays of one string; an empty one is there', () => {
  const withHeaders = transactionWriter({ format: 'json', headers: ['Referer', 'server', 'Set-Cookie', 'Cookie'] });
  expect(parsed(withHeaders({ request: ASK, response: ANSWER }))).toMatchObject({
    'http.request.header.referer': [''],
    'http.request.header.cookie': ['c'],
    'http.response.header.server': ['a'],
    'http.response.header.set-cookie': ['b'],
  });
});

test('what whole streams show', () => {
  const whole = transactionWriter({ format: 'json', assemble: true, addVlan: true });
  const one = {
    request: { ...ASK, last: T + 1_999n, bodyBytes: 0n, wireBytes: 0n, idle: 5_000_000n, number: 2, information: 103 },
    response: { ...ANSWER, last: T + 4_000_000n, bodyBytes: 2n ** 40n, wireBytes: 2n ** 63n, complete: true },
    connect: 12_345n,
    tag: 42,
  };
  const values = whole(one);
  expect(parsed(values)).toMatchObject({
    'http.response.body.size': 2 ** 40,
    'httplog.connect': 12,
    'httplog.request': 1,
    'httplog.ttfb': 2998,
    'httplog.response': 1000,
    'httplog.duration': 4000,
    'httplog.idle': 5000,
    'httplog.request.wire_bytes': 0,
    'httplog.complete': true,
    'httplog.transaction': 2,
    'httplog.information': 103,
    'httplog.vlan': '42',
  });
  expect(values).toContain('"httplog.response.wire_bytes":9223372036854775808,');
  expect(values).not.toContain('http.request.body.size');
  expect(parsed(whole({ request: ASK }))).toMatchObject({ 'httplog.complete': false });
});

test('the longest heads stay within an area, cut where they must be', () => {
  const all = Array.from({ length: 40 }, (_, i) => `x-${i}`);
  const many = transactionWriter({ format: 'json', headers: all });
  const head = `GET /\x01${'\x01'.repeat(65_000)}`;
  const text = many({
    request: { head, first: T },
    response: { head: `HTTP/1.1 200 OK\r\nX-1:${'"'.repeat(65_000)}\r\n\r\n`, first: T },
  });
  expect(text.length).toBeLessThan(AREA_STRIDE - AREA_FULL_BYTES - 64);
  expect(parsed(text)).toHaveProperty('timestamp');
});
