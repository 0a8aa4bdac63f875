import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import type { Host } from './network.ts';

// Node's own HTTP server and client. Each request has a number, which its two lines show: in the target, and in the Content-Type.

/** A server that counts. */
export interface WebServer {
  readonly server: http.Server;
  /** Requests that came. */
  requests(): number;
}

/** Answers `/N` with the number as part of the Content-Type. */
function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  response.writeHead(200, { 'Content-Type': `text/plain; n=${request.url?.slice(1) ?? ''}`, 'Content-Length': 2 });
  response.end('ok');
}

/** Serves on a port of a host, all addresses, until the test ends. */
export async function serve(host: Host, port: number, handler: http.RequestListener = answer): Promise<WebServer> {
  let requests = 0;
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    requests++;
    handler(request, response);
  });
  host.inside(() => server.listen(port));
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, requests: () => requests };
}

/** A response. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request and takes the whole answer. */
export function request(url: string, agent: http.Agent, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.get(
      url,
      { agent, headers: { 'User-Agent': 'test', ...headers }, timeout: 20_000 },
      (response) => {
        let body = '';
        response.setEncoding('latin1');
        response.on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url}`)));
    sent.on('error', reject);
  });
}

/** An agent with so many connections, which stay open until the test ends. */
export function connections(count: number): http.Agent {
  const agent = new http.Agent({ keepAlive: true, maxSockets: count });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** An agent whose one connection comes from a host where this thread is not. */
export async function connectionFrom(host: Host, port: number, address: string): Promise<http.Agent> {
  const socket = await host.insideUntil(async () => {
    const connecting = net.connect(port, address);
    await once(connecting, 'connect', { signal: AbortSignal.timeout(10_000) });
    return connecting;
  });
  const agent = connections(1);
  agent.createConnection = () => socket;
  return agent;
}

/** Sends requests `/first` to `/first+count-1` over these connections, as fast as they go. */
export async function send(base: string, agent: http.Agent, first: number, count: number): Promise<void> {
  let next = first;
  const end = first + count;
  const one = async (): Promise<void> => {
    while (next < end) await request(`${base}/${next++}`, agent);
  };
  await Promise.all(Array.from({ length: Math.min(count, agent.maxSockets) }, one));
}

/** Load that goes on until it is ended. */
export interface Load {
  /** Ends it; gives the number of requests that were answered. Those that break off with the server are no error. */
  end(): Promise<number>;
}

/** Sends requests `/0`, `/1`, … over so many connections until it is ended. */
export function startLoad(base: string, count: number): Load {
  const agent = connections(count);
  let next = 0;
  let ended = false;
  const one = async (): Promise<void> => {
    while (!ended) await request(`${base}/${next++}`, agent);
  };
  const all = Promise.all(Array.from({ length: count }, one));
  onTestFinished(() => {
    ended = true;
  });
  return {
    async end() {
      ended = true;
      await all;
      return next;
    },
  };
}
