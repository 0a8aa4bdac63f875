// Numbered transactions of every kind for connections of tests: request and answer number n carry the n, so that a wrong pair
// is seen.
import { Conversation, type ConversationSettings } from './conversation.ts';

/** One message in the stream of its end. */
export interface Message {
  readonly from: 'client' | 'server';
  readonly number: number;
  /** Where it begins in its stream, where its body does, and where it ends. */
  readonly begin: number;
  readonly body: number;
  readonly end: number;
  /** An answer before the final one. */
  readonly interim: boolean;
  /** Its body is as long as Content-Length says: a gap in it can be passed over. */
  readonly hasLength: boolean;
  /** It answers HEAD. */
  readonly toHead: boolean;
  /** Its request was sent before the answer before it came. */
  readonly pipelined: boolean;
}

/** What one exchange of a kind says: requests and answers in their order. Several requests at first are pipelined. */
interface Said {
  readonly from: 'client' | 'server';
  readonly head: string;
  readonly body?: string;
  readonly interim?: boolean;
}

type Kind = (number: number) => Said[];

const request = (number: number, method = 'GET', fields = '', body = ''): Said => ({
  from: 'client',
  head: `${method} /${number} HTTP/1.1\r\nHost: example.com\r\n${fields}\r\n`,
  body,
});

const answer = (number: number, status: string, fields = '', body = ''): Said => ({
  from: 'server',
  head: `HTTP/1.1 ${status}\r\nX-Number: ${number}\r\n${fields}\r\n`,
  body,
});

const interim = (number: number, status: string, fields = ''): Said => ({
  ...answer(number, status, fields),
  interim: true,
});

const length = (body: string): string => `Content-Length: ${body.length}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const chunks = (...sizes: readonly number[]): string =>
  `${sizes.map((size) => `${size.toString(16)};ext=a\r\n${'c'.repeat(size)}\r\n`).join('')}0\r\nX-Trailer: t\r\nDigest: d\r\n\r\n`;
const long = (bytes: number): string => `X-Long: ${'l'.repeat(bytes)}\r\n`;

/** Kinds after which the connection goes on. */
export const KINDS = {
  length: (n) => [request(n), answer(n, '200 OK', length('b'.repeat(700)), 'b'.repeat(700))],
  empty: (n) => [request(n), answer(n, '200 OK', length(''))],
  chunked: (n) => [request(n), answer(n, '200 OK', `Trailer: X-Trailer\r\n${CHUNKED}`, chunks(300, 1, 40))],
  head: (n) => [request(n, 'HEAD'), answer(n, '200 OK', 'Content-Length: 300\r\n')],
  noContent: (n) => [request(n, 'DELETE'), answer(n, '204 No Content')],
  notModified: (n) => [request(n), answer(n, '304 Not Modified', 'Content-Length: 99\r\n')],
  post: (n) => [
    request(n, 'POST', length('p'.repeat(900)), 'p'.repeat(900)),
    answer(n, '201 Created', length('ok'), 'ok'),
  ],
  postChunked: (n) => [request(n, 'POST', CHUNKED, chunks(20, 200)), answer(n, '200 OK', length('done'), 'done')],
  hints: (n) => [request(n), interim(n, '103 Early Hints', 'Link: </a>\r\n'), answer(n, '200 OK', length('x'), 'x')],
  longHeads: (n) => [request(n, 'GET', long(2500)), answer(n, '200 OK', `${long(3000)}${length('y')}`, 'y')],
  continued: (n) => [
    { ...request(n, 'PUT', `Expect: 100-continue\r\n${length('q'.repeat(50))}`) },
    interim(n, '100 Continue'),
    { from: 'client', head: '', body: 'q'.repeat(50) },
    answer(n, '200 OK', length('z'), 'z'),
  ],
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS | 'pipelined';

export const KIND_NAMES: readonly KindName[] = [...(Object.keys(KINDS) as (keyof typeof KINDS)[]), 'pipelined'];

/** Numbers have three digits: a number that is cut is another thing than a wrong one. */
export const FIRST = 101;
/** Transactions of a pipeline. */
const PIPELINED = 3;

/** A connection with these exchanges, and all its messages. The last answer may go on until the server closes. */
export interface Exchanges {
  readonly conversation: Conversation;
  readonly messages: Message[];
}

export function exchangesOf(
  kinds: readonly KindName[],
  untilClose: boolean,
  settings: ConversationSettings,
  fields = '',
): Exchanges {
  const conversation = new Conversation(settings).open();
  const padded = (head: string): string => (head === '' ? '' : `${head.slice(0, -2)}${fields}\r\n`);
  const messages: Message[] = [];
  const sent = { client: 0, server: 0 };
  let number = FIRST - 1;
  const say = (said: Said, n: number, kind: KindName = 'length'): void => {
    const { from, body = '', interim: early = false } = said;
    const head = padded(said.head);
    const begin = sent[from];
    const end = begin + head.length + body.length;
    sent[from] = end;
    conversation[from](head + body);
    // A body that waited for 100 Continue belongs to the message before.
    const before = head === '' ? messages.findLast((message) => message.from === from) : undefined;
    if (before !== undefined) messages[messages.indexOf(before)] = { ...before, end };
    else {
      const hasLength = head.includes('Content-Length');
      const toHead = kind === 'head' && from === 'server';
      const place = { begin, body: begin + head.length, end };
      messages.push({ from, number: n, ...place, interim: early, hasLength, toHead, pipelined: kind === 'pipelined' });
    }
  };
  for (const kind of kinds) {
    if (kind !== 'pipelined') {
      number++;
      for (const said of KINDS[kind](number)) say(said, number, kind);
    } else {
      const first = number + 1;
      number += PIPELINED;
      for (let n = first; n <= number; n++) say(request(n), n, kind);
      for (let n = first; n <= number; n++) say(answer(n, '200 OK', length(`body ${n}`), `body ${n}`), n, kind);
    }
    conversation.acknowledge('client');
  }
  if (untilClose) {
    number++;
    say(request(number), number);
    say(answer(number, '200 OK', 'Connection: close\r\n', 'u'.repeat(600)), number);
  }
  conversation.closeBoth('server');
  return { conversation, messages };
}
