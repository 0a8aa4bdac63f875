// What is counted of messages and transactions: by type and status class, and how long they took.
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import { HISTOGRAM_BUCKETS, HISTOGRAM_UNIT } from '../../layout/counters.ts';
import { Conversation, captureOf } from '../support/conversation.ts';
import { type RunSettings, runFile } from '../support/packet-code.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const answer = (status: string): string => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`;

/** The series of a metric that are not 0: labels, then its number or for a histogram the buckets that have times, and the sum. */
function counted(name: string, file: Uint8Array, settings: Partial<RunSettings>): string[] {
  const run = runFile(file, { ports: 'any', local: [], addVlan: false, split: false, ...settings });
  const metric = METRICS.find((one) => one.name === name);
  return (metric?.series ?? []).flatMap(({ word, labels }) => {
    const words = metric?.kind === 'histogram' ? HISTOGRAM_BUCKETS + 1 : 1;
    const numbers = Array.from({ length: words }, (_, i) => run.word(word + i));
    const shown = numbers.flatMap((number, i) => (number === 0n ? [] : [words === 1 ? `${number}` : `${i}:${number}`]));
    return shown.length === 0 ? [] : [[...Object.values(labels).filter((text) => text !== ''), ...shown].join(' ')];
  });
}

const STATUSES = ['100 Continue', '200 OK', '204 No', '302 F', '404 N', '500 E', '503 U', '600 X', '099 Y'];
const LOCAL = [{ family: 4, address: 0xc000_0200n, prefix: 24 }] as const;

describe('messages by type and status class', () => {
  const file = captureOf(
    STATUSES.reduce((all, status) => all.client(get).server(answer(status)), new Conversation({ clientPort: 1001 })),
  );
  const modes: [string, Partial<RunSettings>][] = [
    ['message by message', {}],
    ['in another format', { format: 'json' }],
    ['-pair', { pair: true }],
    ['-assemble', { assemble: true }],
    ['-pair -assemble', { pair: true, assemble: true }],
  ];
  test.each(modes)('%s', (_, settings) => {
    expect(counted('httplog_messages_total', file, settings)).toEqual([
      'CQ 9',
      'CR other 2',
      'CR 1xx 1',
      'CR 2xx 2',
      'CR 3xx 1',
      'CR 4xx 1',
      'CR 5xx 2',
    ]);
  });

  test('of a client that is here', () => {
    const asked = captureOf(
      new Conversation({ client: '192.0.2.1', server: '198.51.100.1' }).client(get).server(answer('503 U')),
    );
    expect(counted('httplog_messages_total', asked, { local: LOCAL })).toEqual(['SQ 1', 'SR 5xx 1']);
    expect(counted('httplog_transaction_duration_seconds', asked, { local: LOCAL, pair: true })).toEqual([
      'SQ 5xx 2:1 18:1000000',
    ]);
  });

  test('an answer that is cut before its status code', () => {
    const cut = captureOf(new Conversation().server('HTTP/1.1 '));
    expect(counted('httplog_messages_total', cut, {})).toEqual(['CR other 1']);
  });
});

describe('how long transactions took', () => {
  const NAME = 'httplog_transaction_duration_seconds';
  // Each segment comes a millisecond after the one before.
  const slow = (milliseconds: number, status: string): Conversation =>
    new Conversation({ clientPort: 1000 + milliseconds })
      .client(get)
      .wait(milliseconds - 1)
      .server(answer(status));

  test.each([false, true])('by status class, whole streams: %s', (assemble) => {
    const file = captureOf(slow(1, '200 OK'), slow(3, '200 OK'), slow(2, '404 N'), slow(40_000, '500 E'));
    expect(counted(NAME, file, { pair: true, assemble })).toEqual([
      'CQ 2xx 2:1 4:1 18:4000000',
      'CQ 4xx 3:1 18:2000000',
      'CQ 5xx 17:1 18:40000000000',
    ]);
    expect(HISTOGRAM_UNIT * 2 ** 2).toBe(1_000_000);
  });

  test('what has no answer, or no request, took no time; without -pair nothing does', () => {
    const alone = [
      new Conversation({ clientPort: 1 }).client(get),
      new Conversation({ clientPort: 2 }).server(answer('200 OK')),
    ];
    expect(counted(NAME, captureOf(...alone), { pair: true })).toEqual([]);
    expect(counted(NAME, captureOf(slow(1, '200 OK')), { assemble: true })).toEqual([]);
  });

  test('an interim answer is none, a switch of protocols is', () => {
    const file = captureOf(
      new Conversation().client(get).server(answer('100 Continue')).server('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    );
    expect(counted(NAME, file, { pair: true })).toEqual(['CQ 1xx 3:1 18:2000000']);
  });
});
