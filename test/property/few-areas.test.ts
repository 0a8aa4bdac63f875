// Where the lines fill every area the packet code stops, in the middle of everything, and goes on when it is called again: no
// line is lost, and none is another one than with as many areas as one likes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { network } from '../support/addresses.ts';
import { BEGIN, Conversation, captureOf } from '../support/conversation.ts';
import { exchangesOf, KIND_NAMES, type KindName } from '../support/exchanges.ts';
import { LongRun } from '../support/long-run.ts';
import { runFile } from '../support/packet-code.ts';
import { cut, delivered, ordered, repeated } from '../support/shuffle.ts';

/** A field so long, and so often in a line, that each line fills an area. */
const PAD = 3000;
const TIMES = 44;
const FIELDS = [
  'type',
  'target',
  'response.x-number',
  'status',
  'http.response.body.size',
  'complete',
  'transaction',
  'retransmissions',
  'duration',
  'idle',
  'information',
].map((name) => (name === 'complete' ? 'httplog.complete' : name));
const LONG = Array.from({ length: TIMES }, () => ['request.x-pad', 'response.x-pad']).flat();

const place = fc.nat({ max: 60_000 });
const connection = fc.record({
  kinds: fc.array(fc.constantFrom<KindName>(...KIND_NAMES), { minLength: 1, maxLength: 4 }),
  untilClose: fc.boolean(),
  cuts: fc.record({ client: fc.array(place, { maxLength: 8 }), server: fc.array(place, { maxLength: 8 }) }),
  repeats: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1400 })), { maxLength: 4 }),
  keys: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }),
  losses: fc.array(fc.nat(), { maxLength: 2 }),
  end: fc.nat(),
});
const way = fc.record({
  connections: fc.array(connection, { minLength: 1, maxLength: 3 }),
  assemble: fc.boolean(),
  pair: fc.boolean(),
  every: fc.constantFrom(100_000n, 400_000_000n, 30_000_000_000n),
  flows: fc.constantFrom(64, 4096),
  slabs: fc.constantFrom(40, 4096),
});

/** The third request is held until the second answer is there, of which the walk is interrupted. */
const HELD = {
  connections: [
    {
      kinds: ['length' as const, 'noContent' as const, 'length' as const],
      untilClose: false,
      cuts: { client: [], server: [] },
      repeats: [],
      keys: [0, 1, 0, 0],
      losses: [],
      end: 324054100,
    },
  ],
  assemble: true,
  pair: true,
  every: 100_000n as const,
  flows: 64 as const,
  slabs: 40 as const,
};

/** A line without its padding. */
const short = (line: string): string => line.split('\t').slice(0, FIELDS.length).join(' ');

test('with one area there are the same lines as with many', () => {
  let stops = 0;
  fc.assert(
    fc.property(way, ({ connections, assemble, pair, every, flows, slabs }) => {
      const files = connections.map(({ kinds, untilClose, cuts, repeats, keys, losses, end }, i) => {
        const { conversation } = exchangesOf(
          kinds,
          untilClose,
          { clientPort: 1000 + (i % 2) },
          `X-Pad: ${'p'.repeat(PAD)}\r\n`,
        );
        const pieces = cut(conversation, cuts);
        const more = repeats.flatMap(([choice, offset, length]) => repeated(pieces, choice, offset, length));
        const rest = ordered([...pieces.rest, ...more], keys);
        const lost = new Set(losses.map((choice) => choice % rest.length));
        const kept = rest.filter((_, j) => !lost.has(j)).slice(0, 1 + (end % rest.length));
        return delivered(conversation, [...pieces.handshake, ...kept], every, BigInt(i) * 3_600_000_000_000n);
      });
      const [one, many] = [1, 64].map((areas) => {
        const run = new LongRun({ assemble, pair, fields: [...FIELDS, ...LONG], areas, flows, slabs });
        const lines = [...files.flatMap((file) => run.walk(file)), ...run.finish()].map(short);
        if (areas === 1) stops += run.stops;
        return { lines, counters: run.counters };
      });
      expect(one).toEqual(many);
    }),
    { numRuns: 120, examples: [[HELD]] },
  );
  expect(stops).toBeGreaterThan(100);
});

test.each(['text', 'json'] as const)('%s: areas that are all begun and none full are handed over', (format) => {
  const messages = (day: number, clientPort: number, server: string): Conversation =>
    new Conversation({ begin: BEGIN + BigInt(day) * 86_400_000_000_000n, clientPort, server })
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\n\r\n');
  // Two days of each of four types.
  const all = [0, 1].flatMap((day) => [messages(day, 1, '192.0.2.2'), messages(day, 2, '203.0.113.1')]);
  const local = [network('192.0.2.0/24')];
  const run = runFile(captureOf(...all), { ports: 'any', local, addVlan: false, split: true, format }, 4);
  expect(run.areas.reduce((sum, { lines }) => sum + lines, 0)).toBe(8);
});
