import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { capture, HOST, type Host, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, type Running, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { type Row, rowsOf, targetOf } from '../support/live/rows.ts';
import { until } from '../support/live/wait.ts';
import { connectionFrom, connections, request, serve } from '../support/live/web.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// Each kind of exchange that HTTP/1.1 knows is one transaction with the right fields, assembled and by heads alone.

const FLAGS = ['-d', '-', '-pair', '-format', 'json'];
const ONE_EACH = { 'without answer': 0, 'without request': 0, 'kernel drops': 0, 'lines lost': 0 };
/** Bytes that WebSocket and CONNECT carry. */
const CARRIED = 70_000;

/** Answers by what is asked. */
function answer(asked: http.IncomingMessage, response: http.ServerResponse): void {
  asked.resume();
  asked.on('end', () => {
    const path = asked.url ?? '';
    if (path === '/unchanged') response.writeHead(304, { ETag: '"a"' }).end();
    else if (path === '/none') response.writeHead(204).end();
    else if (path === '/hints') {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('hinted'));
    } else if (path === '/chunks') {
      response.writeHead(200, { Trailer: 'X-Sum' });
      for (const size of [1, 5000, 3]) response.write('c'.repeat(size));
      response.addTrailers({ 'X-Sum': '5004' });
      response.end();
    } else if (path === '/close') {
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
      response.removeHeader('Transfer-Encoding');
      response.writeHead(200).end('until the end');
    } else response.writeHead(200, { 'Content-Length': 5 }).end(asked.method === 'HEAD' ? undefined : 'plain');
  });
}

/** Both programs have ended: their rows by targets. */
async function rowsAfter(running: Running, count: number): Promise<Map<string, Row>> {
  expect(await stop(running)).toEqual({ status: 0, signal: null });
  const rows = rowsOf(running.stdout());
  expect(totalsOf(running)).toMatchObject({ ...ONE_EACH, transactions: count });
  expect(rows).toHaveLength(count);
  return new Map(rows.map((row) => [`${row['http.request.method']} ${targetOf(row)}`, row]));
}

/** What the row has of these keys, without what goes before their last words. */
function fields(row: Row | undefined): Record<string, unknown> {
  const keys = {
    status: 'http.response.status_code',
    asked: 'http.request.body.size',
    body: 'http.response.body.size',
    wire: 'httplog.response.wire_bytes',
    number: 'httplog.transaction',
    information: 'httplog.information',
    complete: 'httplog.complete',
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, key]) => (row?.[key] === undefined ? [] : [[name, row[key]]])),
  );
}

