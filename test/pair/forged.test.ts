// Packets that are none of a connection, and say that they are: whoever forges them may spoil the transaction that is going
// on, but hides nothing that comes later.
import { expect, test } from 'vitest';
import { latin1, zeros } from '../support/bytes.ts';
import {
  ACK,
  Conversation,
  captureOf,
  type End,
  FIN,
  moved,
  PSH,
  RST,
  type Segment,
  SYN,
} from '../support/conversation.ts';
import { LongRun } from '../support/long-run.ts';

const FIELDS = ['target', 'status', 'httplog.complete'];
const GIGABYTE = 2 ** 30;

/** Exchanges `from` to `to`, one after the other. */
function exchange(conversation: Conversation, from: number, to: number): Conversation {
  for (let i = from; i < to; i++) {
    conversation.client(`GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`);
    conversation.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    conversation.acknowledge('client').wait(400);
  }
  return conversation;
}

type Forged = Pick<Segment, 'from' | 'sequence' | 'acknowledgment' | 'flags'> & {
  readonly text?: string;
  readonly after?: bigint;
};

/** The lines of a connection in the middle of which, behind its third exchange, others put these segments. */
function linesWith(forge: (last: Segment) => readonly Forged[]): string[] {
  const conversation = exchange(new Conversation().open(), 0, 3);
  const last = conversation.segments.at(-1) as Segment;
  const segments = forge(last).map(({ text = '', after = 1000n, ...numbers }): Segment => {
    return { ...numbers, payload: text === '' ? zeros(0) : latin1(text), time: last.time + after };
  });
  conversation.segments.push(...segments);
  exchange(conversation.wait(3000), 3, 20).closeBoth();
  const run = new LongRun({ assemble: true, fields: FIELDS });
  return [...run.walk(captureOf(conversation)), ...run.finish()];
}

/** Lines of whole transactions, by the numbers of their requests. */
function wholeOnes(lines: readonly string[]): number[] {
  return lines
    .flatMap((line) => Number(/^\/(\d+)\t200\ttrue$/.exec(line)?.[1] ?? Number.NaN))
    .filter((n) => !Number.isNaN(n));
}

const ALL = Array.from({ length: 20 }, (_, i) => i);
/** Behind a forged packet a hole is waited for, a second at the most: the exchanges that fall into it may be told in parts. */
const LATER = ALL.slice(7);

test('nothing is forged: all of them', () => {
  expect(wholeOnes(linesWith(() => []))).toEqual(ALL);
});

const DISTANCES: readonly number[] = [
  1,
  5000,
  -5000,
  100_000_000,
  -100_000_000,
  GIGABYTE - 1,
  -GIGABYTE,
  GIGABYTE + 5,
  2 ** 31,
  -(2 ** 31) + 77,
];
const ENDS: readonly End[] = ['client', 'server'];

for (const from of ENDS) {
  /** The next numbers of an end and of the other one. */
  const numbers = ({ sequence, acknowledgment }: Segment) =>
    from === 'client' ? { own: sequence, other: acknowledgment } : { own: acknowledgment, other: sequence };

  test.each(DISTANCES)(`a SYN of the ${from} %i bytes ahead hides no later exchange`, (distance) => {
    const lines = linesWith((last) => {
      const { own } = numbers(last);
      return [{ from, sequence: moved(own, distance), acknowledgment: 0, flags: SYN }];
    });
    expect(wholeOnes(lines)).toEqual(expect.arrayContaining(LATER));
  });

  test.each(DISTANCES)(`a SYN and bytes of the ${from} %i bytes ahead hide no later exchange`, (distance) => {
    const lines = linesWith((last) => {
      const { own, other } = numbers(last);
      const sequence = moved(own, distance);
      return [
        { from, sequence, acknowledgment: 0, flags: SYN },
        {
          from,
          sequence: moved(sequence, 1),
          acknowledgment: other,
          flags: PSH | ACK,
          text: 'GET /x HTTP/1.1\r\n\r\n',
        },
      ];
    });
    expect(wholeOnes(lines)).toEqual(expect.arrayContaining(LATER));
  });

  test.each(DISTANCES)(`an acknowledgement of the ${from} %i bytes ahead hides no later exchange`, (distance) => {
    const lines = linesWith((last) => {
      const { own, other } = numbers(last);
      const one = { from, sequence: own, acknowledgment: moved(other, distance), flags: ACK };
      // Bytes that were acknowledged are waited for, a second.
      return [one, { ...one, after: 1_500_000_000n }];
    });
    expect(wholeOnes(lines)).toEqual(expect.arrayContaining(LATER));
  });

  test.each(DISTANCES)(
    `a SYN and ACK, a FIN or a RST of the ${from} %i bytes ahead hides no later exchange`,
    (distance) => {
      for (const flags of [SYN | ACK, FIN | ACK, RST, RST | ACK]) {
        const lines = linesWith((last) => {
          const { own, other } = numbers(last);
          return [{ from, sequence: moved(own, distance), acknowledgment: other, flags }];
        });
        expect(wholeOnes(lines), `flags ${flags}`).toEqual(expect.arrayContaining(LATER));
      }
    },
  );

  test.each(DISTANCES)(`bytes of the ${from} %i bytes ahead hide no later exchange`, (distance) => {
    const lines = linesWith((last) => {
      const { own, other } = numbers(last);
      return [{ from, sequence: moved(own, distance), acknowledgment: other, flags: PSH | ACK, text: 'x'.repeat(100) }];
    });
    expect(wholeOnes(lines)).toEqual(expect.arrayContaining(LATER));
  });
}

test('behind a loss of more than a gigabyte the connection goes on', () => {
  const before = exchange(new Conversation().open(), 0, 3);
  const begin = before.segments.at(-1)?.time ?? 0n;
  const far = 5_000_000 + GIGABYTE + 5000;
  const after = exchange(new Conversation({ clientSequence: 2000, serverSequence: far, begin: begin + 1000n }), 3, 20);
  const run = new LongRun({ assemble: true, fields: FIELDS });
  const lines = [...run.walk(captureOf(before, after)), ...run.finish()];
  expect(wholeOnes(lines)).toEqual(expect.arrayContaining(LATER));
});
