// The segment shuffler: however a connection's bytes are cut into segments, and in whatever order these come, its transactions
// are the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureOf } from '../support/conversation.ts';
import { exchangesOf, KIND_NAMES, type KindName } from '../support/exchanges.ts';
import { cut, delivered, ordered, repeated } from '../support/shuffle.ts';
import { brief, rowsOf } from '../support/transaction-rows.ts';

/** All that times and ways don't change. */
const FIELDS = [
  'type',
  'client',
  'client.port',
  'server',
  'server.port',
  'method',
  'target',
  'host',
  'status',
  'response.x-number',
  'content_type',
  'http.request.body.size',
  'http.response.body.size',
  'httplog.request.wire_bytes',
  'httplog.response.wire_bytes',
  'httplog.transaction',
  'httplog.complete',
  'httplog.information',
];

const WRAPS = [0, 1000, 0xffff_fff0, 0xffff_f000, 0xffff_ff00, 0x7fff_ff80];

const place = fc.nat({ max: 8000 });
const way = fc.record({
  kinds: fc.array(fc.constantFrom<KindName>(...KIND_NAMES), { minLength: 1, maxLength: 6 }),
  untilClose: fc.boolean(),
  sixth: fc.boolean(),
  numbers: fc.record({ clientSequence: fc.constantFrom(...WRAPS), serverSequence: fc.constantFrom(...WRAPS) }),
  cuts: fc.record({ client: fc.array(place, { maxLength: 12 }), server: fc.array(place, { maxLength: 20 }) }),
  repeats: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1400 })), { maxLength: 8 }),
  keys: fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
  pair: fc.boolean(),
});

const SIXTH = { client: '2001:db8::1', server: '2001:db8::2' };

/** Heads came behind what they had to wait for, which was stored a second time then. */
const TWICE = {
  kinds: ['length', 'length'] satisfies KindName[],
  untilClose: false,
  sixth: false,
  numbers: { clientSequence: 0, serverSequence: 0 },
  cuts: { client: [], server: [] },
  repeats: [],
  keys: [1, 0],
  pair: false,
};

test('a connection in other segments gives the same transactions, and the same messages, as when delivered whole', () => {
  fc.assert(
    fc.property(way, ({ kinds, untilClose, sixth, numbers, cuts, repeats, keys, pair }) => {
      const { conversation } = exchangesOf(kinds, untilClose, { ...numbers, ...(sixth ? SIXTH : {}) });
      const pieces = cut(conversation, cuts);
      const more = repeats.flatMap(([choice, offset, length]) => repeated(pieces, choice, offset, length));
      const mixed = [...pieces.handshake, ...ordered([...pieces.rest, ...more], keys)];
      const whole = rowsOf(captureOf(conversation), FIELDS, { pair, assemble: true });
      const shuffled = rowsOf(delivered(conversation, mixed), FIELDS, { pair, assemble: true });
      expect(shuffled.rows).toEqual(whole.rows);
      expect([shuffled.counters.gaps, shuffled.counters.resynchronisations]).toEqual([undefined, undefined]);
    }),
    { numRuns: 300, examples: [[TWICE]] },
  );
});

test('delivered whole, every exchange is one transaction', () => {
  const { conversation } = exchangesOf(KIND_NAMES, true, {});
  const { rows, counters } = rowsOf(captureOf(conversation), FIELDS, { assemble: true });
  const { length } = conversation.segments;
  const seen = brief(
    rows,
    'method',
    'target',
    'status',
    'response.x-number',
    'http.request.body.size',
    'http.response.body.size',
    'httplog.transaction',
    'httplog.complete',
    'httplog.information',
  );
  expect(seen).toEqual([
    'GET /101 200 101 - 700 1 true -',
    'GET /102 200 102 - 0 2 true -',
    'GET /103 200 103 - 341 3 true -',
    'HEAD /104 200 104 - - 4 true -',
    'DELETE /105 204 105 - - 5 true -',
    'GET /106 304 106 - - 6 true -',
    'POST /107 201 107 900 2 7 true -',
    'POST /108 200 108 220 4 8 true -',
    'GET /109 200 109 - 1 9 true 103',
    'GET /110 200 110 - 1 10 true -',
    'PUT /111 200 111 50 1 11 true 100',
    'GET /112 200 112 - 8 12 true -',
    'GET /113 200 113 - 8 13 true -',
    'GET /114 200 114 - 8 14 true -',
    'GET /115 200 115 - 600 15 true -',
  ]);
  const { bytes, ...others } = counters;
  expect(bytes).toBeGreaterThan(10_000);
  expect(others).toEqual({ packets: length, messages_cq: 15, messages_cr: 17, transactions: 15 });
});
