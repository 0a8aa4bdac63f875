import { type ServerResponse, STATUS_CODES } from 'node:http';
import { expect, test } from 'vitest';
import { freePort } from '../../test/support/live/clickhouse.ts';
import {
  type OtlpRecord,
  type OtlpServer,
  PROTOBUF,
  startOtlpServer,
  taking,
} from '../../test/support/live/otlp-server.ts';
import { openOtlp } from './otlp.ts';
import { readOtlpUrl } from './otlp-url.ts';
import type { Receiver, Refusal, SpooledBatch } from './receiver.ts';

// What becomes of records by what a server answers.

const BATCH = '000000000001-0123456789abcdef';

const lineOf = (values: object): string =>
  `${JSON.stringify({ timestamp: '2026-03-04T05:06:07.000000000Z', 'host.name': 'h', ...values })}\n`;

function batchOf(lines: readonly string[]): SpooledBatch {
  return { batch: BATCH, records: lines.length, bytes: Buffer.from(lines.join('')) };
}

const manyOf = (count: number): SpooledBatch =>
  batchOf(Array.from({ length: count }, (_, i) => lineOf({ 'url.path': `/${i}` })));

const numberOf = ({ attributes }: OtlpRecord): number => Number(String(attributes['url.path']).slice(1));

function open(urls: readonly string[], headers: Readonly<Record<string, string>> = {}): Receiver {
  const read = urls.map(readOtlpUrl).filter((url) => typeof url !== 'string');
  return openOtlp({ urls: read, headers, headersFile: undefined, authority: undefined, version: '2' });
}

const urlOf = ({ port }: OtlpServer): string => `http://127.0.0.1:${port}`;

/** What send says; a failure's text where it fails. */
const sent = (receiver: Receiver, batch: SpooledBatch): Promise<Refusal | string | undefined> =>
  receiver.send(batch, false).catch((error) => error.message);

type Respond = (response: ServerResponse) => void;
const saying =
  (status: number, type: string, body: string | Buffer = ''): Respond =>
  (response) =>
    response.writeHead(status, { 'Content-Type': type }).end(body);

test.each([
  [204, 'text/html', ''],
  [200, 'text/plain; charset=utf-8', 'ok'],
  [202, 'text/plain', 'Accepted'],
  [200, 'application/octet-stream', '\n\u0002\b\u0000'],
  [200, 'application/protobuf', '\n\u0002\b\u0000'],
  [200, PROTOBUF, Buffer.from([255, 255, 255])],
  // A warning.
  [200, PROTOBUF, '\n\u0006\u0012\u0004warn'],
  [200, 'application/json', '{}'],
  [200, 'application/json', '[null'],
  [200, 'application/json', '{"partialSuccess":{"rejectedLogRecords":"0","errorMessage":"warn"}}'],
])('HTTP %i in %s, %j: all are taken', async (status, type, body) => {
  const server = await startOtlpServer();
  server.answer((_, response) => saying(status, type, body)(response));
  expect(await sent(open([urlOf(server)]), manyOf(3))).toBeUndefined();
});

test('what a server does not take it says in json as well', async () => {
  const server = await startOtlpServer();
  const body = '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}';
  server.answer((_, response) => saying(200, 'application/json', body)(response));
  expect(await sent(open([urlOf(server)]), manyOf(3))).toEqual({ records: 2, reason: 'too old' });
});

test.each<[number, string]>([
  [200, 'text/html'],
  [200, 'application/xhtml+xml'],
  ...[401, 403, 404, 405, 415, 429, 502, 503, 504].map((status): [number, string] => [status, PROTOBUF]),
  ...[400, 422, 500].map((status): [number, string] => [status, 'application/json']),
  ...[400, 422, 500].map((status): [number, string] => [status, 'text/html']),
])('HTTP %i in %s is never the last word', async (status, type) => {
  const server = await startOtlpServer();
  server.answer((_, response) => saying(status, type, 'no')(response));
  const receiver = open([urlOf(server)]);
  for (let i = 0; i < 12; i++) expect(await sent(receiver, manyOf(2))).toContain(`HTTP ${status} `);
  server.answer(taking);
  expect(await sent(receiver, manyOf(2))).toBeUndefined();
});

const WRONG: readonly number[] = [0, 700, 701, 1999];

test.each([
  [400, PROTOBUF, 1],
  [413, 'text/html', 1],
  [500, PROTOBUF, 10],
  [422, 'application/protobuf', 10],
])('HTTP %i in %s: the records that are refused are found, and no other is lost or sent twice', async (...answer) => {
  const [status, type, attempts] = answer;
  const server = await startOtlpServer();
  const taken: number[] = [];
  server.answer(({ records }, response) => {
    const numbers = records.map(numberOf);
    if (numbers.some((number) => WRONG.includes(number))) return saying(status, type, 'bad')(response);
    taken.push(...numbers);
    taking({ path: '', headers: {}, bytes: 0, records }, response);
  });
  const receiver = open([urlOf(server)]);
  let failures = 0;
  let end: Refusal | string | undefined = '';
  while (typeof end === 'string' && failures < 100) {
    end = await sent(receiver, manyOf(2000));
    if (typeof end === 'string') failures++;
  }
  expect(end).toEqual({ records: WRONG.length, reason: expect.stringMatching(`^HTTP ${status} .* bad$`) });
  expect(taken).toEqual([...Array(2000).keys()].filter((number) => !WRONG.includes(number)));
  // Where it may be the server that is broken, it is asked again before it is believed; but not for each half.
  expect(failures).toBeGreaterThanOrEqual(attempts - 1);
  expect(failures).toBeLessThanOrEqual(WRONG.length * (attempts - 1));
  expect(server.requests.length).toBeLessThan(120);
});

