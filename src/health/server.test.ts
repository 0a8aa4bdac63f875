import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Answers, openServer, type Patience } from './server.ts';

const WELL: Answers = { metrics: () => 'a 1\n', reason: () => undefined };

/** A server with these answers on a free port, closed when the test ends. */
async function serve(answers: Partial<Answers> = {}, patience?: Patience): Promise<number> {
  const server = await openServer({ host: '127.0.0.1', port: 0 }, { ...WELL, ...answers }, patience);
  onTestFinished(server.close);
  return server.port;
}

/** Connects; what comes back, up to the end. */
function connect(port: number, sent = ''): { readonly socket: net.Socket; readonly received: Promise<string> } {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(sent));
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more;
  });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  // `once` of events would reject for a reset.
  return { socket, received: new Promise((resolve) => socket.on('close', () => resolve(text))) };
}

const ask = (port: number, method: string, path: string): Promise<string> =>
  connect(port, `${method} ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).received;
const parts = (answer: string): string[] => [answer.split(' ')[1] ?? '', answer.split('\r\n\r\n')[1] ?? ''];

test.each([
  ['GET', '/metrics', '200', 'a 1\n'],
  ['GET', '/metrics?name[]=a', '200', 'a 1\n'],
  ['HEAD', '/metrics', '200', ''],
  ['GET', '/healthz', '200', 'ok\n'],
  ['HEAD', '/healthz', '200', ''],
  ['GET', '/', '404', 'there are /metrics and /healthz\n'],
  ['GET', '/metrics/', '404', 'there are /metrics and /healthz\n'],
  ['GET', '/..%2fetc/passwd', '404', 'there are /metrics and /healthz\n'],
  ['POST', '/metrics', '405', 'only GET and HEAD\n'],
  ['DELETE', '/healthz', '405', 'only GET and HEAD\n'],
  ['OPTIONS', '*', '405', 'only GET and HEAD\n'],
])('%s %s: %s', async (method, path, status, body) => {
  const answer = await ask(await serve(), method, path);
  expect(parts(answer)).toEqual([status, body]);
  expect(answer).toContain('\r\nConnection: close\r\n');
});

test('the type of the text is that of Prometheus 0.0.4', async () => {
  expect(await ask(await serve(), 'GET', '/metrics')).toContain(
    '\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n',
  );
});

test('a run that is not well, and one that has not begun', async () => {
  const port = await serve({ reason: () => 'no', metrics: () => undefined });
  expect(parts(await ask(port, 'GET', '/healthz'))).toEqual(['503', 'no\n']);
  expect(parts(await ask(port, 'GET', '/metrics'))).toEqual(['503', 'starting\n']);
});

test('what is no HTTP, a head of more than 8 KB, a tunnel', async () => {
  const port = await serve();
  expect(parts(await connect(port, '\x16\x03\x01\x02\0\r\n\r\n').received)[0]).toBe('400');
  expect(parts(await connect(port, `GET / HTTP/1.1\r\nHost: ${'h'.repeat(9000)}\r\n\r\n`).received)[0]).toBe('431');
  expect(await ask(port, 'CONNECT', 'h:80')).toBe('');
});

test('of requests in a row over one connection the first is answered', async () => {
  const get = 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n';
  const answer = await connect(await serve(), get.repeat(50)).received;
  expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(1);
  expect(answer).toMatch(/ok\n$/);
});

test('clients that are slow with their request are not waited for', async () => {
  const port = await serve({}, { request: 200, connection: 60_000 });
  const [silent, half] = [connect(port), connect(port, 'GET /metrics HTTP/1.1\r\nHost:')];
  expect(parts(await half.received)[0]).toBe('408');
  expect(parts(await silent.received)[0]).toBe('408');
});

test('nor are those that do not read the answer', async () => {
  const large = 50_000_000;
  const port = await serve({ metrics: () => 'x'.repeat(large) }, { request: 60_000, connection: 500 });
  const deaf = connect(port, 'GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n');
  deaf.socket.pause();
  await wait(1000);
  deaf.socket.resume();
  expect((await deaf.received).length).toBeLessThan(large);
});

test('eight connections at most: the one that waits longest without a request is closed for the next', async () => {
  const port = await serve();
  const idle: ReturnType<typeof connect>[] = [];
  for (let i = 0; i < 8; i++) {
    const client = connect(port, i === 1 ? 'GET /metrics HTTP/1.1\r\nHost:' : '');
    idle.push(client);
    await once(client.socket, 'connect');
  }
  expect(parts(await ask(port, 'GET', '/metrics'))).toEqual(['200', 'a 1\n']);
  expect(await idle[0]?.received).toBe('');
  // The next two take the place of the one that was served, and of the half request.
  await Promise.all([connect(port), connect(port)].map(({ socket }) => once(socket, 'connect')));
  expect(await idle[1]?.received).toBe('');
  expect(idle.slice(2).map(({ socket }) => socket.closed)).toEqual(Array(6).fill(false));
});

test('nor do those that do not read their answers keep the next from being served', async () => {
  const port = await serve({ reason: () => undefined, metrics: () => 'x'.repeat(50_000_000) });
  const deaf = Array.from({ length: 8 }, () => connect(port, 'GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n'));
  for (const { socket } of deaf) socket.pause();
  await wait(500);
  expect(parts(await ask(port, 'GET', '/healthz'))).toEqual(['200', 'ok\n']);
});

test('where it cannot listen it says why in one line', async () => {
  const port = await serve();
  await expect(openServer({ host: '127.0.0.1', port }, WELL)).rejects.toThrow(
    `metrics cannot be served at 127.0.0.1:${port}: the port is in use (EADDRINUSE): choose another with -metrics`,
  );
  await expect(openServer({ host: '192.0.2.1', port: 9480 }, WELL)).rejects.toThrow(
    'metrics cannot be served at 192.0.2.1:9480: this host has no such address (EADDRNOTAVAIL): choose another with -metrics',
  );
});