/** Sends one request with a body over a connection; its answer is read. */
function send(
  method: string,
  path: string,
  agent: http.Agent,
  headers: http.OutgoingHttpHeaders,
  body = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = http.request(`http://${HOST}${path}`, { method, agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A server that answers all bytes with the same; out of HTTP behind this head, where there is one. */
async function serveEcho(host: Host, port: number, head = ''): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    if (head === '') {
      socket.pipe(socket);
      return;
    }
    socket.once('data', () => {
      socket.write(head);
      socket.pipe(socket);
    });
  });
  host.inside(() => server.listen(port));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

/** A proxy for CONNECT, whatever is asked for, to a port that is reached from outside. */
async function serveProxy(host: Host, port: number, origin: number): Promise<void> {
  const proxy = http.createServer().on('connect', (_, socket: net.Socket, first: Buffer) => {
    const upstream = net.connect(origin, OUTSIDE, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(first);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => {});
  });
  host.inside(() => proxy.listen(port));
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
}

/** Says a head, waits for the answer's, exchanges bytes and closes. */
async function talk(port: number, head: string): Promise<void> {
  const socket = net.connect(port, HOST);
  onTestFinished(() => void socket.destroy());
  let come = 0;
  socket.on('data', (bytes) => {
    come += bytes.length;
  });
  await once(socket, 'connect', { signal: AbortSignal.timeout(10_000) });
  socket.write(head);
  await until('the answer', () => come > 0);
  const before = come;
  // What is carried looks like HTTP, and is none of the host's.
  const inner = 'GET /inner HTTP/1.1\r\nHost: inner\r\n\r\n';
  socket.write(inner);
  await until('the echo', () => come === before + inner.length);
  socket.write('x'.repeat(CARRIED));
  await until('all of it', () => come === before + inner.length + CARRIED);
  socket.end();
  await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
}

describe.skipIf(whyNotLive('kinds of exchanges') !== undefined)('kinds of exchanges', () => {
  test('bodies of every kind and none, interim answers: over one connection', async () => {
    const { host } = makeNetwork();
    await serve(host, 80, answer);
    const whole = await capture(host, [...FLAGS, '-assemble']);
    const heads = await capture(host, FLAGS, { sockets: 2 });
    const agent = connections(1);
    await send('GET', '/plain', agent, {});
    await send('HEAD', '/plain', agent, {});
    for (const path of ['/unchanged', '/none', '/chunks', '/hints']) await send('GET', path, agent, {});
    await send('POST', '/length', agent, { 'Content-Length': 9000 }, 'p'.repeat(9000));
    await send('POST', '/chunked', agent, { 'Transfer-Encoding': 'chunked' }, 'p'.repeat(9000));
    await send('GET', '/close', agent, {});
    const [ofWhole, ofHeads] = [await rowsAfter(whole, 9), await rowsAfter(heads, 9)];
    const end = { complete: true };
    const five = { body: 5, wire: 5 };
    expect(Object.fromEntries([...ofWhole].map(([key, row]) => [key, fields(row)]))).toEqual({
      'GET /plain': { status: 200, ...five, number: 1, ...end },
      'HEAD /plain': { status: 200, number: 2, ...end },
      'GET /unchanged': { status: 304, number: 3, ...end },
      'GET /none': { status: 204, number: 4, ...end },
      'GET /chunks': { status: 200, body: 5004, wire: 5004 + 5 + 8 + 5 + 18, number: 5, ...end },
      'GET /hints': { status: 200, body: 6, wire: 6, number: 6, information: 103, ...end },
      'POST /length': { status: 200, asked: 9000, ...five, number: 7, ...end },
      'POST /chunked': { status: 200, asked: 9000, ...five, number: 8, ...end },
      'GET /close': { status: 200, body: 13, wire: 13, number: 9, ...end },
    });
    expect(Object.fromEntries([...ofHeads].map(([key, row]) => [key, fields(row)]))).toEqual({
      'GET /plain': { status: 200, body: 5, number: 1 },
      'HEAD /plain': { status: 200, number: 2 },
      'GET /unchanged': { status: 304, number: 3 },
      'GET /none': { status: 204, number: 4 },
      'GET /chunks': { status: 200, number: 5 },
      'GET /hints': { status: 200, body: 6, number: 6, information: 103 },
      'POST /length': { status: 200, asked: 9000, body: 5, number: 7 },
      'POST /chunked': { status: 200, body: 5, number: 8 },
      'GET /close': { status: 200, number: 9 },
    });
  });

  test.skipIf(whyNoTool('curl') !== undefined)('100 Continue before a large body; WebSocket; CONNECT', async () => {
    const { host, outside } = makeNetwork();
    const place = makeDirectory();
    await serve(host, 80, answer);
    await serveEcho(
      host,
      81,
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
    );
    await serveEcho(outside, 4430);
    await serveProxy(host, 82, 4430);
    const flags = [...FLAGS, '-p', '80-82'];
    const whole = await capture(host, [...flags, '-assemble']);
    const heads = await capture(host, flags, { sockets: 2 });
    const body = join(place, 'body');
    writeFileSync(body, 'b'.repeat(2_000_000));
    const expecting = ['-H', 'Expect: 100-continue', '-T', body];
    const curl = startProcess(['curl', '-s', '-m', '20', '-o', '/dev/null', ...expecting, `http://${HOST}/large`]);
    expect(await endOf(curl)).toEqual({ status: 0, signal: null });
    const upgrade =
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n\r\n';
    await talk(81, `GET /chat HTTP/1.1\r\nHost: ${HOST}\r\n${upgrade}`);
    await talk(82, 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n');
    const rows = await rowsAfter(whole, 3);
    expect(fields(rows.get('PUT /large'))).toEqual({
      status: 200,
      asked: 2_000_000,
      body: 5,
      wire: 5,
      number: 1,
      information: 100,
      complete: true,
    });
    expect(fields(rows.get('GET /chat'))).toEqual({ status: 101, number: 1, complete: true });
    expect(fields(rows.get('CONNECT '))).toEqual({ status: 200, number: 1, complete: true });
    expect(rows.get('CONNECT ')).toMatchObject({ 'url.domain': 'elsewhere', 'url.port': 443 });
    expect(totalsOf(whole)['tunnel bytes']).toBe(2 * 2 * (CARRIED + 36));
    // Heads alone can't tell what is in a tunnel.
    expect(await stop(heads)).toEqual({ status: 0, signal: null });
    const ofHeads = rowsOf(heads.stdout()).filter((row) => targetOf(row) !== '/inner');
    expect(ofHeads.map((row) => [row['http.request.method'], fields(row)])).toEqual([
      ['PUT', { status: 200, asked: 2_000_000, body: 5, number: 1, information: 100 }],
      ['GET', { status: 101, number: 1 }],
      ['CONNECT', { status: 200, number: 1 }],
    ]);
  });

  test('a host that asks and is asked: CQ and SQ, one each', async () => {
    const { host, outside } = makeNetwork();
    await serve(outside, 80);
    const upstream = await connectionFrom(host, 80, OUTSIDE);
    await serve(host, 8080, (incoming, response) => {
      void request(`http://${OUTSIDE}${incoming.url}`, upstream).then(({ body }) => response.end(`there: ${body}`));
    });
    const running = await capture(host, [...FLAGS, '-assemble', '-p', '80,8080']);
    const agent = connections(1);
    for (let n = 0; n < 10; n++) await request(`http://${HOST}:8080/${n}`, agent);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ transactions: 20, CQ: 10, CR: 10, SQ: 10, SR: 10 });
    const rows = rowsOf(running.stdout());
    const ends = rows.map(
      (row) => `${row['httplog.type']} ${row['client.address']} ${row['server.address']} ${targetOf(row)}`,
    );
    expect(ends).toEqual(
      Array.from({ length: 10 }, (_, n) => [`SQ ${HOST} ${OUTSIDE} /${n}`, `CQ ${OUTSIDE} ${HOST} /${n}`]).flat(),
    );
  });
});
