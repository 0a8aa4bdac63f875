import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedFiles, closedName } from '../../src/sink/spool-file.ts';
import { readPlace } from '../../src/sink/spool-place.ts';
import { captureOf, fileIn, RESPONSE } from '../support/live/capture-files.ts';
import { makeCertificate } from '../support/live/certificate.ts';
import { freePort } from '../support/live/clickhouse.ts';
import { makeRequests, startFed } from '../support/live/fed.ts';
import { whyNotLive } from '../support/live/network.ts';
import { type OtlpRecord, PROTOBUF, startOtlpServer, taking, takingBut } from '../support/live/otlp-server.ts';
import { endOf, httplog, said, startProcess, stop, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { openWay } from '../support/live/unsafe-way.ts';
import { until } from '../support/live/wait.ts';
import { logLines, makeDirectory } from '../support/live/workspace.ts';

// OpenTelemetry's protocol: what a server decodes by the official definitions is what the log says, at least once.

const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: OTLP: ${missing}`);
const it = test.skipIf(missing !== undefined);

const pathOf = ({ attributes }: OtlpRecord): unknown => attributes['url.path'];
const idOf = ({ attributes }: OtlpRecord): string => String(attributes['log.record.uid']);
const SECRET = 's3cret-key';

/** Each record of the log came, in its order, and what came twice is known by its number. */
function expectAll(taken: readonly OtlpRecord[], lines: readonly string[]): void {
  const once = new Map(taken.map((record) => [idOf(record), record]));
  for (const record of taken) expect(record).toEqual(once.get(idOf(record)));
  expect([...once.values()].map(pathOf)).toEqual(lines.map((line) => line.split(' ')[6]));
}

it('each record of json is a log record, with every key at its place', async () => {
  const directory = makeDirectory();
  const server = await startOtlpServer();
  const at = '2026-03-04T05:06:07.';
  const strange = 'GET /\xc3\xa4?q=%22"\\ HTTP/1.1\r\nHost: h:81\r\nX-A: 1\r\nUser-Agent: a\x01\xff\r\n\r\n';
  const capture = captureOf([
    { at: `${at}100Z`, text: strange },
    { at: `${at}200Z`, back: true },
    { at: `${at}300Z`, port: 50001 },
    { at: `${at}400Z`, port: 50002, back: true, text: RESPONSE.replace('200 OK', '503 Busy') },
  ]);
  const flags = [
    '-r',
    fileIn(directory, 'capture', capture),
    '-format',
    'json',
    '-host',
    'web1',
    '-header',
    'X-A,Accept',
  ];
  for (const mode of [['-pair', '-assemble'], ['-pair'], []]) {
    const to = ['-d', join(directory, 'log'), '-otlp', `http://127.0.0.1:${server.port}`];
    expect(await endOf(startProcess(httplog([...flags, ...mode, ...to])))).toEqual({ status: 0, signal: null });
  }
  expect(server.requests.map(({ path, headers }) => [path, headers['content-type']])).toEqual(
    Array(3).fill(['/v1/logs', PROTOBUF]),
  );
  const lines = readFileSync(join(directory, 'log/http-20260304.log'), 'utf8').trimEnd().split('\n');
  const expected = lines.map((line) => {
    const { timestamp, 'host.name': host, ...attributes } = JSON.parse(line);
    return { timestamp: String(timestamp), host, attributes };
  });
  expect(server.taken).toHaveLength(lines.length);
  for (const [i, record] of server.taken.entries()) {
    const { timestamp = '', host, attributes } = expected[i] ?? {};
    const nanoseconds = `${Date.parse(timestamp) / 1000 - (Date.parse(timestamp) % 1000) / 1000}${timestamp.slice(20, 29)}`;
    expect(record).toEqual({
      resource: { 'host.name': host, 'service.name': 'httplog', 'service.version': expect.any(String) },
      scope: 'httplog',
      time: nanoseconds,
      observed: nanoseconds,
      severity: 9,
      body: expect.any(String),
      attributes: { ...attributes, 'log.record.uid': expect.stringMatching(/^\d{12}-[0-9a-f]{16}-\d+$/) },
    });
  }
  expect(new Set(server.taken.map(idOf)).size).toBe(lines.length);
  const bodies = server.taken.slice(-4).map(({ body }) => body);
  expect(bodies).toEqual(['GET /ä?q=%22"\\', '200', 'GET /t', '503']);
  expect(closedFiles(join(directory, 'log/spool'))).toEqual([]);
}, 30_000);

