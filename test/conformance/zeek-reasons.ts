import type { Followed } from '../support/second-reading/follower.ts';
import { field } from '../support/second-reading/head.ts';
import type { Exchange } from '../support/second-reading/transactions.ts';
import type { Packet } from './packets.ts';
import * as payloads from './payloads.ts';
import { type Context, REASONS } from './reasons.ts';
import type { Paired } from './zeek-logs.ts';

/** A column in which a row of Zeek's http.log and ours differ, and where to look for the reason. */
export interface ZeekContext extends Paired {
  column: string;
  packets: readonly Packet[];
  /** What the second reading finds in the connection. */
  exchanges: readonly Exchange[];
}

interface Reason {
  explanation: string;
  holds(context: ZeekContext): boolean;
}

const OF_OTHER_VERSION: readonly string[] = ['uri', 'version', 'response_body_len', 'status_code', 'status_msg'];

/** Every reason by its name. Where several hold, the first of them is listed. */
export const ZEEK_REASONS: Readonly<Record<string, Reason>> = {
  'http-0.9': {
    explanation: 'the request line ends in no version of ours: HTTP/0.9 for Zeek, whose answers have no head',
    holds: ({ column, zeek, ...context }) =>
      zeek?.version === '0.9' && OF_OTHER_VERSION.includes(column) && exchangeOf(context) !== undefined
        ? !/ HTTP\/[0-9]\.[0-9]$/.test(requestLine(exchangeOf(context)))
        : false,
  },
  'http-0.9-answer': {
    explanation: 'Zeek lists an HTTP/0.9 answer or request that is none of ours: there is no status line',
    holds: ({ column, zeek, packets }) =>
      column === 'missing' &&
      (zeek?.version === '0.9' || zeek?.status_code === '0' || zeek?.version === '-') &&
      packets.some(({ messages }) => messages.some(({ startLine }) => !/HTTP\/[0-9]/.test(startLine))),
  },
  'version-breaks-off': {
    explanation: 'the request line ends in `HTTP/1.`: no version of ours, so it is part of the target',
    holds: ({ column, zeek, ours, ...context }) =>
      column === 'uri' &&
      ours?.uri === `${zeek?.uri} HTTP/1.` &&
      requestLine(exchangeOf({ zeek, ours, ...context })).endsWith(' HTTP/1.'),
  },
  credentials: {
    explanation: 'what Authorization says is decoded by Zeek and never by us',
    holds: ({ column, ours, ...context }) =>
      ['username', 'password'].includes(column) &&
      ours?.[column] === '-' &&
      field(exchangeOf({ ours, ...context })?.request?.head ?? EMPTY, 'authorization') !== undefined,
  },
  'reason-of-interim': {
    explanation: 'the reason phrase of an interim answer is not kept, its status code is',
    holds: ({ column, ours, ...context }) =>
      column === 'info_msg' &&
      ours?.info_msg === '-' &&
      exchangeOf({ ours, ...context })?.information === ours.info_code,
  },
  'request-line': {
    explanation: 'no request line by our rules: the method is in no registry and the line does not end in a version',
    holds: ({ zeek, ours, packets }) =>
      zeek?.method !== undefined &&
      ours?.method === '-' &&
      packets.some(
        (one) => payloads.payloadText(one).startsWith(`${zeek.method} `) && payloads.beginsOtherRequestLine(one),
      ),
  },
  'counts-line-ends': {
    explanation: 'Zeek adds a line end to a body that goes on until the connection is closed and does not end in one',
    holds: ({ column, zeek, ours, ...context }) => {
      const counted = exchangeOf({ zeek, ours, ...context })?.response?.body.content;
      return (
        column === 'response_body_len' &&
        String(counted) === ours?.response_body_len &&
        String((counted ?? 0) + 2) === zeek?.response_body_len
      );
    },
  },
  'broken-framing': {
    explanation:
      "the body's end is not known (a chunk's size of 2^64, another coding than chunked): Zeek reads on behind it",
    holds: ({ column, exchanges }) => column === 'missing' && exchanges.some(({ request }) => isBroken(request)),
  },
  ...fromPackets(['llc-snap', 'tunnel', 'tls', 'zeek-wants-handshake']),
};

const EMPTY = { startLine: '', fields: [], end: undefined };

/** Reasons of the messages' comparison, for rows that one side lacks. */
function fromPackets(names: readonly string[]): Record<string, Reason> {
  const reasons = names.map((name): [string, Reason] => {
    const { explanation, holds } = REASONS[name] ?? { explanation: '', holds: () => false };
    return [name, { explanation, holds: (context) => isAlone(context) && holds(asMessage(context)) }];
  });
  return Object.fromEntries(reasons);
}

function isAlone({ column }: ZeekContext): boolean {
  return column === 'missing' || column === 'extra';
}

function asMessage({ column, zeek, ours, packets }: ZeekContext): Context {
  const row = zeek ?? ours ?? {};
  const end = (address: string, port: string): string => (row[address] ? `${row[address]}#${row[port]}` : '~');
  const listed = {
    frame: '~',
    kind: 'Q' as const,
    time: '~',
    source: end('id.orig_h', 'id.orig_p'),
    destination: end('id.resp_h', 'id.resp_p'),
    startLine: `${row.method} ${row.uri}`,
    fields: ['~', '~'] as const,
  };
  return { peer: 'zeek', side: column === 'missing' ? 'missing' : 'extra', listed, packets, peers: undefined };
}

/** The transaction of the row, as the second reading has it. */
function exchangeOf({ zeek, ours, exchanges }: Partial<Paired> & Pick<ZeekContext, 'exchanges'>): Exchange | undefined {
  return exchanges.find(({ number }) => String(number) === (ours ?? zeek)?.trans_depth);
}

/** Whether nobody knows where the request's body ends. */
function isBroken(request: Followed | undefined): boolean {
  if (!request) return false;
  const codings = field(request.head, 'transfer-encoding') ?? 'chunked';
  return request.body.broken || !codings.toLowerCase().endsWith('chunked');
}

function requestLine(exchange: Exchange | undefined): string {
  return exchange?.request?.head.startLine.trim() ?? '';
}
