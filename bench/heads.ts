// Heads of messages as browsers and servers write them: pools made once, of which each exchange takes one.
import type { Random } from './random.ts';

/** Shortest and longest request of a browser here, in bytes. */
export const BROWSER_REQUEST_MINIMUM = 400;
export const BROWSER_REQUEST_MAXIMUM = 900;

const HOSTS = ['www.shop.example', 'static.shop.example', 'news.example', 'intranet.corp.example'] as const;
const PATHS = ['/', '/catalog/items/', '/assets/css/main-', '/api/v2/orders/', '/images/products/', '/search'] as const;
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0',
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
] as const;
const LANGUAGES = ['ko-KR,ko;q=0.9,en-US;q=0.8', 'en-US,en;q=0.9', 'de-DE,de;q=0.9,en;q=0.7'] as const;
const TYPES = ['text/html; charset=UTF-8', 'application/json', 'text/css', 'application/javascript'] as const;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** What is not value of a cookie's line, and the empty line behind it. */
const COOKIE_FRAME = 'Cookie: sid=\r\n\r\n'.length;

function word(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += LETTERS[random.below(LETTERS.length)];
  return text;
}

function path(random: Random): string {
  const begin = random.pick(PATHS);
  const query = random.chance(0.4) ? `?page=${random.below(40)}&sort=price&ref=${word(random, 6)}` : '';
  return begin + (begin.length > 1 ? random.below(100000) : '') + query;
}

/** A browser's request of 400 to 900 bytes, cookie and all; one in twenty posts a short form in the same packet. */
export function browserRequest(random: Random): Buffer {
  const length = BROWSER_REQUEST_MINIMUM + random.below(BROWSER_REQUEST_MAXIMUM - BROWSER_REQUEST_MINIMUM + 1);
  const host = random.pick(HOSTS);
  const form = random.chance(0.05) ? `user=${word(random, 8)}&amount=${random.below(1000)}` : '';
  const lines = [
    `${form === '' ? 'GET' : 'POST'} ${path(random)} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: keep-alive',
    ...(form === '' ? [] : ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`]),
    `User-Agent: ${random.pick(AGENTS)}`,
    ...(form === '' ? ['Accept: text/html,application/xhtml+xml,*/*;q=0.8'] : []),
    'Accept-Encoding: gzip, deflate',
    `Accept-Language: ${random.pick(LANGUAGES)}`,
  ];
  const referer = `Referer: http://${host}${path(random)}`;
  const sum = (): number => lines.reduce((total, line) => total + line.length + 2, COOKIE_FRAME + form.length);
  if (sum() + referer.length + 2 + 40 < length) lines.push(referer);
  const cookie = `Cookie: sid=${word(random, Math.max(1, length - sum()))}`;
  return Buffer.from(`${[...lines, cookie].join('\r\n')}\r\n\r\n${form}`, 'latin1');
}

/** A server's response head that announces this many bytes of body, `type` included; 304 where there are none. */
export function browserResponse(random: Random, bytes: number): Buffer {
  const lines = [
    bytes === 0 ? 'HTTP/1.1 304 Not Modified' : 'HTTP/1.1 200 OK',
    'Server: nginx/1.26.0',
    'Date: Wed, 01 May 2024 10:30:00 GMT',
    ...(bytes === 0 ? [] : [`Content-Type: ${random.pick(TYPES)}`, `Content-Length: ${bytes}`]),
    'Connection: keep-alive',
    'Vary: Accept-Encoding',
    `ETag: "${word(random, 8)}-${bytes.toString(16)}"`,
    ...(random.chance(0.3) ? [`Set-Cookie: seen=${word(random, 12)}; Path=/; HttpOnly`] : []),
    'Cache-Control: max-age=600',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** A program's request of about 100 bytes. */
export function callRequest(random: Random): Buffer {
  const target = `/v1/items/${random.below(1000000)}`;
  return Buffer.from(
    `GET ${target} HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: client/3.1\r\nAccept: */*\r\n\r\n`,
  );
}

/** The head of the response to it, which announces this many bytes of body. */
export function callResponse(_random: Random, bytes: number): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`);
}

/** The beginning of a TLS record with application data (RFC 8446, section 5.1), with random bytes behind it. */
export function sealedRequest(random: Random): Buffer {
  const length = BROWSER_REQUEST_MINIMUM + random.below(500);
  const record = sealedResponse(random, length);
  const body = Buffer.from(Array.from({ length }, () => random.below(256)));
  return Buffer.concat([record, body]);
}

/** The header of a TLS record of this many bytes, at most 16384: what follows belongs to records of its own, unseen. */
export function sealedResponse(_random: Random, bytes: number): Buffer {
  const length = Math.min(bytes, 16384);
  return Buffer.from([0x17, 0x03, 0x03, length >> 8, length & 0xff]);
}
