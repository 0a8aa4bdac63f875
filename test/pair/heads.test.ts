// -pair without -assemble: requests and answers are joined as their heads pass by.
import { describe, expect, test } from 'vitest';
import { Conversation, captureOf, moved } from '../support/conversation.ts';
import { brief, type RowSettings, rowsOf } from '../support/transaction-rows.ts';

const FIELDS = [
  'type',
  'method',
  'target',
  'status',
  'length',
  'response.x-number',
  'retransmissions',
  'transaction',
  'information',
  'duration',
];

interface Seen {
  /** `METHOD TARGET STATUS NUMBER`, `-` for what there is not. */
  readonly lines: string[];
  /** Those that are not 0 and tell of messages and transactions. */
  readonly counters: Record<string, number>;
}

/** What is seen of connections whose packets come in the order of their times. */
function seen(conversations: readonly Conversation[], settings: RowSettings = {}, ...more: readonly string[]): Seen {
  const { rows, counters } = rowsOf(captureOf(...conversations), FIELDS, settings);
  const { packets: _packets, bytes: _bytes, empty: _empty, no_message: _others, ...told } = counters;
  return { lines: brief(rows, 'method', 'target', 'status', 'response.x-number', ...more), counters: told };
}

const get = (path: number, method = 'GET'): string => `${method} /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const head = (number: number, status = '200 OK', fields = ''): string =>
  `HTTP/1.1 ${status}\r\nX-Number: ${number}\r\n${fields}\r\n`;
const ok = (number: number, body = 'body'): string =>
  `${head(number, '200 OK', `Content-Length: ${body.length}\r\n`)}${body}`;

describe('in order', () => {
  test('a connection that is kept alive: one line for each transaction, numbered', () => {
    const conversation = new Conversation().open();
    for (let n = 1; n <= 3; n++) conversation.client(get(n)).server(ok(n)).acknowledge('client');
    conversation.closeBoth();
    expect(seen([conversation], {}, 'transaction', 'type', 'length')).toEqual({
      lines: ['GET /1 200 1 1 CQ 4', 'GET /2 200 2 2 CQ 4', 'GET /3 200 3 3 CQ 4'],
      counters: { messages_cq: 3, messages_cr: 3, transactions: 3 },
    });
  });

  test('a pipeline, its messages in packets of their own or together', () => {
    const apart = new Conversation().client(get(1), get(2), get(3)).server(ok(1), ok(2), ok(3));
    const together = new Conversation().client(get(1) + get(2) + get(3)).server(ok(1) + ok(2) + ok(3));
    for (const conversation of [apart, together]) {
      expect(seen([conversation], {}, 'transaction')).toEqual({
        lines: ['GET /1 200 1 1', 'GET /2 200 2 2', 'GET /3 200 3 3'],
        counters: { messages_cq: 3, messages_cr: 3, transactions: 3 },
      });
    }
  });

  test('answers without a body: HEAD, 204 and 304 have no length whatever they say', () => {
    const conversation = new Conversation()
      .client(get(1, 'HEAD'))
      .server(head(1, '200 OK', 'Content-Length: 500\r\n'))
      .client(get(2))
      .server(head(2, '304 Not Modified', 'Content-Length: 500\r\n'))
      .client(get(3, 'DELETE'))
      .server(head(3, '204 No Content'));
    expect(seen([conversation], {}, 'length').lines).toEqual([
      'HEAD /1 200 1 -',
      'GET /2 304 2 -',
      'DELETE /3 204 3 -',
    ]);
  });

  test('interim answers are kept as information, the final one is joined', () => {
    const conversation = new Conversation()
      .client('PUT /1 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
      .server(head(0, '100 Continue'))
      .client('ab')
      .server(ok(1))
      .client(get(2))
      .server(head(0, '102 Processing') + head(0, '103 Early Hints'), ok(2))
      .client(get(3))
      .server(head(0, '103 Early Hints') + ok(3));
    expect(seen([conversation], {}, 'information')).toEqual({
      lines: ['PUT /1 200 1 100', 'GET /2 200 2 103', 'GET /3 200 3 103'],
      counters: { messages_cq: 3, messages_cr: 7, transactions: 3 },
    });
  });

  test('what follows an upgrade or a CONNECT is no message', () => {
    const upgraded = new Conversation({ clientPort: 1001 })
      .client('GET /1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n')
      .server(head(1, '101 Switching Protocols', 'Upgrade: websocket\r\n'))
      .client('\x81\x85abcdhello')
      .server('\x81\x05hello');
    const tunnel = new Conversation({ clientPort: 1002 })
      .wait(10)
      .client('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')
      .server(head(2, '200 Connection established'))
      .client('\x16\x03\x01\x00\x05hello')
      .server('\x16\x03\x03\x00\x05hello');
    expect(seen([upgraded, tunnel])).toEqual({
      lines: ['GET /1 101 1', 'CONNECT example.com:443 200 2'],
      counters: { messages_cq: 2, messages_cr: 2, transactions: 2 },
    });
  });
});

describe('repeated and lost', () => {
  test('heads that are sent again are counted and logged once', () => {
    const conversation = new Conversation().client(get(1)).again('client', 2).server(ok(1)).again('server');
    conversation.client(get(2)).server(ok(2)).again('server', 3).client(get(3)).server(ok(3));
    expect(seen([conversation], {}, 'retransmissions')).toEqual({
      lines: ['GET /1 200 1 2', 'GET /2 200 2 1', 'GET /3 200 3 3'],
      counters: { messages_cq: 3, messages_cr: 3, transactions: 3, retransmissions: 6 },
    });
  });

  test('a repeated pipeline', () => {
    const conversation = new Conversation()
      .client(get(1) + get(2))
      .again('client')
      .server(ok(1) + ok(2))
      .again('server');
    expect(seen([conversation])).toEqual({
      lines: ['GET /1 200 1', 'GET /2 200 2'],
      counters: { messages_cq: 2, messages_cr: 2, transactions: 2, retransmissions: 4 },
    });
  });

  test('a request that was not seen: its answer is logged alone, the next ones are joined', () => {
    const conversation = new Conversation().client(get(1)).server(ok(1)).unseen('client', get(2)).server(ok(2));
    conversation.client(get(3)).server(ok(3));
    expect(seen([conversation])).toEqual({
      lines: ['GET /1 200 1', '- - 200 2', 'GET /3 200 3'],
      counters: { messages_cq: 2, messages_cr: 3, transactions: 2, without_request: 1 },
    });
  });

  test('an answer that was not seen: its request is logged alone, the next ones are joined', () => {
    const conversation = new Conversation().client(get(1)).unseen('server', ok(1)).client(get(2)).server(ok(2));
    conversation.client(get(3)).server(ok(3));
    const { lines, counters } = seen([conversation]);
    expect(lines.sort()).toEqual(['GET /1 - -', 'GET /2 200 2', 'GET /3 200 3']);
    expect(counters).toEqual({ messages_cq: 3, messages_cr: 2, transactions: 2, without_answer: 1 });
  });

  test('an answer and the request behind it were not seen', () => {
    const conversation = new Conversation().client(get(1)).unseen('server', ok(1)).unseen('client', get(2));
    conversation.server(ok(2)).client(get(3)).server(ok(3)).client(get(4)).unseen('server', ok(4));
    expect(seen([conversation]).lines).toEqual(['- - 200 2', 'GET /3 200 3', 'GET /1 - -', 'GET /4 - -']);
  });

  test('answers without any request, requests without any answer', () => {
    const answers = new Conversation({ clientPort: 1001 });
    for (let n = 1; n <= 3; n++) answers.unseen('client', get(n)).server(ok(n));
    const requests = new Conversation({ clientPort: 1002 }).wait(100);
    for (let n = 4; n <= 6; n++) requests.client(get(n)).unseen('server', ok(n));
    expect(seen([answers, requests])).toEqual({
      lines: ['- - 200 1', '- - 200 2', '- - 200 3', 'GET /4 - -', 'GET /5 - -', 'GET /6 - -'],
      counters: { messages_cq: 3, messages_cr: 3, without_request: 3, without_answer: 3 },
    });
  });

  test('sequence numbers that wrap', () => {
    const long = 'x'.repeat(100);
    for (let before = 0; before < 400; before += 31) {
      const numbers = { clientSequence: moved(0, -before), serverSequence: moved(0, -3 * before) };
      const conversation = new Conversation(numbers).open();
      for (let n = 1; n <= 4; n++) conversation.client(get(n)).again('client').server(ok(n, long)).again('server');
      expect(seen([conversation])).toEqual({
        lines: ['GET /1 200 1', 'GET /2 200 2', 'GET /3 200 3', 'GET /4 200 4'],
        counters: { messages_cq: 4, messages_cr: 4, transactions: 4, retransmissions: 8 },
      });
    }
  });
});
