import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Chdb } from './chdb.ts';

// ClickHouse's HTTP interface before the engine of today, as far as delivery speaks it.

/** What is done to a request before the engine has it, or instead. */
export interface Asked {
  readonly query: string;
  readonly settings: ReadonlyMap<string, string>;
  /** What an insert brings, packed by gzip. */
  readonly body: Buffer;
}

/** A server over a session. */
export interface ChdbServer {
  readonly port: number;
  /** Everything that was asked. */
  readonly asked: readonly Asked[];
  /** Hears of an answer before it is sent; where this returns true it never comes. */
  swallow: (asked: Asked) => boolean;
}

/** Serves a session on loopback; what is inserted goes through a file in this directory. */
export async function serveChdb(chdb: Chdb, directory: string): Promise<ChdbServer> {
  mkdirSync(directory, { recursive: true });
  const asked: Asked[] = [];
  const served = { port: 0, asked, swallow: (_: Asked) => false };
  const hear = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part);
    const one = askedBy(message, Buffer.concat(parts));
    asked.push(one);
    const answer = answerOf(chdb, one, directory);
    if (served.swallow(one)) return void response.destroy();
    response.writeHead(answer.startsWith('Code: ') ? 500 : 200, { 'X-ClickHouse-Server-Display-Name': 'chdb' });
    response.end(answer);
  };
  const server = createServer((message, response) => {
    hear(message, response).catch(() => response.destroy());
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  served.port = (server.address() as AddressInfo).port;
  return served;
}

/** No settings of the query: what the client says to the HTTP interface. */
const NO_SETTINGS: ReadonlySet<string> = new Set(['query', 'query_id', 'database', 'enable_http_compression']);

function askedBy({ url = '', headers }: IncomingMessage, bytes: Buffer): Asked {
  const given = new URL(url, 'http://h').searchParams;
  const query = given.get('query');
  const settings = new Map([...given].filter(([name]) => !NO_SETTINGS.has(name)));
  if (query === null) return { query: bytes.toString(), settings, body: Buffer.alloc(0) };
  if (headers['content-encoding'] !== 'gzip') throw new Error('a body that does not tell its end');
  return { query, settings, body: bytes };
}

function answerOf(chdb: Chdb, { query, settings, body }: Asked, directory: string): string {
  const given = [...settings].map(([name, value]) => `${name} = '${value}'`).join(', ');
  try {
    if (body.length === 0) return chdb.query(query);
    const file = join(directory, 'insert.json.gz');
    writeFileSync(file, body);
    const from = `FROM INFILE '${file}' COMPRESSION 'gzip' SETTINGS ${given} FORMAT`;
    return chdb.query(query.replace('FORMAT', from));
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replace(/^Query failed: /, '');
  }
}
