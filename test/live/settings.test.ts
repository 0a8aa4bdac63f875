import { describe, expect, test } from 'vitest';
import {
  capture,
  captures,
  HOST,
  type Host,
  httplogOn,
  makeHost,
  makeNetwork,
  OUTSIDE,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, type Running, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { until } from '../support/live/wait.ts';
import { connections, request, send, serve } from '../support/live/web.ts';
import { essence, linesOf } from '../support/live/workspace.ts';

// What the flags change of a live run.

const FILTER_NEEDS_LIBPCAP = 'needs libpcap';

/** Waits until the program has written so many lines to its standard output. */
async function lines(running: Running, count: number): Promise<string[]> {
  await until(`${count} lines`, () => running.stdout().split('\n').length > count);
  return linesOf(running.stdout());
}

describe.skipIf(whyNotLive('live flags') !== undefined)('live', () => {
  test.each([
    ['80', [80]],
    ['8080,80', [80, 8080]],
    ['79-81,8080-8090,9999', [80, 8080, 8090]],
    ['any', [80, 8080, 8090, 9000]],
  ])('-p %s', async (ports, wanted) => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-p', ports, '-d', '-']);
    const sender = openSender(host, 'eth0');
    const tried = [80, 8080, 8090, 9000];
    for (const port of tried) sender.send(frame(HOST, port, OUTSIDE, 50000, 'HTTP/1.1 200 OK\r\n\r\n'));
    for (const port of tried) sender.send(frame(OUTSIDE, 50000, HOST, port, 'GET / HTTP/1.1\r\n\r\n'));
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    // Also which packets pass the kernel's filter is exact here: nothing but heads was sent.
    expect(totalsOf(running)).toMatchObject({ packets: 2 * wanted.length, CQ: wanted.length, CR: wanted.length });
    expect(linesOf(running.stdout()).map((line) => line.split(' ').slice(2, 5).join(' '))).toEqual([
      ...wanted.map((port) => `${HOST}#${port} ${OUTSIDE}#50000 CR`),
      ...wanted.map((port) => `${OUTSIDE}#50000 ${HOST}#${port} CQ`),
    ]);
  });

  test('-s counts from the IP header on, cuts the head, and says how many', async () => {
    const { host } = makeNetwork();
    const head = 'GET /0123456789 HTTP/1.1\r\nHost: h\r\n\r\n';
    const running = await capture(host, ['-s', String(20 + 20 + 'GET /01234'.length), '-d', '-']);
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, head));
    await stop(running);
    expect(linesOf(running.stdout()).map(essence)).toEqual([`${OUTSIDE}#* ${HOST}#80 CQ GET /01234  `]);
    expect(totalsOf(running)).toMatchObject({ packets: 1, bytes: 40 + head.length, CQ: 1, 'cut heads': 1 });
  });

  test.each([
    [[], 1],
    [['-pair'], 1],
    [['-assemble'], 3],
  ] as [string[], number][])('which segments pass the kernel: %j', async (flags, packets) => {
    const { host } = makeNetwork();
    const running = await capture(host, [...flags, '-d', '-']);
    const sender = openSender(host, 'eth0');
    for (const payload of ['GET / HTTP/1.1\r\n\r\n', 'some bytes of a body', '']) {
      sender.send(frame(OUTSIDE, 50000, HOST, 80, payload));
    }
    sender.send(frame(OUTSIDE, 50000, HOST, 81, 'some bytes of a body'));
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ packets });
    expect('gaps' in totalsOf(running)).toBe(flags.includes('-assemble'));
  });

  test.each([0, 1, 7])('-c %i: exactly so many packets, then exit 0', async (count) => {
    const { host } = makeNetwork();
    await serve(host, 80);
    const flags = ['-c', String(count), '-cpu', '2', '-d', '-'];
    if (count === 0) {
      const running = httplogOn(host, flags);
      expect(await endOf(running, 5000)).toEqual({ status: 0, signal: null });
      expect(totalsOf(running)).toMatchObject({ packets: 0 });
      return;
    }
    const running = await capture(host, flags);
    await send(`http://${HOST}`, connections(1), 0, 20);
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ packets: count, 'lines lost': 0 });
    expect(linesOf(running.stdout())).toHaveLength(count);
  });

  test('-f is joined with -p', async ({ skip }) => {
    const { host } = makeNetwork();
    const running = httplogOn(host, ['-f', `src host ${OUTSIDE} and not port 81`, '-p', '80,81', '-d', '-']);
    await untilCapturingOrEnded(host, running);
    if (said(running, FILTER_NEEDS_LIBPCAP).length > 0) return skip('needs libpcap');
    const sender = openSender(host, 'eth0');
    for (const port of [80, 81, 82]) sender.send(frame(OUTSIDE, 50000, HOST, port, 'GET / HTTP/1.1\r\n\r\n'));
    sender.send(frame(HOST, 80, OUTSIDE, 50000, 'HTTP/1.1 200 OK\r\n\r\n'));
    await stop(running);
    expect(linesOf(running.stdout()).map(essence)).toEqual([`${OUTSIDE}#* ${HOST}#80 CQ GET / HTTP/1.1  `]);
    expect(totalsOf(running)).toMatchObject({ packets: 1 });
  });

  test('-f that libpcap refuses: one line with its words, exit 2', async ({ skip }) => {
    const running = httplogOn(makeHost(), ['-i', 'lo', '-f', 'tcp prot 80', '-d', '-']);
    const exit = await endOf(running);
    if (said(running, FILTER_NEEDS_LIBPCAP).length > 0) return skip('needs libpcap');
    expect(exit.status).toBe(2);
    expect(running.stderr()).toMatch(/^httplog: -f: [^\n]*syntax error[^\n]*\n$/);
  });

  test('-local: what it names is local like an address of this host', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-local', '192.0.2.0/24,2001:db8::5', '-d', '-']);
    const sender = openSender(host, 'eth0');
    const response = 'HTTP/1.1 200 OK\r\n\r\n';
    for (const server of ['192.0.2.255', '192.0.3.0', '203.0.113.9']) {
      sender.send(frame(server, 80, HOST, 50000, response));
      sender.send(frame(server, 80, '198.51.100.1', 50000, response));
      sender.send(frame('192.0.2.1', 50000, server, 80, 'GET / HTTP/1.1\r\n\r\n'));
    }
    sender.send(frame('2001:db8::5', 50000, '2001:db8::6', 80, 'GET / HTTP/1.1\r\n\r\n'));
    await lines(running, 10);
    await stop(running);
    expect(linesOf(running.stdout()).map((line) => line.split(' ')[4])).toEqual(
      'CR CR CQ SR CR SQ SR CR SQ SQ'.split(' '),
    );
  });

  test('requests to itself over loopback are CQ and CR, each once', async () => {
    const { host } = makeNetwork();
    await serve(host, 80);
    const running = await capture(host, ['-i', 'any', '-d', '-']);
    const agent = connections(1);
    await host.insideUntil(() => request('http://127.0.0.1/5', agent));
    await host.insideUntil(() => request(`http://${HOST}/6`, connections(1)));
    await stop(running);
    expect(linesOf(running.stdout()).map(essence)).toEqual([
      '127.0.0.1#* 127.0.0.1#80 CQ GET /5 HTTP/1.1 127.0.0.1 test',
      '127.0.0.1#80 127.0.0.1#* CR HTTP/1.1 200 OK 2 text/plain; n=5',
      `${HOST}#* ${HOST}#80 CQ GET /6 HTTP/1.1 ${HOST} test`,
      `${HOST}#80 ${HOST}#* CR HTTP/1.1 200 OK 2 text/plain; n=6`,
    ]);
    expect(totalsOf(running)).toMatchObject({ packets: 4, copies: 0 });
  });
});

async function untilCapturingOrEnded(host: Host, running: Running): Promise<void> {
  await until('httplog to capture or to end', () => running.child.exitCode !== null || captures(host) > 0);
}
