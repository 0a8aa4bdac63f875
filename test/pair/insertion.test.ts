// Segments that the receiver never takes, sent so that whoever watches believes them.
import { expect, test } from 'vitest';
import { zeros } from '../support/bytes.ts';
import { ACK, BEGIN, Conversation, captureOf, type End, FIN, moved, RST } from '../support/conversation.ts';
import { brief, rowsOf } from '../support/transaction-rows.ts';

const FIELDS = ['target', 'status', 'response.x-number'];

const get = (path: number): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (number: number): string => `HTTP/1.1 200 OK\r\nX-Number: ${number}\r\nContent-Length: 0\r\n\r\n`;

const lines = (...conversations: readonly Conversation[]): string[] =>
  brief(rowsOf(captureOf(...conversations), FIELDS, { assemble: true }).rows, ...FIELDS);

/** The connection with a segment in its middle that nobody takes, so many numbers ahead of where its end stands. */
function inserted(from: End, flags: number, ahead = 0): Conversation {
  const conversation = new Conversation().open().client(get(1)).server(ok(1));
  const last = conversation.segments.findLast((segment) => segment.from === from);
  const time = conversation.segments.at(-1)?.time ?? 0n;
  if (last === undefined) throw new Error(`nothing of the ${from}`);
  const sequence = moved(last.sequence, last.payload.length + ahead);
  conversation.segments.push({ from, sequence, acknowledgment: 1, flags, payload: zeros(0), time: time + 1n });
  return conversation.client(get(2)).server(ok(2)).client(get(3)).server(ok(3)).closeBoth();
}

const ALL = ['/1 200 1', '/2 200 2', '/3 200 3'];

test.each([
  ['a RST of the client', inserted('client', RST)],
  ['one that stands in no window of the server', inserted('client', RST | ACK, 1_000_000)],
  ['a FIN of the client', inserted('client', FIN | ACK)],
])('%s hides nothing of what it sends later', (_, conversation) => {
  expect(lines(conversation)).toEqual(ALL);
});

test.each([
  ['a RST', inserted('server', RST)],
  ['a FIN', inserted('server', FIN | ACK)],
])('%s of the server hides no answer that comes later', (_, conversation) => {
  expect(lines(conversation).filter((line) => /^\S+ 200 /.test(line)).length).toBe(3);
});

test('what comes once more behind the end begins no connection', () => {
  const closed = new Conversation().open().client(get(1)).server(ok(1)).closeBoth().again('client').again('server');
  const reset = new Conversation({ clientPort: 7 }).open().client(get(2)).server(ok(2)).reset('client').again('client');
  expect(lines(closed, reset.again('server')).sort()).toEqual(['/1 200 1', '/2 200 2']);
});

test('what was on the way when the other end reset begins none either', () => {
  const conversation = new Conversation().open().client(get(1)).server(ok(1)).reset('client').server(ok(2));
  expect(lines(conversation)).toEqual(['/1 200 1']);
});

test('-pair: a client that begins each connection at the same number hides no request', () => {
  const connections = [1, 2, 3].map((i) =>
    new Conversation({ serverSequence: 500_000_000 * i, begin: BEGIN + BigInt(i) * 1_000_000_000n })
      .client(get(i))
      .server(ok(i)),
  );
  const { rows } = rowsOf(captureOf(...connections), FIELDS);
  expect(brief(rows, ...FIELDS)).toEqual(ALL);
});
