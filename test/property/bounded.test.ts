// Hostile traffic: what is remembered is bounded, nothing traps, every call ends, and counters tell what was not kept.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { join, latin1, zeros } from '../support/bytes.ts';
import { type CapturePacket, pcap } from '../support/capture-file.ts';
import { ACK, BEGIN, Conversation, captureOf, FIN, PSH, packetOf, RST, SYN } from '../support/conversation.ts';
import { exchangesOf, KIND_NAMES } from '../support/exchanges.ts';
import { LongRun } from '../support/long-run.ts';

const FIELDS = ['target', 'status', 'response.x-number', 'http.response.body.size', 'httplog.complete'];
const NANO = { resolution: 'nano' } as const;

const get = (path: string | number): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (number: number): string => `HTTP/1.1 200 OK\r\nX-Number: ${number}\r\nContent-Length: 0\r\n\r\n`;

/** A connection of every kind of transaction, later than all that came before. Its lines tell whether anything is left of that. */
function known(run: LongRun): string[] {
  const begin = BEGIN + 10_000_000_000_000n;
  const { conversation } = exchangesOf(KIND_NAMES, true, { clientPort: 7, begin });
  return [...run.walk(captureOf(conversation)), ...run.finish()];
}

const EXPECTED = known(new LongRun({ assemble: true, fields: FIELDS }));

test('what is known gives all its lines', () => {
  expect(EXPECTED.length).toBe(15);
});

for (const assemble of [false, true]) {
  const name = assemble ? '-assemble -pair' : '-pair';

  test(`${name}: a million half-open flows`, { timeout: 120_000 }, () => {
    const [flows, count, rounds] = [4096, 10_000, 100];
    // With -assemble the SYN makes a flow, without it the request.
    const segment = { from: 'client', sequence: 1, acknowledgment: 1, time: BEGIN } as const;
    const bytes = assemble
      ? packetOf(new Conversation().ends, { ...segment, flags: SYN, payload: zeros(0) }).bytes
      : packetOf(new Conversation().ends, { ...segment, flags: PSH | ACK, payload: latin1('GET / HTTP/1.1\r\n\r\n') })
          .bytes;
    const file = pcap(
      Array.from({ length: count }, (): CapturePacket => ({ time: BEGIN, bytes })),
      NANO,
    );
    const view = new DataView(file.buffer);
    const run = new LongRun({ assemble, fields: FIELDS, flows, slabs: flows, input: file.length });
    const size = run.memory.buffer.byteLength;
    let lines = 0;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < count; i++) {
        // The client's address and sequence number.
        const frame = 24 + i * (16 + bytes.length) + 16;
        view.setUint32(frame + 14 + 12, 0x0b00_0000 + round * count + i);
        view.setUint32(frame + 14 + 20 + 4, Math.imul(round * count + i, 0x9e37_79b1) >>> 0);
      }
      lines += run.walk(file).length;
    }
    expect(run.counters).toMatchObject({ packets: count * rounds, flows, flows_evicted: count * rounds - flows });
    lines += run.finish().length;
    expect(run.counters.flows).toBeUndefined();
    expect(lines).toBe(assemble ? 0 : count * rounds);
    expect(run.counters.without_answer ?? 0).toBe(lines);
    expect(run.memory.buffer.byteLength).toBe(size);
    if (assemble) expect(known(run)).toEqual(EXPECTED);
  });

  test(`${name}: 10,000 pipelined requests in one flow`, () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i + 1);
    const batches = Array.from({ length: 100 }, (_, i) => numbers.slice(100 * i, 100 * (i + 1)));
    const conversation = new Conversation().open();
    conversation.client(...batches.map((batch) => batch.map(get).join('')));
    conversation.server(...batches.map((batch) => batch.map(ok).join('')));
    conversation.client(get(20_000)).server(ok(20_000)).closeBoth();
    const run = new LongRun({ assemble, fields: FIELDS, input: 2_000_000 });
    const lines = [...run.walk(captureOf(conversation)), ...run.finish()];
    const counted = { transactions: 257, without_answer: 9744, without_request: 9744, requests_unkept: 9744 };
    expect(run.counters).toMatchObject({ messages_cq: 10_001, messages_cr: 10_001, ...counted });
    expect(lines.filter((line) => /^\/(\d+)\t200\t\1\t/.test(line)).length).toBe(257);
    expect(lines.filter((line) => /^\/(\d+)\t200\t(?!\1\t)/.test(line))).toEqual([]);
    expect(lines.length).toBe(257 + 2 * 9744);
  });

  test(`${name}: all answers and no requests`, () => {
    const conversation = new Conversation().open();
    for (let i = 0; i < 5000; i++) conversation.server(ok(i));
    const run = new LongRun({ assemble, fields: FIELDS, slabs: 8 });
    expect([...run.walk(captureOf(conversation)), ...run.finish()].length).toBe(5000);
    expect(run.counters).toMatchObject({ messages_cr: 5000, without_request: 5000 });
  });

  test(`${name}: random segments of a few connections, hardly any slabs`, { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(garbage, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 0, max: 24 }),
        (packets, slabs) => {
          const run = new LongRun({ assemble, fields: FIELDS, flows: 64, slabs });
          const lines = [...run.walk(pcap(inOrder(packets), NANO)), ...run.finish()];
          const { counters } = run;
          const count = (key: string): number => counters[key] ?? 0;
          expect(lines.length).toBe(count('transactions') + count('without_answer') + count('without_request'));
          expect(count('messages_cq')).toBe(count('transactions') + count('without_answer'));
          expect(count('messages_cr')).toBeGreaterThanOrEqual(count('transactions') + count('without_request'));
          expect([count('flows'), count('traps'), count('lines_no_area')]).toEqual([0, 0, 0]);
          // Nothing is left of it: with so many slabs whatever goes before.
          const fresh = new LongRun({ assemble, fields: FIELDS, flows: 64, slabs });
          expect(known(run)).toEqual(known(fresh));
        },
      ),
      { numRuns: 150 },
    );
  });
}

