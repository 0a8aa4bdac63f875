// A connection of which packets are missing gives every message that the loss did not touch, and joins no answer to a request
// that it does not belong to.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureOf } from '../support/conversation.ts';
import { exchangesOf, KIND_NAMES, type KindName, type Message } from '../support/exchanges.ts';
import { type Damage, damageOf } from '../support/losses.ts';
import { cut, delivered, isLast, ordered } from '../support/shuffle.ts';
import { type Row, rowsOf } from '../support/transaction-rows.ts';

const TARGET = 'target';
const NUMBER = 'response.x-number';
/** What a loss elsewhere does not change. */
const FIELDS = [
  TARGET,
  NUMBER,
  'type',
  'method',
  'host',
  'status',
  'http.request.body.size',
  'http.response.body.size',
  'httplog.request.wire_bytes',
  'httplog.response.wire_bytes',
  'httplog.complete',
];

/** Late packets come soon, or all come in order and so slowly that nobody waits for those that are missing. */
const SOON = 100_000n;
const SLOWLY = 400_000_000n;

const place = fc.nat({ max: 8000 });
const way = fc.record({
  kinds: fc.array(fc.constantFrom<KindName>(...KIND_NAMES), { minLength: 1, maxLength: 6 }),
  untilClose: fc.boolean(),
  numbers: fc.record({
    clientSequence: fc.constantFrom(1000, 0xffff_ff00),
    serverSequence: fc.constantFrom(70_000, 0xffff_f800),
  }),
  cuts: fc.record({ client: fc.array(place, { maxLength: 5 }), server: fc.array(place, { maxLength: 8 }) }),
  keys: fc.oneof(fc.constant(undefined), fc.array(fc.nat(), { minLength: 1, maxLength: 60 })),
  losses: fc.array(fc.nat(), { minLength: 1, maxLength: 1 }),
});

const NUMBERS = { clientSequence: 1000 as const, serverSequence: 70000 as const };
const WHOLE = { untilClose: false, numbers: NUMBERS, keys: undefined };
/** A request is missed whole, and the beginning of the next: behind the answer to the first that to the second is owed. */
const OWED = {
  ...WHOLE,
  kinds: ['post' as const, 'pipelined' as const, 'length' as const],
  cuts: { client: [963], server: [] },
  losses: [0],
};
/** One request is missed: behind the answer to it none is owed. */
const TAKEN = {
  ...WHOLE,
  kinds: ['pipelined' as const, 'length' as const, 'length' as const],
  cuts: { client: [], server: [1] },
  losses: [7],
};

test('a missing piece costs the messages that it touches and no other, and no answer goes to a wrong request', () => {
  fc.assert(
    fc.property(way, ({ kinds, untilClose, numbers, cuts, keys, losses }) => {
      const { conversation, messages } = exchangesOf(kinds, untilClose, numbers);
      const { handshake, rest } = cut(conversation, cuts);
      const full = rest.filter((piece) => piece.end > piece.begin || isLast(piece));
      const lost = losses.map((choice) => full[choice % full.length] as (typeof full)[number]);
      const kept = rest.filter((piece) => !lost.includes(piece));
      const way = [...handshake, ...(keys === undefined ? kept : ordered(kept, keys))];
      const whole = rowsOf(captureOf(conversation), FIELDS, { assemble: true }).rows;
      const { rows } = rowsOf(delivered(conversation, way, keys === undefined ? SLOWLY : SOON), FIELDS, {
        assemble: true,
      });
      const damage = damageOf(lost, kept, messages);
      expect(wrong(rows)).toEqual([]);
      const due = messages.filter((message) => !message.interim && !damage.missing.has(message));
      expect(due.filter((message) => count(rows, message) !== 1)).toEqual([]);
      for (const request of due.filter(({ from }) => from === 'client')) {
        const answer = due.find(({ from, number }) => from === 'server' && number === request.number);
        if (answer === undefined) continue;
        const row = rows.find((one) => one[TARGET] === `/${request.number}`);
        if (row?.[NUMBER] === '' && isDoubtful(request, damage)) continue;
        expect(row?.[NUMBER], `answer of ${request.number}`).toBe(`${request.number}`);
        if (damage.touched.has(request) || damage.touched.has(answer)) continue;
        expect(row).toEqual(whole.find((one) => one[TARGET] === `/${request.number}`));
      }
    }),
    { numRuns: 250, examples: [[OWED], [TAKEN]] },
  );
});

/**
 * Whether nobody knows that an answer belongs to a request: which of a pipeline's answers was lost, or where an interim answer
 * and answers before it were.
 */
function isDoubtful({ pipelined, number }: Message, { missing }: Damage): boolean {
  const answers = [...missing].filter(({ from }) => from === 'server');
  const interim = answers.some((one) => one.interim && one.number === number);
  return pipelined || (interim && answers.some((one) => one.number !== number));
}

/** Rows whose answer is that of another request. */
function wrong(rows: readonly Row[]): Row[] {
  return rows.filter(({ [TARGET]: target = '', [NUMBER]: number = '' }) => {
    return /^\/\d{3}$/.test(target) && /^\d{3}$/.test(number) && target !== `/${number}`;
  });
}

function count(rows: readonly Row[], { from, number }: Message): number {
  return rows.filter((row) => (from === 'client' ? row[TARGET] === `/${number}` : row[NUMBER] === `${number}`)).length;
}

// In a pipeline of which several requests and answers are missing nothing tells what belongs together.
test('whatever is missing of a connection without pipelines, no answer goes to a wrong request', () => {
  const losses = fc.array(fc.nat(), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(way, losses, ({ kinds, untilClose, numbers, cuts, keys }, choices) => {
      const alone = kinds.filter((kind) => kind !== 'pipelined');
      const { conversation } = exchangesOf(alone, untilClose, numbers);
      const { handshake, rest } = cut(conversation, cuts);
      const lost = new Set(choices.map((choice) => choice % rest.length));
      const kept = rest.filter((_, i) => !lost.has(i));
      const way = [...handshake, ...(keys === undefined ? kept : ordered(kept, keys))];
      const file = delivered(conversation, way, keys === undefined ? SLOWLY : SOON);
      expect(wrong(rowsOf(file, FIELDS, { assemble: true }).rows)).toEqual([]);
    }),
    { numRuns: 250 },
  );
});
