// Lines of transactions by the test build: the halves of a record are filled as the modes fill them.
import { TYPE_CQ } from '../../layout/types.ts';
import { asLatin1 } from './bytes.ts';
import { type InternalsSettings, openInternals } from './packet-internals.ts';

/** A time or a number of bytes that is not known. */
const ABSENT = 2n ** 64n - 1n;

/** One message: its head (a character for each byte), and what is known of it. */
export interface Half {
  readonly head: string;
  /** Nanoseconds since 1970. */
  readonly first: bigint;
  readonly last?: bigint;
  readonly bodyBytes?: bigint;
  readonly wireBytes?: bigint;
  readonly complete?: boolean;
  readonly idle?: bigint;
  readonly information?: number;
  readonly number?: number;
  readonly retransmissions?: number;
}

/** A record. */
export interface Transaction {
  readonly request?: Half;
  readonly response?: Half;
  readonly client?: readonly number[];
  readonly clientPort?: number;
  readonly server?: readonly number[];
  readonly serverPort?: number;
  readonly type?: number;
  readonly begin?: bigint;
  readonly connect?: bigint;
  /** Number of a VLAN. */
  readonly tag?: number;
}

const SCRATCH = 2 ** 21;
const HEADS = [0, 100_000] as const;
const ADDRESSES = 200_000;
const LINE = 2 ** 20;

/** A function that writes a transaction's line, a character for each byte. */
export function transactionWriter(settings: InternalsSettings): (transaction: Transaction) => string {
  const { code, put, read, scratch } = openInternals({ pair: true, scratch: SCRATCH, ...settings });
  const fill = (half: number, place: number, message: Half, transaction: Transaction): void => {
    const { first, last, bodyBytes = ABSENT, wireBytes = ABSENT } = message;
    const { at, end } = put(Buffer.from(message.head, 'latin1'), place);
    if (code.head_read(at, end) === 0) throw new Error('no head');
    const { client = [192, 0, 2, 1], clientPort = 40000, server = [198, 51, 100, 7], serverPort = 80 } = transaction;
    code.half_ofHead(half, first, 1, 1, end);
    const ends = [put(Uint8Array.from(client), ADDRESSES), put(Uint8Array.from(server), ADDRESSES + 32)] as const;
    const version = client.length === 4 ? 4 : 6;
    const type = transaction.type ?? TYPE_CQ;
    code.half_ofConnection(half, version, type, ends[0].at, clientPort, ends[1].at, serverPort);
    code.half_setBegin(half, transaction.begin ?? ABSENT);
    code.half_setConnect(half, transaction.connect ?? ABSENT);
    if (transaction.tag !== undefined) code.half_setTags(half, transaction.tag, 0, 0);
    code.half_setProgress(half, bodyBytes, wireBytes, last ?? 0n);
    if (message.complete) code.half_setComplete(half);
    code.half_setIdle(half, message.idle ?? ABSENT);
    code.half_setInformation(half, message.information ?? 0);
    code.half_setNumber(half, message.number ?? 0);
    code.half_setRetransmissions(half, message.retransmissions ?? 0);
  };
  return (transaction) => {
    const { request, response } = transaction;
    code.record_empty();
    if (request !== undefined) fill(code.record_makeRequest(), HEADS[0], request, transaction);
    if (response !== undefined) fill(code.record_makeResponse(), HEADS[1], response, transaction);
    code.line_settle();
    const end = code.line_line(scratch + LINE);
    return asLatin1(read(scratch + LINE, end));
  };
}