const PIECES = [
  get(1),
  get(22),
  ok(1),
  'POST /p HTTP/1.1\r\nContent-Length: 20\r\n\r\n0123456789',
  'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\n\r\n',
  'HEAD /h HTTP/1.1\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\n',
  '0\r\n\r\n',
  '\r\n',
  'HTT',
  'GE',
  `GET /${'l'.repeat(3000)}`,
  'x'.repeat(1460),
];

const garbage = fc.record({
  from: fc.constantFrom('client' as const, 'server' as const),
  port: fc.integer({ min: 1000, max: 1002 }),
  sequence: fc.oneof(fc.nat({ max: 5000 }), fc.constantFrom(0xffff_ff00, 0x8000_0000, 0x4000_0000, 60), fc.nat()),
  acknowledgment: fc.oneof(fc.nat({ max: 5000 }), fc.nat()),
  flags: fc.oneof(
    fc.constant(PSH | ACK),
    fc.constantFrom(0, SYN, SYN | ACK, FIN | ACK, RST, SYN | FIN, 0xff),
    fc.nat({ max: 255 }),
  ),
  text: fc.oneof(fc.constantFrom(...PIECES), fc.constant(''), fc.string({ maxLength: 40, unit: 'binary-ascii' })),
  after: fc.constantFrom(0n, 1000n, 1_000_000_000n, 70_000_000_000n),
});

function inOrder(packets: readonly (typeof garbage extends fc.Arbitrary<infer T> ? T : never)[]): CapturePacket[] {
  let time = BEGIN;
  return packets.map(({ port, text, after, ...segment }) => {
    time += after;
    const { ends } = new Conversation({ clientPort: port });
    return packetOf(ends, { ...segment, payload: latin1(text), time });
  });
}

test('endless heads, of one connection and of so many that no slab is left', () => {
  for (const count of [1, 40]) {
    const run = new LongRun({ assemble: true, fields: FIELDS, slabs: 100, input: 12_000_000 });
    const begun = Array.from({ length: count }, (_, i) =>
      new Conversation({ clientPort: 1000 + i }).open().client('GET /endless HTTP/1.1\r\n'),
    );
    for (let i = 0; i < 6000 / count; i++) for (const one of begun) one.client(`X-${i}: ${'e'.repeat(1400)}\r\n`);
    const lines = [...run.walk(captureOf(...begun)), ...run.finish()];
    expect(lines).toEqual(Array.from({ length: count }, () => '/endless\t\t\t\tfalse'));
    expect(run.counters).toMatchObject({ heads_cut: count, without_answer: count, resynchronisations: count });
    expect(known(run)).toEqual(known(new LongRun({ assemble: true, fields: FIELDS, slabs: 100 })));
  }
});

test('sizes of chunks that no body has', () => {
  const sizes = [
    '8000000000000000',
    '7fffffffffffffff',
    'ffffffffffffffff',
    '10000000000000000',
    '0'.repeat(40),
    'f'.repeat(9000),
    '',
    '-1',
    '0x5',
  ];
  const run = new LongRun({ assemble: true, fields: FIELDS });
  const lines = sizes.map((size, i) => {
    const conversation = new Conversation({ clientPort: 1000 + i }).open().client(get(i));
    conversation.server(
      `HTTP/1.1 200 OK\r\nX-Number: ${i}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `${size}\r\n`,
      'x'.repeat(50),
    );
    conversation
      .client(get(100 + i))
      .server(ok(100 + i))
      .closeBoth();
    return run.walk(captureOf(conversation));
  });
  const all = [...lines.flat(), ...run.finish()];
  for (const [i, size] of sizes.entries()) {
    expect(
      all.filter((line) => line.startsWith(`/${i}\t`)),
      size,
    ).toEqual([expect.stringMatching(`^/${i}\t200\t${i}\t\\d*\tfalse$`)]);
  }
  expect(run.counters.traps).toBeUndefined();
  expect(known(run)).toEqual(EXPECTED);
});

test('every hole stays open: what is stored is bounded, and comes out', () => {
  const run = new LongRun({ assemble: true, fields: FIELDS, slabs: 64, input: 4_000_000 });
  const conversation = new Conversation().open().client(get(1));
  for (let i = 0; i < 1500; i++) conversation.unseen('server', 'x').server('y'.repeat(1000));
  const lines = [...run.walk(captureOf(conversation)), ...run.finish()];
  expect(lines).toEqual(['/1\t\t\t\tfalse']);
  expect(run.counters.gaps).toBeGreaterThan(1400);
  expect(join(...conversation.segments.map(({ payload }) => payload)).length).toBeGreaterThan(64 * 1024);
  expect(known(run)).toEqual(known(new LongRun({ assemble: true, fields: FIELDS, slabs: 64 })));
});