it('a server that is away, busy, refuses a key, cut off, and httplog killed', async () => {
  const directory = makeDirectory();
  const server = await startOtlpServer();
  const way = await openWay(server.port);
  const headersFile = fileIn(directory, 'headers', `Authorization: Bearer ${SECRET}-old\n`);
  const flags = ['-otlp', `http://127.0.0.1:${way.port}`, '-otlp_headers_file', headersFile];
  const arrive = (count: number): Promise<unknown> =>
    until(`${count} records`, () => new Set(server.taken.map(idOf)).size >= count);
  const requests = makeRequests();
  await server.stop();
  let { running, feed } = startFed(directory, flags, requests);
  await feed(100);
  await until('a word about it', () => said(running, 'not delivered: ').length > 0);
  await server.start();
  await arrive(100);
  // Busy, and it says for how long.
  let busyAt = 0;
  server.answer((_, response) => {
    busyAt = performance.now();
    server.answer(taking);
    response.writeHead(503, { 'Retry-After': '2' }).end('later');
  });
  await feed(50);
  await arrive(150);
  expect(performance.now() - busyAt).toBeGreaterThan(1900);
  // Another key from now on.
  server.answer((request, response) => {
    if (request.headers.authorization === `Bearer ${SECRET}-new`) taking(request, response);
    else response.writeHead(401).end(`not you: ${request.headers.authorization}`);
  });
  await feed(50);
  await until('the key to be refused', () => said(running, 'HTTP 401').length > 0);
  writeFileSync(headersFile, `Authorization: Bearer ${SECRET}-new\n`);
  await arrive(200);
  // What was taken is not answered for, as the connection breaks.
  server.answer((request, response) => {
    server.answer(taking);
    response.statusCode = 200;
    response.flushHeaders();
    response.destroy();
    expect(request.records.length).toBeGreaterThan(0);
  });
  await feed(50);
  await arrive(250);
  way.set('shut');
  await feed(50);
  running.child.kill('SIGKILL');
  await endOf(running);
  const first = running;
  ({ running, feed } = startFed(directory, flags, requests));
  await feed(10);
  way.set('open');
  await arrive(310);
  running.child.stdin.end();
  expect(await endOf(running)).toEqual({ status: 0, signal: null });
  expectAll(server.taken, logLines(join(directory, 'log')));
  expect(server.taken.length).toBeGreaterThan(310);
  for (const { stderr } of [first, running]) expect(stderr()).not.toContain(SECRET);
  expect(said(first, 'records are delivered again: otlp').length).toBeGreaterThan(0);
}, 60_000);

it('what a server will never take is counted and told, and the rest goes on', async () => {
  const directory = makeDirectory();
  const server = await startOtlpServer();
  const { running, feed } = startFed(directory, ['-otlp', `http://127.0.0.1:${server.port}`], makeRequests());
  const arrive = (count: number): Promise<unknown> => until(`${count} records`, () => server.taken.length >= count);
  // A web server that says yes to everything.
  let pages = 0;
  server.answer((_, response) => {
    if (++pages === 2) server.answer(takingBut(3, 'three are too old'));
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<h1>It works</h1>');
  });
  await feed(10);
  await arrive(10);
  expect(said(running, 'no server of OTLP, it answers in text/html: HTTP 200 OK <h1>It works</h1>')).toHaveLength(1);
  // Its own word is its last, of each record; that of a web server that is no receiver is not.
  let refusals = 0;
  const refused = new Set<unknown>();
  server.answer(({ records }, response) => {
    const isLast = ++refusals > 2;
    if (isLast && records.length === 1) refused.add(records.map(pathOf)[0]);
    response.writeHead(400, { 'Content-Type': isLast ? PROTOBUF : 'text/html' }).end('bad data');
  });
  await feed(10);
  await until('ten refusals', () => refused.size === 10);
  // No more than four at once, and one of them alone is too much.
  server.answer((request, response) => {
    const isLarge = request.records.length > 4 || request.records.some((record) => pathOf(record) === '/n/25');
    if (isLarge) response.writeHead(413).end();
    else taking(request, response);
  });
  await feed(10);
  await arrive(19);
  running.child.stdin.end();
  expect(await endOf(running)).toEqual({ status: 0, signal: null });
  expect(server.taken.map(pathOf)).toEqual(
    [...Array(10).keys(), 20, 21, 22, 23, 24, 26, 27, 28, 29].map((number) => `/n/${number}`),
  );
  expect(said(running, 'records that otlp refuses for ever: 3: three are too old')).toHaveLength(1);
  expect(totalsOf(running)).toMatchObject({ CQ: 30, 'records refused': 3 + 10 + 1 });
  expect(closedFiles(join(directory, 'spool'))).toEqual([]);
}, 30_000);

