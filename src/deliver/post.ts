// A request with a body, and its whole answer.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

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
const LONGEST_ANSWER = 65_536;

/** What sends, over connections that stay open; `authority`: who signed the servers' certificates, as PEM. */
export function openPost(authority: Uint8Array | undefined): { readonly post: Post; close(): void } {
  const http = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const ca = authority === undefined ? {} : { ca: Buffer.from(authority) };
  const https = new HttpsAgent({ keepAlive: true, maxSockets: 1, ...ca });
  return {
    post: (url, headers, body) =>
      new Promise((resolve, reject) => {
        const isSecure = url.startsWith('https:');
        const options = {
          method: 'POST',
          agent: isSecure ? https : http,
          headers: { ...headers, 'Content-Length': String(body.length) },
          signal: AbortSignal.timeout(PATIENCE),
        };
        const failed = (error: Error): void => reject(isTimeout(error) ? new Error(NO_ANSWER) : error);
        const request = (isSecure ? requestHttps : requestHttp)(url, options, (response) => {
          answerOf(response).then(resolve, failed);
        });
        request.on('error', failed);
        request.end(body);
      }),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

const NO_ANSWER = `no answer within ${PATIENCE / 1000} s`;

function isTimeout(error: Error): boolean {
  return error.name === 'AbortError' || error.name === 'TimeoutError';
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    parts.push(part);
    length += part.length;
    if (length > LONGEST_ANSWER) throw new Error('an answer of more than 64 KB');
  }
  const { statusCode = 0, statusMessage = '', headers } = response;
  return {
    status: statusCode,
    statusText: statusMessage,
    type: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfter: retryAfterOf(headers['retry-after'], headers.date),
    body: Buffer.concat(parts),
  };
}

/** Seconds, or a date by the server's own clock. */
function retryAfterOf(value = '', date = ''): number {
  const milliseconds = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.parse(date);
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
