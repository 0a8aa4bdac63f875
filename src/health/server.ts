// A small HTTP server for those who watch: GET and HEAD of two paths, one request for each connection, all of it bounded. It
// runs in the main thread, between the writer's work; capture threads know nothing of it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '../sink/destination.ts';
import { CONTENT_TYPE } from './exposition.ts';

/** What a client is given: milliseconds for its request and for its whole connection. */
export interface Patience {
  readonly request: number;
  readonly connection: number;
}

const PATIENCE: Patience = { request: 5000, connection: 10_000 };
/** Bytes of a request's head. */
const REQUEST_MAXIMUM = 8192;
const CONNECTIONS = 8;
/** Connections that may come in one moment, before those are gone for which there is no room. */
const BURST = 64;
const PLAIN = 'text/plain; charset=utf-8';

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'the port is in use (EADDRINUSE)'],
  ['EADDRNOTAVAIL', 'this host has no such address (EADDRNOTAVAIL)'],
  ['EACCES', 'a port below 1024 needs CAP_NET_BIND_SERVICE (EACCES)'],
  ['ENOTFOUND', 'there is no such host (ENOTFOUND)'],
  ['EAI_AGAIN', 'the name cannot be looked up just now (EAI_AGAIN)'],
]);

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What the paths tell. */
export interface Answers {
  /** The text of `/metrics`; undefined before there is a run. */
  metrics(): string | undefined;
  /** Why the run is not well, or undefined. */
  reason(): string | undefined;
}

/** A server that listens. */
export interface HealthServer {
  /** Its port. */
  readonly port: number;
  close(): void;
}

/** Listens. Rejects, with what to do in one line, where that can't be. */
export async function openServer(
  address: ListenAddress,
  answers: Answers,
  patience: Patience = PATIENCE,
): Promise<HealthServer> {
  const server = createServer(
    {
      maxHeaderSize: REQUEST_MAXIMUM,
      headersTimeout: patience.request,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.request / 5,
    },
    (request, response) => answer(request, response, answers),
  );
  server.maxConnections = BURST;
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => {
    const timer = setTimeout(() => socket.destroy(), patience.connection).unref();
    socket.on('close', () => clearTimeout(timer));
  });
  keepRoom(server);
  await listen(server, address);
  // No descriptor for a connection, say: it is not served.
  server.on('error', () => {});
  server.unref();
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : address.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Closes a connection where the next would be one too many: the one that is longest without having sent a whole request, else the
 * oldest. So nobody keeps the others out by holding all connections.
 */
function keepRoom(server: Server): void {
  // Sets keep the order in which connections came.
  const waiting = new Set<Socket>();
  const answered = new Set<Socket>();
  const forget = (socket: Socket): void => {
    waiting.delete(socket);
    answered.delete(socket);
  };
  server.on('connection', (socket: Socket) => {
    if (waiting.size + answered.size >= CONNECTIONS) {
      const [oldest] = waiting.size > 0 ? waiting : answered;
      if (oldest !== undefined) {
        forget(oldest);
        oldest.destroy();
      }
    }
    waiting.add(socket);
    socket.on('close', () => forget(socket));
  });
  server.on('request', ({ socket }: IncomingMessage) => {
    if (waiting.delete(socket)) answered.add(socket);
  });
}

/** As it is given to `-metrics`. */
export function shownAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Why nobody can listen there, by the system's code, and what to do, in one line. */
export function cannotServe(address: ListenAddress, code: string): string {
  return `metrics cannot be served at ${shownAddress(address)}: ${ADVICE.get(code) ?? code}: choose another with -metrics`;
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(new Error(cannotServe(address, codeOf(error))));
    server.once('error', failed);
    server.listen(address.port, address.host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse, answers: Answers): void {
  const [path = ''] = url.split('?', 1);
  if (method !== 'GET' && method !== 'HEAD') {
    send(response, 405, PLAIN, 'only GET and HEAD\n', { Allow: 'GET, HEAD' });
  } else if (path === '/metrics') {
    const text = answers.metrics();
    if (text === undefined) send(response, 503, PLAIN, 'starting\n');
    else send(response, 200, CONTENT_TYPE, text);
  } else if (path === '/healthz') {
    const reason = answers.reason();
    send(response, reason === undefined ? 200 : 503, PLAIN, `${reason ?? 'ok'}\n`);
  } else send(response, 404, PLAIN, 'there are /metrics and /healthz\n');
}

/** Node leaves the body out of what answers HEAD. */
function send(response: ServerResponse, status: number, type: string, body: string, more: object = {}): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...more,
  });
  response.end(body);
}
