// A request with a body, and its whole answer.
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { readShort } from './short-answer.ts';

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** Media type without its parameters; empty where it has none. */
  readonly type: string;
  /** Milliseconds that the server asks to be left alone for (RFC 9110 section 10.2.3); 0 where it does not. */
  readonly retryAfter: number;
  readonly body: Buffer;
}

/** Sends to a URL. Rejects where no whole answer comes in time, or one that is too long. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<Answer>;

/** Milliseconds for request and answer. */
const PATIENCE = 30_000;

/** What sends, over connections that stay open; `authority`: who signed the servers' certificates, as PEM. */
export function openPost(
  authority: Uint8Array | undefined,
  patience: number = PATIENCE,
): { readonly post: Post; close(): void } {
  const http = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const ca = authority === undefined ? {} : { ca: Buffer.from(authority) };
  const https = new HttpsAgent({ keepAlive: true, maxSockets: 1, ...ca });
  return {
    post(url, headers, body) {
      const fields = { ...headers, 'Content-Length': String(body.length) };
      const request = url.startsWith('https:')
        ? requestHttps(url, { method: 'POST', agent: https, headers: fields })
        : requestHttp(url, { method: 'POST', agent: http, headers: fields });
      return exchange(request, body, patience);
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** However it ends, it does: also where neither an answer nor an error comes. */
function exchange(request: ClientRequest, body: Uint8Array, patience: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${patience / 1000} s`));
      request.destroy();
    }, patience);
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      answerOf(response)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      request.destroy();
    };
    request.on('error', fail);
    request.on('upgrade', () => fail(new Error('HTTP 101, but nobody asked for another protocol')));
    request.on('close', () => {
      if (!isAnswered) fail(new Error('the connection was closed before an answer'));
    });
    request.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const body = await readShort(response);
  const { statusCode = 0, statusMessage = '', headers } = response;
  return {
    status: statusCode,
    statusText: statusMessage,
    type: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfter: retryAfterOf(headers['retry-after'], headers.date),
    body,
  };
}

/** Seconds, or a date by the server's own clock. */
function retryAfterOf(value = '', date = ''): number {
  const milliseconds = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.parse(date);
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