it('over TLS with an authority of its own, the second of two servers, with the password in the environment', async () => {
  const directory = makeDirectory();
  const { certificate, key } = makeCertificate(directory);
  const server = await startOtlpServer({ cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') });
  const urls = [await freePort(), server.port].map((port) => `https://me:${SECRET}@127.0.0.1:${port}/otlp`);
  const environment = { HTTPLOG_OTLP: urls.join(',') };
  const stranger = startFed(directory, [], makeRequests(), environment);
  await stranger.feed(10);
  stranger.running.child.stdin.end();
  expect(await endOf(stranger.running)).toEqual({ status: 0, signal: null });
  expect(said(stranger.running, 'not delivered: ')[0]).toMatch(/ECONNREFUSED.*; .*certificate/);
  expect(server.taken).toEqual([]);
  const known = startFed(directory, ['-otlp_ca', certificate], makeRequests(), environment);
  await known.feed(10);
  known.running.child.stdin.end();
  expect(await endOf(known.running)).toEqual({ status: 0, signal: null });
  expect(server.taken).toHaveLength(20);
  const [first] = server.requests;
  expect([first?.path, first?.headers.authorization]).toEqual([
    '/otlp/v1/logs',
    `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`,
  ]);
  for (const { running } of [stranger, known]) expect(running.stderr()).not.toContain(SECRET);
}, 60_000);

it('two receivers: one that is away holds up nothing but the files that it does not have', async () => {
  const directory = makeDirectory();
  const server = await startOtlpServer();
  const to = ['-otlp', `http://127.0.0.1:${server.port}`, '-clickhouse', `http://127.0.0.1:${await freePort()}`];
  const requests = makeRequests();
  const spool = join(directory, 'spool');
  const placeOf = (): string => readPlace(spool, 'otlp');
  const records = (): number => closedFiles(spool).reduce((sum, file) => sum + file.records, 0);
  for (const run of [1, 2]) {
    const { running, feed } = startFed(directory, to, requests);
    await feed(20);
    // Its place says that it has the last file: what is there is not sent again.
    const hasAll = (): boolean => records() === 20 * run && placeOf() === closedFiles(spool).at(-1)?.batch;
    await until(`the records of run ${run}`, hasAll);
    running.child.kill('SIGKILL');
    await endOf(running);
    expect(server.taken).toHaveLength(20 * run);
  }
  // ClickHouse is asked for no more: what only it did not have goes.
  const { running, feed } = startFed(directory, to.slice(0, 2), requests);
  await feed(20);
  await until('the last records', () => server.taken.length === 60);
  running.child.stdin.end();
  expect(await endOf(running)).toEqual({ status: 0, signal: null });
  expect(records()).toBe(0);
  expectAll(server.taken, logLines(join(directory, 'log')));
  expect(server.taken).toHaveLength(60);
}, 30_000);

test.skipIf(whyNotLive('the end of a delivery') !== undefined)(
  'a run on interfaces ends within seconds, though there is much to deliver, and the next run delivers it',
  async () => {
    const directory = makeDirectory();
    const server = await startOtlpServer();
    server.answer((request, response) => setTimeout(() => taking(request, response), 2000));
    const spool = join(directory, 'spool');
    mkdirSync(spool);
    for (let i = 1; i <= 9; i++) {
      fileIn(
        spool,
        closedName(`00000000000${i}-0123456789abcdef`, 1),
        '{"timestamp":"2026-03-04T05:06:07.000000000Z"}\n',
      );
    }
    const flags = ['-i', 'lo', '-p', '1', '-d', join(directory, 'log'), '-spool', spool];
    const running = startProcess(httplog([...flags, '-otlp', `http://127.0.0.1:${server.port}`]));
    await until('a request', () => server.requests.length > 0);
    const begun = performance.now();
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect(performance.now() - begun).toBeGreaterThan(8000);
    const left = closedFiles(spool).length;
    expect(left).toBeGreaterThan(0);
    expect(said(running, `records that wait in the spool for the next run: ${left}`)).toHaveLength(1);
    expect(said(running, 'still delivering what has come')).toHaveLength(1);
    server.answer(taking);
    const next = startProcess(httplog([...flags, '-otlp', `http://127.0.0.1:${server.port}`]));
    await until('the rest', () => closedFiles(spool).length === 0);
    expect(await stop(next)).toEqual({ status: 0, signal: null });
    expect(new Set(server.taken.map(idOf)).size).toBe(9);
  },
  60_000,
);

it('a password on the command line, or a file that has no fields, is refused, and shown nowhere', async () => {
  const wrong = async (flags: readonly string[], status = 1): Promise<string> => {
    const running = startProcess(httplog(['-r', '-', ...flags]));
    expect(await endOf(running)).toEqual({ status, signal: null });
    expect(running.stderr()).not.toContain(SECRET);
    return running.stderr();
  };
  const directory = makeDirectory();
  const headers = fileIn(directory, 'headers', `# key\n${SECRET}\n`);
  for (const who of [`u:${SECRET}`, `u:${SECRET}:`, SECRET, `${SECRET}:`]) {
    expect(await wrong(['-otlp', `http://${who}@h`], 2)).toContain(
      'flag -otlp: a user or a password there is seen by every user',
    );
  }
  const to = ['-d', directory, '-otlp', 'http://127.0.0.1:1', '-otlp_headers_file'];
  expect(await wrong([...to, headers])).toBe(
    `httplog: -otlp_headers_file: ${headers}:2: is no "Name: value"; write one header field a line\n`,
  );
  expect(await wrong([...to, join(directory, 'none')])).toContain(
    `-otlp_headers_file: cannot read ${directory}/none: `,
  );
  const framing = fileIn(directory, 'framing', `X-Key: ${SECRET}\ntransfer-encoding: chunked\n`);
  expect(await wrong([...to, framing])).toBe(
    `httplog: -otlp_headers_file: ${framing}:2: transfer-encoding is what httplog says itself; leave it out\n`,
  );
  expect(await wrong(['-d', '-', '-otlp', 'http://h'], 2)).toContain(
    'flag -otlp: needs -spool where -d - writes no files',
  );
});

it.each([
  ['otlp', 'http://127.0.0.1:1'],
  ['clickhouse', 'http://127.0.0.1:1/logs/http'],
])(
  '-%s_ca that holds no certificate is told at the start, and by -check',
  async (flag, url) => {
    const directory = makeDirectory();
    const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    for (const [i, text] of ['', 'garbage\n', broken].entries()) {
      const authority = fileIn(directory, `authority-${i}`, text);
      for (const check of [[], ['-check']]) {
        const flags = ['-r', fileIn(directory, 'x', captureOf([])), '-d', directory];
        const running = startProcess(httplog([...flags, `-${flag}`, url, `-${flag}_ca`, authority, ...check]));
        expect(await endOf(running)).toEqual({ status: 1, signal: null });
        expect(running.stderr()).toBe(
          `httplog: -${flag}_ca: ${authority}: holds no certificate that can be read; name a file of certificates (PEM)\n`,
        );
      }
    }
  },
  30_000,
);