test.each([[400, PROTOBUF] as const, [413, ''] as const])(
  'a server that says HTTP %i to everything is not asked for each record',
  async (status, type) => {
    const server = await startOtlpServer();
    server.answer((_, response) => saying(status, type, 'no')(response));
    const receiver = open([urlOf(server)]);
    const first = manyOf(2000);
    expect(await sent(receiver, first)).toMatchObject({ records: 2000 });
    expect(server.requests.length).toBeLessThan(50);
    expect(await sent(receiver, { ...first, batch: '000000000002-0123456789abcdef' })).toMatchObject({ records: 2000 });
    expect(server.requests.length).toBeLessThan(55);
    server.answer(taking);
    expect(await sent(receiver, { ...first, batch: '000000000003-0123456789abcdef' })).toBeUndefined();
    expect(server.taken).toHaveLength(2000);
  },
);

test('a request is packed, and even unpacked less than nginx takes where nobody told it more', async () => {
  const server = await startOtlpServer();
  const lines = Array.from({ length: 8000 }, (_, i) =>
    lineOf({ 'url.path': `/${i}`, 'user_agent.original': 'x'.repeat(i % 200) }),
  );
  expect(await sent(open([urlOf(server)]), batchOf(lines))).toBeUndefined();
  expect(server.requests.length).toBeLessThan(6);
  expect(Math.max(...server.requests.map(({ bytes }) => bytes))).toBeLessThan(1_000_000);
  expect(server.requests.map(({ headers }) => headers['content-encoding'])).toEqual(server.requests.map(() => 'gzip'));
  expect(server.taken.map(numberOf)).toEqual([...lines.keys()]);
});

test('a line that has no time that can be sent is damaged, and holds up nothing', async () => {
  const server = await startOtlpServer();
  const wrong = [
    5,
    null,
    {},
    '',
    'x',
    '2026-13-04T05:06:07.000000000Z',
    '2026-03-04T05:06:07Z',
    '1969-03-04T05:06:07.000000000Z',
  ];
  const lines = [
    ...wrong.map((timestamp) => lineOf({ timestamp })),
    lineOf({ 'url.path': '/1' }),
    '7\n',
    '{"a',
    'null\n',
  ];
  expect(await sent(open([urlOf(server)]), batchOf(lines))).toEqual({
    records: wrong.length + 2,
    reason: 'no records of json in the spool',
  });
  expect(server.taken.map(numberOf)).toEqual([1]);
});

test('a number that is too long to be exact is a text', async () => {
  const server = await startOtlpServer();
  const line = lineOf({ 'url.path': '"a":1', a: 9007199254740991, b: 0 }).replace(
    '"b":0',
    '"b":9007199254740993,"c":-1e400',
  );
  expect(await sent(open([urlOf(server)]), batchOf([line]))).toBeUndefined();
  expect(server.taken[0]?.attributes).toMatchObject({ a: 9007199254740991, b: '9007199254740993', c: '-1e400' });
});

test.each<[string, Readonly<Record<string, string>>, number, string, string]>([
  ['me:abc%3Adef@', {}, 500, 'not abc:def, abc%3Adef, me:abc:def', 'not ***, ***, ***'],
  ['me:a%20s@', {}, 404, 'not a%20s and a s', 'not *** and ***'],
  ['me:abc@', {}, 404, `not abc, ${Buffer.from('me:abc').toString('base64')}`, 'not ***, ***'],
  ['tok3n@', {}, 404, 'not tok3n', 'not ***'],
  ['', { Cookie: 'session=s3cret1; x=y' }, 404, 'not s3cret1, why', 'not ***, why'],
  ['', { Authorization: `Basic ${Buffer.from('me:s3c').toString('base64')}` }, 404, 'not me, s3c', 'not me, ***'],
  ['', { Authorization: 'Bearer abcdefgh', 'X-Scope-OrgID': 'http' }, 404, 'Bearer abcdefgh, http:', '***, http:'],
  ['me:abc@', { 'X-Key': 'k' }, 401, 'k, no abc', ''],
  ['me:abc@', { 'X-Key': 'k' }, 403, 'k, no abc', ''],
])('%s %j: HTTP %i %j shows no secret', async (user, headers, status, body, shown) => {
  const server = await startOtlpServer();
  server.answer((_, response) => saying(status, 'text/plain', body)(response));
  const said = await sent(open([urlOf(server).replace('//', `//${user}`)], headers), manyOf(1));
  expect(said).toBe(`${urlOf(server)}/v1/logs: HTTP ${status} ${STATUS_CODES[status]} ${shown}`.trim());
});

test('a server that asks for a pause has it, though another is away', async () => {
  const server = await startOtlpServer();
  server.answer((_, response) => response.writeHead(503, { 'Retry-After': '1' }).end());
  const receiver = open([urlOf(server), `http://127.0.0.1:${await freePort()}`]);
  const begun = performance.now();
  for (let i = 0; i < 5; i++) expect(await sent(receiver, manyOf(1))).toContain('ECONNREFUSED');
  expect(performance.now() - begun).toBeLessThan(900);
  expect(server.requests).toHaveLength(1);
  server.answer(taking);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await sent(receiver, manyOf(1))).toBeUndefined();
});
