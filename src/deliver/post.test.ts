import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, openPost } from './post.ts';

// A request ends, whatever the other side does.

const PATIENCE = 500;

/** What becomes of requests to a server that does this with each connection, once it has heard something. */
async function posting(answer: (socket: Socket) => void, times = 1): Promise<(Answer | string)[]> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { post, close } = openPost(undefined, PATIENCE);
  onTestFinished(() => {
    close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const ends: (Answer | string)[] = [];
  for (let i = 0; i < times; i++) {
    ends.push(await post(`http://127.0.0.1:${port}/`, {}, Buffer.from('body')).catch((error) => String(error)));
  }
  return ends;
}

/** Says something more every few milliseconds. */
function dribble(socket: Socket, first: string, more: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(more), 20);
  socket.on('close', () => clearInterval(timer));
}

const LATE = 'Error: no answer within 0.5 s';
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

test.each<[string, (socket: Socket) => void, string]>([
  ['silence', () => {}, LATE],
  ['a head without an end', (socket) => dribble(socket, 'HTTP/1.1 200 OK\r\nX: ', 'a'), LATE],
  ['a body without an end', (socket) => dribble(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n', 'a'), LATE],
  ['one 102 after the other', (socket) => dribble(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n'), LATE],
  ['another protocol', (socket) => socket.write(SWITCHING), 'Error: HTTP 101, but nobody asked for another protocol'],
  ['the end of the connection', (socket) => socket.end(), 'Error: socket hang up'],
  ['no HTTP', (socket) => socket.write('SSH-2.0-x\r\n'), 'Error: Parse Error: Expected HTTP/, RTSP/ or ICE/'],
])('%s is a failure, and the next request has another connection', async (_, answer, reason) => {
  let connections = 0;
  const [first, second] = await posting((socket) => {
    if (++connections === 1) answer(socket);
    else socket.write('HTTP/1.1 204 No Content\r\nContent-Type: A/b; c=d\r\nRetry-After: 3\r\n\r\n');
  }, 2);
  expect(first).toContain(reason);
  expect(second).toEqual({
    status: 204,
    statusText: 'No Content',
    type: 'a/b',
    retryAfter: 3000,
    body: Buffer.alloc(0),
  });
});

test('a body that is cut off is no answer', async () => {
  const cut = await posting((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'));
  expect(cut).toEqual(['Error: aborted']);
});
