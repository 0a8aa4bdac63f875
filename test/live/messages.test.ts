import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, HOST, HOST6, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { nginxLog, startNginx } from '../support/live/nginx.ts';
import { endOf, messagesIn, type Running, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { connectionFrom, connections, request, send, serve } from '../support/live/web.ts';
import { essence, linesOf, logFiles, logLines, makeDirectory, typeOf } from '../support/live/workspace.ts';

// Every message of real clients and servers gives its line. The cables are veth, whose checksums stay unset (offload): none is looked at.

const NOTHING_LOST = { 'kernel drops': 0, 'lines lost': 0 };

/** Stops the program and gives its totals, of which nothing may be lost. */
async function totalsAfter(running: Running): Promise<Readonly<Record<string, number>>> {
  expect(await stop(running)).toEqual({ status: 0, signal: null });
  const totals = totalsOf(running);
  expect(totals).toMatchObject(NOTHING_LOST);
  return totals;
}

describe.skipIf(whyNotLive('live messages') !== undefined)('live', () => {
  test('Node: a line for each request and each response', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const server = await serve(host, 80);
    const running = await capture(host, ['-d', directory]);
    await send(`http://${HOST}`, connections(4), 0, 400);
    const totals = await totalsAfter(running);
    expect(server.requests()).toBe(400);
    expect(totals).toMatchObject({ CQ: 400, CR: 400, SQ: 0, SR: 0, copies: 0, 'cut heads': 0 });
    const expected = Array.from({ length: 400 }, (_, n) => [
      `${OUTSIDE}#* ${HOST}#80 CQ GET /${n} HTTP/1.1 ${HOST} test`,
      `${HOST}#80 ${OUTSIDE}#* CR HTTP/1.1 200 OK 2 text/plain; n=${n}`,
    ]).flat();
    expect(logLines(directory).map(essence).sort()).toEqual(expected.sort());
  });

  test('IPv6', async () => {
    const { host } = makeNetwork(true);
    await serve(host, 80);
    const running = await capture(host, ['-d', '-']);
    await send(`http://[${HOST6}]`, connections(1), 7, 1);
    expect(await totalsAfter(running)).toMatchObject({ CQ: 1, CR: 1 });
    expect(linesOf(running.stdout()).map(essence)).toEqual([
      'fd09::2#* fd09::1#80 CQ GET /7 HTTP/1.1 [fd09::1] test',
      'fd09::1#80 fd09::2#* CR HTTP/1.1 200 OK 2 text/plain; n=7',
    ]);
  });

  test('all four types in one run: a host that serves, and calls another meanwhile', async () => {
    const { host, outside } = makeNetwork();
    await serve(outside, 80);
    const upstream = await connectionFrom(host, 80, OUTSIDE);
    await serve(host, 8080, (incoming, response) => {
      void request(`http://${OUTSIDE}${incoming.url}`, upstream).then(({ body }) =>
        response.end(`from there: ${body}`),
      );
    });
    const running = await capture(host, ['-d', '-', '-p', '80,8080']);
    const agent = connections(1);
    for (let n = 0; n < 10; n++) {
      expect((await request(`http://${HOST}:8080/${n}`, agent)).body).toBe('from there: ok');
    }
    expect(await totalsAfter(running)).toMatchObject({ CQ: 10, CR: 10, SQ: 10, SR: 10 });
    expect(linesOf(running.stdout()).slice(0, 4).map(essence)).toEqual([
      `${OUTSIDE}#* ${HOST}#8080 CQ GET /0 HTTP/1.1 ${HOST}:8080 test`,
      `${HOST}#* ${OUTSIDE}#80 SQ GET /0 HTTP/1.1 ${OUTSIDE} test`,
      `${OUTSIDE}#80 ${HOST}#* SR HTTP/1.1 200 OK 2 text/plain; n=0`,
      `${HOST}#8080 ${OUTSIDE}#* CR HTTP/1.1 200 OK 14 `,
    ]);
  });

  test('-cpu 2: both threads have their share, no line is lost or doubled', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const running = await capture(host, ['-d', directory], { threads: 2 });
    await send(`http://${HOST}`, connections(32), 0, 640);
    expect(await totalsAfter(running)).toMatchObject({ CQ: 640, CR: 640 });
    const targets = logLines(directory).flatMap((line) => / CQ GET \/(\d+) /.exec(line)?.[1] ?? []);
    expect(targets.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 640 }, (_, n) => n));
    expect(logLines(directory)).toHaveLength(1280);
  });

  test('-log_split: a file for each type', async () => {
    const { host, outside } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    await serve(outside, 80);
    const upstream = await connectionFrom(host, 80, OUTSIDE);
    const running = await capture(host, ['-d', directory, '-log_split']);
    await send(`http://${HOST}`, connections(1), 0, 3);
    await send(`http://${OUTSIDE}`, upstream, 10, 2);
    await totalsAfter(running);
    const files = [...logFiles(directory)].map(([name, lines]) => [name.replace(/\d{8}/, 'D'), lines.map(typeOf)]);
    expect(files).toEqual([
      ['http-CQ-D.log', ['CQ', 'CQ', 'CQ']],
      ['http-CR-D.log', ['CR', 'CR', 'CR']],
      ['http-SQ-D.log', ['SQ', 'SQ']],
      ['http-SR-D.log', ['SR', 'SR']],
    ]);
  });

  test.skipIf(whyNoTool('curl') !== undefined)('curl: bodies both ways, a head request, HTTP/1.0', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const body = join(directory, 'body');
    writeFileSync(body, 'x'.repeat(100_000));
    await serve(host, 80, (incoming, response) => {
      incoming.resume();
      incoming.on('end', () =>
        response.writeHead(200, { 'Content-Type': 'a/b', 'Content-Length': 50_000 }).end('y'.repeat(50_000)),
      );
    });
    const running = await capture(host, ['-d', '-']);
    const base = ['-s', '-o', '/dev/null', '-A', 'curl', '-m', '10'];
    for (const values of [[], ['-X', 'PUT', '-T', body, '-H', 'Expect:'], ['-I'], ['-0']]) {
      const curl = startProcess(['curl', ...base, ...values, `http://${HOST}/c`]);
      expect(await endOf(curl)).toEqual({ status: 0, signal: null });
    }
    expect(await totalsAfter(running)).toMatchObject({ CQ: 4, CR: 4 });
    expect(linesOf(running.stdout()).map((line) => essence(line).split(' ').slice(3).join(' '))).toEqual([
      `GET /c HTTP/1.1 ${HOST} curl`,
      'HTTP/1.1 200 OK 50000 a/b',
      `PUT /c HTTP/1.1 ${HOST} curl`,
      'HTTP/1.1 200 OK 50000 a/b',
      `HEAD /c HTTP/1.1 ${HOST} curl`,
      'HTTP/1.1 200 OK 50000 a/b',
      `GET /c HTTP/1.0 ${HOST} curl`,
      'HTTP/1.1 200 OK 50000 a/b',
    ]);
  });

  const noNginx = whyNoTool('nginx');

  test.skipIf(noNginx !== undefined)('nginx as a proxy on the host: what its own log says, four times', async () => {
    const { host, outside } = makeNetwork();
    const directory = makeDirectory();
    const place = makeDirectory();
    await serve(outside, 8000);
    const own = `proxy_pass http://${OUTSIDE}:8000; proxy_http_version 1.1; proxy_set_header Connection "";`;
    const nginx = await startNginx(place, host, `location / { ${own} }`);
    const running = await capture(host, ['-d', directory, '-p', '80,8000']);
    await send(`http://${HOST}`, connections(4), 0, 200);
    expect(await totalsAfter(running)).toMatchObject({ CQ: 200, CR: 200, SQ: 200, SR: 200 });
    expect(logLines(directory)).toHaveLength(800);
    await stop(nginx);
    expect(nginxLog(place)).toHaveLength(200);
  });

  test.skipIf(noNginx !== undefined || whyNoTool('wrk') !== undefined)('wrk at full speed against nginx', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const place = makeDirectory();
    const nginx = await startNginx(place, host, 'location / { return 200 "some words of text\\n"; }');
    const running = await capture(host, ['-d', directory, '-b', '32']);
    const CONNECTIONS = 8;
    const wrk = startProcess(['wrk', '-t1', `-c${CONNECTIONS}`, '-d2s', `http://${HOST}/w`]);
    expect(await endOf(wrk)).toEqual({ status: 0, signal: null });
    const totals = await totalsAfter(running);
    await stop(nginx);
    const served = nginxLog(place).length;
    const lines = logLines(directory);
    expect(lines).toHaveLength(messagesIn(totals));
    expect(served).toBeGreaterThan(1000);
    // wrk leaves in the middle: the last request of a connection may be on the wire and never read or answered by nginx.
    expect(Math.abs((totals.CQ ?? 0) - served)).toBeLessThanOrEqual(CONNECTIONS);
    expect(Math.abs((totals.CR ?? 0) - served)).toBeLessThanOrEqual(CONNECTIONS);
  });
});
