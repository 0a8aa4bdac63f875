// Segments of a few connections: transactions from single packets (the flow table), and whole streams (reassembly).
import {
  COUNTER_FLOWS,
  COUNTER_MESSAGES,
  COUNTER_TRANSACTIONS,
  COUNTER_WITHOUT_ANSWER,
  COUNTER_WITHOUT_REQUEST,
  STATUS_CLASSES,
} from '../../../layout/counters.ts';
import { join, u8 } from '../../support/bytes.ts';
import { exchangesOf, KIND_NAMES } from '../../support/exchanges.ts';
import { readCapture } from '../../support/second-reading/capture.ts';
import { readConnections } from '../../support/second-reading/connections.ts';
import { EXCHANGE_COLUMNS, exchangeLine } from '../../support/second-reading/exchange-line.ts';
import { readTransactions } from '../../support/second-reading/transactions.ts';
import { transactionLines } from '../../support/transaction-lines.ts';
import { HTTP_WORDS } from '../http-words.ts';
import type { Instrumented } from '../instrument.ts';
import { openSandbox } from '../sandbox.ts';
import { bytesOfConversation, captureOfBytes, PARTING } from '../segments.ts';
import { must, type Target } from '../target.ts';
import { linesOf, mustBeSame, total, type Walked, walk } from '../walk.ts';

const LONGEST = 3000;
const FIELDS = ['client', 'method', 'target', 'status', 'httplog.complete', 'http.response.body.size', 'request.x-a'];
/** Few, so that they run out. */
const FLOWS = 3;
/** How many slabs there are, by the first byte of an input. */
const SLABS: readonly number[] = [64, 8, 2, 0];

const PART_WORDS = [0, 1, 2, 3, 9, 11, 0x21, 0x41].flatMap((kind) => [
  join(PARTING, u8(kind)),
  join(PARTING, u8(kind), u8(2)),
]);

/** Requests and answers by `-pair`. */
export function flowTableTarget(code: Instrumented): Target {
  return streamsTarget('flow-table', code, [{ pair: true, assemble: false }]);
}

/** Streams by `-assemble`, their messages alone or joined. */
export function reassemblyTarget(code: Instrumented): Target {
  return streamsTarget('reassembly', code, [
    { pair: true, assemble: true },
    { pair: false, assemble: true },
  ]);
}

function streamsTarget(
  name: string,
  code: Instrumented,
  modes: readonly { pair: boolean; assemble: boolean }[],
): Target {
  const variants = modes.flatMap((mode) =>
    SLABS.map((slabs) => {
      const settings = {
        ...mode,
        slabs,
        flows: FLOWS,
        areas: 2,
        format: 'tsv',
        fields: FIELDS,
        input: 2 ** 17,
      } as const;
      return { mode, slabs, sandbox: openSandbox(code, settings) };
    }),
  );
  let used = variants[0] as (typeof variants)[number];
  return {
    name,
    longest: LONGEST,
    words: [...HTTP_WORDS, ...PART_WORDS, ...PART_WORDS],
    seeds,
    counters: () => used.sandbox.counters,
    run(input) {
      used = variants[(input[0] ?? 0) % variants.length] ?? used;
      const file = captureOfBytes(input.subarray(1));
      const whole = walk(used.sandbox, file, { litter: 0 });
      mustAddUp(whole, used.mode.pair);
      must(used.sandbox.code.slabs_free() === used.slabs, 'slabs are not given back', used.sandbox.code.slabs_free());
      const first = ((input[1] ?? 0) * 257 + (input[2] ?? 0)) % (file.length + 1);
      mustBeSame(whole, walk(used.sandbox, file, { litter: 0xa5, first }), 'in parts');
    },
    compare(input) {
      if (modes.some(({ assemble }) => assemble)) mustReadTheSame(captureOfBytes(input.subarray(1)));
    },
  };
}

/** Each message is counted once, and each line is of messages that were counted. */
function mustAddUp(walked: Walked, pair: boolean): void {
  const messages = (type: number): number =>
    Array.from({ length: STATUS_CLASSES }, (_, i) =>
      total(walked, COUNTER_MESSAGES + type * STATUS_CLASSES + i),
    ).reduce((sum, count) => sum + count);
  const lines = walked.lines.size === 0 ? 0 : linesOf(walked).length;
  must(total(walked, COUNTER_FLOWS) === 0, 'flows are left');
  const [requests, answers] = [messages(0) + messages(2), messages(1) + messages(3)];
  if (!pair) {
    must(lines === requests + answers, 'a line for each message', lines, requests, answers);
    return;
  }
  const [joined, asked] = [total(walked, COUNTER_TRANSACTIONS), total(walked, COUNTER_WITHOUT_ANSWER)];
  const answered = total(walked, COUNTER_WITHOUT_REQUEST);
  must(lines === joined + asked + answered, 'a line for each transaction', lines, joined, asked, answered);
  must(requests === joined + asked, 'each request in a transaction', requests, joined, asked);
  must(answers >= joined + answered, 'each answer in a transaction', answers, joined, answered);
}

/** Throws where connections of which nothing is missing, and which are nothing but messages, have other transactions. */
function mustReadTheSame(file: Uint8Array): void {
  const read = readConnections(readCapture(file).frames).map(readTransactions);
  const unsure = new Set(read.filter(({ exact, whole }) => !exact || !whole).flatMap(({ ends }) => ends));
  const isCompared = (line: string): boolean => !unsure.has(line.split('\t').slice(0, 4).join(' '));
  const ours = transactionLines(file, EXCHANGE_COLUMNS, true).filter(isCompared);
  const lines = read.flatMap(({ exchanges }) => exchanges.map(exchangeLine)).filter(isCompared);
  must(String(ours.sort()) === String(lines.sort()), 'transactions', ours, lines);
}

function seeds(): Uint8Array[] {
  const one = KIND_NAMES.map((kind) => bytesOfConversation(exchangesOf([kind], true, {}).conversation));
  const all = KIND_NAMES.map((kind, i) =>
    bytesOfConversation(
      exchangesOf([kind, KIND_NAMES[(i + 1) % KIND_NAMES.length] ?? 'length'], i % 2 === 0, {}).conversation,
      i,
    ),
  );
  return [...one, ...all].flatMap((bytes, i) => [join(u8(0), bytes), join(u8(i), bytes)]);
}
