// The times of transactions: delivered in order, they are exactly those of the script.
import { describe, expect, test } from 'vitest';
import { BEGIN, Conversation, captureOf } from '../support/conversation.ts';
import { brief, rowsOf } from '../support/transaction-rows.ts';

const TIMES = ['connect', 'httplog.request', 'ttfb', 'httplog.response', 'idle', 'duration'];
const FIELDS = ['timestamp', 'target', 'status', ...TIMES];

const times = (conversation: Conversation, settings: object = {}): string[] =>
  brief(rowsOf(captureOf(conversation), FIELDS, { assemble: true, ...settings }).rows, 'target', ...TIMES);

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (body: string, length = body.length): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;

// Each segment comes a millisecond after the one before.
describe('whole streams', () => {
  test('handshake, first byte, and silence between transactions', () => {
    const conversation = new Conversation()
      .open()
      .wait(4)
      .client(get('/1'))
      .wait(9)
      .server(ok('x'))
      .acknowledge('client')
      .wait(18)
      .client(get('/2'))
      .server(ok('y'))
      .closeBoth();
    expect(times(conversation)).toEqual(['/1 2000 0 10000 0 - 10000', '/2 - 0 1000 0 20000 1000']);
  });

  test('a request and an answer of several packets', () => {
    const conversation = new Conversation()
      .open()
      .client('POST /1 HTTP/1.1\r\nContent-', 'Length: 20\r\n\r\n0123456789')
      .wait(29)
      .client('0123456789')
      .wait(5)
      .server('HTTP/1.1 200 OK\r\n')
      .wait(2)
      .server('Content-Length: 6\r\n\r\nabc')
      .acknowledge('client')
      .wait(10)
      .server('def')
      .acknowledge('client');
    // First to last packet of the request; to the first packet of the answer; to its last one.
    expect(times(conversation)).toEqual(['/1 2000 31000 6000 15000 - 52000']);
  });

  test('an interim answer is not what is timed', () => {
    const conversation = new Conversation()
      .open()
      .client('PUT /1 HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n')
      .wait(4)
      .server('HTTP/1.1 100 Continue\r\n\r\n')
      .wait(1)
      .client('abc')
      .wait(99)
      .server(ok(''));
    expect(times(conversation)).toEqual(['/1 2000 7000 100000 0 - 107000']);
  });

  test('a pipeline: a request that came before the answer before it ended has no silence before it', () => {
    const conversation = new Conversation()
      .open()
      .client(get('/1'), get('/2'))
      .wait(3)
      .server(ok('a'))
      .wait(3)
      .server(ok('b'));
    expect(times(conversation)).toEqual(['/1 2000 0 5000 0 - 5000', '/2 - 0 8000 0 - 8000']);
  });

  test('an answer until the connection is closed ends with its last packet', () => {
    const conversation = new Conversation()
      .open()
      .client(get('/1'))
      .server('HTTP/1.1 200 OK\r\n\r\nabc')
      .wait(40)
      .server('def')
      .wait(500)
      .closeBoth('server');
    expect(times(conversation)).toEqual(['/1 2000 0 1000 41000 - 42000']);
  });

  test('a SYN that is sent again: the handshake is counted from the first one', () => {
    const conversation = new Conversation();
    conversation.open();
    const [syn, ...others] = conversation.segments;
    if (syn === undefined) throw new Error('no SYN');
    const late = others.map((segment) => ({ ...segment, time: segment.time + 1_000_000_000n }));
    conversation.segments.splice(0, 3, syn, { ...syn, time: syn.time + 999_000_000n }, ...late);
    conversation.wait(1000).client(get('/1')).server(ok(''));
    expect(times(conversation)).toEqual(['/1 1002000 0 1000 0 - 1000']);
  });

  test('nanoseconds are kept until they are written: microseconds are cut, not rounded', () => {
    const conversation = new Conversation().open().client(get('/1')).server(ok(''));
    conversation.segments.forEach((segment, i) => {
      conversation.segments[i] = { ...segment, time: BEGIN + BigInt(i) * 1_999n };
    });
    expect(times(conversation)).toEqual(['/1 3 0 1 0 - 1']);
  });

  test('without a handshake there is no time for it', () => {
    const conversation = new Conversation().client(get('/1')).server(ok('')).client(get('/2')).server(ok(''));
    expect(times(conversation)).toEqual(['/1 - 0 1000 0 - 1000', '/2 - 0 1000 0 1000 1000']);
  });

  test('without an answer there is none of its times, without a request none at all', () => {
    expect(times(new Conversation().open().client(get('/1')).closeBoth())).toEqual(['/1 2000 0 - - - -']);
    const unasked = new Conversation().open().unseen('client', get('/1')).server(ok('abc'), 'x').closeBoth();
    expect(times(unasked)).toEqual(['- - - - 0 - -']);
  });
});

describe('heads as they pass by', () => {
  test('the duration is the time from head to head, and what only whole streams show is absent', () => {
    const conversation = new Conversation()
      .open()
      .client('POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\n', '0123456789')
      .wait(7)
      .server(ok('ab', 4), 'cd')
      .wait(10)
      .client(get('/2'))
      .server(ok(''));
    expect(times(conversation, { assemble: false })).toEqual(['/1 - - 9000 - - 9000', '/2 - - 1000 - 12000 1000']);
  });

  test('an answer that was captured before its request has no time', () => {
    const conversation = new Conversation().client(get('/1')).server(ok(''));
    const [asked, answered] = conversation.segments;
    if (asked === undefined || answered === undefined) throw new Error('no segments');
    conversation.segments.splice(0, 2, { ...asked, time: answered.time }, { ...answered, time: asked.time });
    const { rows } = rowsOf(captureOf(conversation), FIELDS);
    expect(brief(rows, 'target', 'status', 'duration')).toEqual(['- 200 -', '/1 - -']);
  });
});
