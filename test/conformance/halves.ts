import { unescapeField } from '../support/second-reading/escape.ts';
import { transactionLines } from '../support/transaction-lines.ts';
import { rows } from './corpora.ts';
import { nanoseconds, type Pairs } from './pairs.ts';
import { unescaped } from './peers.ts';

/** A request or an answer in a list of transactions. */
export interface Half {
  kind: 'Q' | 'R';
  /** `ADDRESS#PORT` of the one who sent it, and of the other one. */
  source: string;
  destination: string;
  /** Method and target, or status code. */
  what: string;
  /** When its first packet came, and its last, nanoseconds since 1970. */
  first: bigint;
  last: bigint;
}

/** A request with its answer; either may be missing. */
export interface Joined {
  request: Half | undefined;
  response: Half | undefined;
}

const MICROSECOND = 1000n;
const COLUMNS = ['client.address', 'client.port', 'server.address', 'server.port', 'method', 'target', 'status'];
const TIMES = ['timestamp', 'httplog.request', 'httplog.response', 'httplog.duration'];

/** The packet code's transactions of a capture. The times of answers are exact to a microsecond for each time that they are made of. */
export function ours(file: Uint8Array, assemble = true): Joined[] {
  return transactionLines(file, [...COLUMNS, ...TIMES], assemble).map(toJoined);
}

function toJoined(line: string): Joined {
  const [client, clientPort, server, serverPort, method = '', target = '', status = '', ...times] = line.split('\t');
  const [timestamp = '', requestTime = '', responseTime = '', duration = ''] = times;
  const [from, to] = [`${client}#${clientPort}`, `${server}#${serverPort}`];
  const first = ofTimestamp(timestamp);
  // An answer may begin before its request ends: both ends are counted from the beginning. Without assembly it is its head's packet that counts.
  const last = first + nanosecondsOf(method === '' ? responseTime : duration);
  const answer = { first: last - nanosecondsOf(responseTime), last };
  const what = asText(`${method} ${target}`);
  const request: Half = {
    kind: 'Q',
    source: from,
    destination: to,
    what,
    first,
    last: first + nanosecondsOf(requestTime),
  };
  const response: Half = { kind: 'R', source: to, destination: from, what: status, ...answer };
  return { request: method === '' ? undefined : request, response: status === '' ? undefined : response };
}

function nanosecondsOf(microseconds: string): bigint {
  return BigInt(microseconds) * MICROSECOND;
}

function ofTimestamp(timestamp: string): bigint {
  const [seconds = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction);
}

/** Bytes as the peers' lists show them: UTF-8, where what is none became U+FFFD. */
function asText(field: string): string {
  return Buffer.from(unescapeField(field), 'latin1').toString('utf8');
}

/** tshark's transactions of a capture: its answers name the frames that end their requests. */
export function tsharks(capture: string, pairs: Pairs): Joined[] {
  const list = (rows(`${capture}.tshark-reasm.tsv`) ?? []).filter(({ proto }) => proto === 'h1');
  const frames = list.map(({ frame }) => frame);
  const halves = list.map(toHalf);
  const asked = new Set<number>();
  const joined: Joined[] = [];
  const names = [...(pairs.get(capture) ?? [])];
  halves.forEach((response) => {
    if (response.kind !== 'R') return;
    const name = names.shift();
    // Of several messages in one frame the first that waits.
    const at = frames.findIndex((frame, j) => frame === name && halves[j]?.kind === 'Q' && !asked.has(j));
    if (at >= 0 && !isInterim(response)) asked.add(at);
    joined.push({ request: isInterim(response) ? undefined : halves[at], response });
  });
  const alone = halves.filter(({ kind }, i) => kind === 'Q' && !asked.has(i));
  return [...joined, ...alone.map((request) => ({ request, response: undefined }))];
}

/** An interim answer: for us a note beside the final one. */
export function isInterim({ what }: Half): boolean {
  return /^1(?!01)/.test(what);
}

/** The HTTP/1 messages of one of tshark's lists. */
export function tsharkHalves(list: string): Half[] {
  return (rows(list) ?? []).filter(({ proto }) => proto === 'h1').map(toHalf);
}

function toHalf(row: Partial<Record<string, string>>): Half {
  const [method, target] = [unescaped(row.a), unescaped(row.b)];
  return {
    kind: row.kind === 'Q' ? 'Q' : 'R',
    source: row.src ?? '',
    destination: row.dst ?? '',
    what: row.kind === 'Q' ? `${method} ${target}` : target,
    first: nanoseconds(row.ts_first),
    last: nanoseconds(row.ts),
  };
}

/** Whether both are the same message. Our times of an answer are sums of whole microseconds. */
export function isSameHalf(one: Half, other: Half): boolean {
  const keys = ['kind', 'source', 'destination', 'what'] as const;
  return keys.every((key) => one[key] === other[key]) && isNear(one.first, other.first);
}

export function isNear(one: bigint, other: bigint): boolean {
  return one - other <= 3n * MICROSECOND && other - one <= 3n * MICROSECOND;
}
