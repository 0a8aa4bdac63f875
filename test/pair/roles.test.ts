// Which end is the client: what one end says that only the other one can say is logged, and changes nothing else.
import { expect, test } from 'vitest';
import { BEGIN, Conversation, captureOf } from '../support/conversation.ts';
import { LongRun } from '../support/long-run.ts';
import { brief, type Rows, rowsOf } from '../support/transaction-rows.ts';

const FIELDS = ['target', 'status', 'response.x-number', 'complete'];

const get = (path: string): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (number: number): string => `HTTP/1.1 200 OK\r\nX-Number: ${number}\r\nContent-Length: 0\r\n\r\n`;
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
const DOWNLOAD = 'HTTP/1.1 200 OK\r\nX-Number: 1\r\nContent-Length: 6\r\n\r\nabc';

const seen = (conversation: Conversation): Rows => rowsOf(captureOf(conversation), FIELDS, { assemble: true });
const lines = (conversation: Conversation): string[] => brief(seen(conversation).rows, ...FIELDS);

const opened = (): Conversation => new Conversation().open();

test('a client that answers its own request does not take the place of the server', () => {
  const conversation = opened()
    .client(get('1') + NOT_FOUND)
    .server(ok(1))
    .closeBoth();
  expect(lines(conversation)).toEqual(['- 404 - false', '/1 200 1 true']);
});

test('nor does it where the server is not known by its SYN', () => {
  const conversation = new Conversation()
    .client(get('1') + NOT_FOUND)
    .server(ok(1))
    .client(get('2'))
    .server(ok(2));
  expect(lines(conversation)).toEqual(['- 404 - false', '/1 200 1 true', '/2 200 2 true']);
});

test('nor does one that sends an answer during a download', () => {
  const conversation = opened().client(get('1')).server(DOWNLOAD).client(NOT_FOUND).server('def').closeBoth();
  expect(lines(conversation)).toEqual(['- 404 - false', '/1 200 1 true']);
});

test('a client does not switch protocols', () => {
  const conversation = opened()
    .client(`${get('1')}HTTP/1.1 101 Switching Protocols\r\n\r\n`)
    .server(ok(1))
    .client(get('2'))
    .server(ok(2))
    .closeBoth();
  const { rows, counters } = seen(conversation);
  expect(brief(rows, ...FIELDS)).toEqual(['- 101 - false', '/1 200 1 true', '/2 200 2 true']);
  expect(counters.tunnel_bytes).toBeUndefined();
});

test('what looks like a request behind an answer is not answered by the end that sent it', () => {
  const conversation = opened()
    .client(get('1'))
    .server(ok(1) + get('behind'))
    .client(get('2'))
    .server(ok(2))
    .client(get('3'))
    .server(ok(3))
    .closeBoth();
  expect(lines(conversation)).toEqual(['/1 200 1 true', '/behind - - false', '/2 200 2 true', '/3 200 3 true']);
});

test('an end that connects and then answers is the server', () => {
  const conversation = opened().server(get('1')).client(ok(1)).server(get('2')).client(ok(2)).closeBoth();
  expect(lines(conversation)).toEqual(['/1 200 1 true', '/2 200 2 true']);
});

test('an end that answers what the other one had asked for before is not taken for a server while it is answered itself', () => {
  const conversation = opened().client(get('1')).server(get('2')).client(get('3')).server(DOWNLOAD).client(ok(2));
  expect(lines(conversation)).toContain('/1 200 1 false');
});

test('answers of clients keep no memory', () => {
  const run = new LongRun({ assemble: true, fields: FIELDS, slabs: 64 });
  for (let i = 0; i < 100; i++) {
    const settings = { clientPort: 1001 + i, begin: BEGIN + BigInt(i) * 1_000_000_000n };
    const conversation = new Conversation(settings).open().client(get('1')).server(DOWNLOAD).client(NOT_FOUND);
    run.walk(captureOf(conversation.closeBoth()));
  }
  run.finish();
  expect(run.counters).toMatchObject({ transactions: 100, without_request: 100 });
  expect(run.counters.requests_unkept).toBeUndefined();
});
