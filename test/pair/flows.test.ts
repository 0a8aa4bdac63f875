// How long requests wait for their answers: time-outs, a full table, ports that are used again.
import { expect, test } from 'vitest';
import { BEGIN, Conversation, captureOf } from '../support/conversation.ts';
import { pcapng } from '../support/pcapng-file.ts';
import { brief, type RowSettings, rowsOf } from '../support/transaction-rows.ts';

const get = (path: number): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (number: number): string => `HTTP/1.1 200 OK\r\nX-Number: ${number}\r\nContent-Length: 0\r\n\r\n`;

const MESSAGES = ['transactions', 'without_answer', 'without_request', 'flows_evicted', 'requests_unkept', 'flows'];

function seen(
  conversations: readonly Conversation[],
  settings: RowSettings = {},
): { lines: string[]; counted: object } {
  const { rows, counters } = rowsOf(captureOf(...conversations), ['target', 'status', 'response.x-number'], settings);
  const counted = Object.fromEntries(Object.entries(counters).filter(([name]) => MESSAGES.includes(name)));
  return { lines: brief(rows, 'target', 'status', 'response.x-number'), counted };
}

const at = (milliseconds: number, clientPort: number): Conversation =>
  new Conversation({ clientPort, begin: BEGIN + BigInt(milliseconds) * 1_000_000n });

for (const assemble of [false, true]) {
  const name = assemble ? 'whole streams: ' : '';

  test(`${name}a request leaves without an answer when its flow was silent for longer than the time-out`, () => {
    const silent = at(0, 1001).client(get(1));
    const other = at(10_001, 1002).client(get(2)).server(ok(2));
    const late = at(10_020, 1001);
    expect(seen([silent, other, late], { assemble, timeoutSeconds: 10 })).toEqual({
      lines: ['/1 - -', '/2 200 2'],
      counted: { transactions: 1, without_answer: 1 },
    });
  });

  test(`${name}at the time-out exactly it still waits`, () => {
    const slow = at(0, 1001).client(get(1)).wait(9_999).server(ok(1));
    expect(seen([slow], { assemble, timeoutSeconds: 10 })).toEqual({
      lines: ['/1 200 1'],
      counted: { transactions: 1 },
    });
  });

  test(`${name}an answer behind the time-out has no request`, () => {
    const slow = at(0, 1001).client(get(1)).wait(10_000).server(ok(1));
    expect(seen([slow], { assemble, timeoutSeconds: 10 })).toEqual({
      lines: ['/1 - -', '- 200 1'],
      counted: { without_answer: 1, without_request: 1 },
    });
  });

  test(`${name}an answer without a request has its own type, and so its file`, () => {
    const unasked = new Conversation().unseen('client', get(1)).server(ok(1));
    for (const [local, type] of [
      [[], 'CR'],
      [[{ family: 4, address: 0xc0000201n, prefix: 32 }], 'SR'],
    ] as const) {
      const { rows } = rowsOf(captureOf(unasked), ['type', 'status'], { assemble, local: [...local] });
      expect(brief(rows, 'type', 'status')).toEqual([`${type} 200`]);
    }
  });

  test.each([24, 25, 30, 49, 50, 60, 20_000])(`${name}an answer %i days behind its request has none either`, (days) => {
    const slow = at(0, 1001)
      .client(get(1))
      .wait(86_400_000 * days)
      .server(ok(1));
    expect(seen([slow], { assemble, timeoutSeconds: 10 }).lines).toEqual(['/1 - -', '- 200 1']);
  });

  test(`${name}a full table forgets the flow that was silent longest, and counts it`, () => {
    const flows = Array.from({ length: 70 }, (_, i) => at(2 * i, 1001 + i).client(get(i)));
    // The first one says something again before the table is full: it stays.
    flows[0]?.wait(20).server(ok(0));
    const { lines, counted } = seen(flows, { assemble, flows: 64 });
    expect(lines.slice(0, 7)).toEqual(['/0 200 0', ...[1, 2, 3, 4, 5, 6].map((n) => `/${n} - -`)]);
    expect(lines.length).toBe(70);
    expect(counted).toEqual({ transactions: 1, without_answer: 69, flows_evicted: 6 });
  });

  test(`${name}more requests than can wait in a flow: each is logged, and no answer goes to another's request`, () => {
    const count = 300;
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const pipeline = at(0, 1001)
      .client(...numbers.map(get))
      .server(...numbers.map(ok));
    pipeline.client(get(1000)).server(ok(1000));
    const { lines, counted } = seen([pipeline], { assemble });
    const joined = lines.filter((line) => /^\/(\d+) 200 \1$/.test(line)).length;
    const alone = lines.filter((line) => /^\/\d+ - -$/.test(line)).length;
    const unasked = lines.filter((line) => /^- 200 \d+$/.test(line)).length;
    expect([joined, alone, unasked]).toEqual([257, 44, 44]);
    expect(lines.at(-1)).toBe('/1000 200 1000');
    expect(counted).toEqual({ transactions: 257, without_answer: 44, without_request: 44, requests_unkept: 44 });
  });

  test(`${name}the last stamps that 64 bits hold end earlier flows, and the walk ends`, () => {
    const last = new Conversation({ clientPort: 1002, begin: 2n ** 64n - 1_000_000_000n }).client(get(2)).server(ok(2));
    const file = pcapng([
      {
        interfaces: [{ linkType: 1, resolution: 9 }],
        packets: [at(0, 1001).client(get(1)), last].flatMap((conversation) => conversation.packets()),
      },
    ]);
    const { rows } = rowsOf(file, ['target', 'status'], { assemble, timeoutSeconds: 10 });
    expect(brief(rows, 'target', 'status')).toEqual(['/1 -', '/2 200']);
  });

  test(`${name}no slabs: requests are logged at once, answers alone`, () => {
    const conversation = at(0, 1001).client(get(1)).server(ok(1)).client(get(2)).server(ok(2));
    expect(seen([conversation], { assemble, slabs: 0 })).toEqual({
      lines: ['/1 - -', '- 200 1', '/2 - -', '- 200 2'],
      counted: { without_answer: 2, without_request: 2, requests_unkept: 2 },
    });
  });

  test(`${name}ports that are used again: what waits in the connection before has no answer`, () => {
    const before = at(0, 1001).open().client(get(1));
    const after = new Conversation({
      clientPort: 1001,
      begin: BEGIN + 20_000_000n,
      clientSequence: 3_000_000_000,
      serverSequence: 2_000_000_000,
    });
    after.open().client(get(2)).server(ok(2));
    expect(seen([before, after], { assemble })).toEqual({
      lines: ['/1 - -', '/2 200 2'],
      counted: { transactions: 1, without_answer: 1 },
    });
  });
}

test('whole streams: bytes of both directions of a tunnel are counted, however it ends', () => {
  const tunnel = (clientPort: number): Conversation =>
    new Conversation({ clientPort })
      .open()
      .client('CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\n\r\n')
      .client('hello')
      .server('good evening');
  for (const ended of [tunnel(1).closeBoth('server'), tunnel(2).closeBoth('client'), tunnel(3)]) {
    const { rows, counters } = rowsOf(captureOf(ended), ['method', 'status', 'complete'], { assemble: true });
    expect(brief(rows, 'method', 'status', 'complete')).toEqual(['CONNECT 200 true']);
    expect(counters.tunnel_bytes).toBe(5 + 12);
  }
});
