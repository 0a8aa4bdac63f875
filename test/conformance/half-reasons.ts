import { FIN } from '../support/second-reading/connections.ts';
import type { TaggedSegment } from '../support/second-reading/frame.ts';
import { rows } from './corpora.ts';
import type { Difference } from './half-lists.ts';
import { type Half, isInterim, tsharkHalves } from './halves.ts';
import type { Packet } from './packets.ts';
import { namesUnlisted } from './pairs.ts';
import { isTransferCoded, payloadText } from './payloads.ts';
import { type Context, REASONS, type Reason } from './reasons.ts';
import { directionOf, followsConnect, isRepeated } from './segments.ts';

/** A request or an answer that only one list has, or whose partner or time differs. */
export interface HalfContext extends Difference {
  capture: string;
  packets: readonly Packet[];
}

interface HalfReason {
  explanation: string;
  holds(context: HalfContext): boolean;
}

/** Reasons of the comparison of messages, which hold for a message wherever it is compared. */
const OF_MESSAGES: readonly string[] = [
  ...['link-type', 'llc-snap', 'tunnel', 'fragments', 'http2-preface', 'other-port', 'request-line', 'status-line'],
  ...['odd-line-in-head', 'empty-lines-first', 'first-length-counts'],
];

/** Every reason by its name. Where several hold, the first of them is listed. */
export const HALF_REASONS: Readonly<Record<string, HalfReason>> = {
  interim: {
    explanation: 'an interim answer: for us a note beside the final one, for tshark an answer',
    holds: ({ side, half }) => side === 'missing' && half.kind === 'R' && isInterim(half),
  },
  'body-cut-off': {
    explanation: 'tshark drops a message of which it does not see the end: its list without waiting for bodies has it',
    holds: ({ side, half, capture }) =>
      side === 'extra' && hasHalf(tsharkHalves(`${capture}.tshark-headers.tsv`), half),
  },
  'head-cut-off': {
    explanation: 'tshark drops a head whose end it does not see',
    holds: (context) => context.side === 'extra' && messagesOf(context).some(({ cut }) => cut),
  },
  'no-whole-version': {
    explanation: 'the request line does not end in a whole version: what stands there is part of the target for us',
    holds: (context) =>
      isAlone(context) &&
      context.half.kind === 'Q' &&
      messagesOf(context).some(({ startLine }) => !/ HTTP\/[0-9](\.[0-9])?$/.test(startLine)),
  },
  ...fromMessages(),
  'no-target': {
    explanation: 'the request line is a method and a version: tshark takes the version for the target, we find none',
    holds: (context) =>
      isAlone(context) && messagesOf(context).some(({ startLine }) => /^[A-Z]+ HTTP\/[0-9.]+$/.test(startLine)),
  },
  'broken-framing': {
    explanation: 'behind a request whose last coding is not chunked, so that nobody knows where its body ends',
    holds: (context) =>
      context.side === 'missing' &&
      packetsOf(context).some((one) => / identity\r\n/.test(payloadText(one)) && isTransferCoded(one)),
  },
  'inside-connect': {
    explanation: 'inside a connection that a CONNECT has opened: for us bytes, which are counted',
    holds: ({ side, packets, ...context }) =>
      side === 'missing' && packetsOf({ packets, ...context }).some((one) => followsConnect(one, packets)),
  },
  retransmission: {
    explanation: 'the message stands in bytes that came before: tshark lists it once more',
    holds: ({ side, packets, ...context }) =>
      side === 'missing' && packetsOf({ packets, ...context }).some((one) => isRepeated(one, packets)),
  },
  'not-at-a-beginning': {
    explanation: 'behind what is no HTTP heads are found only where a segment begins with one, and here none does',
    holds: (context) => context.side === 'missing' && packetsOf(context).every(({ messages }) => messages.length === 0),
  },
  'ends-with-the-fin': {
    explanation:
      'the answer goes on until the connection is closed: for tshark it ends with the FIN, for us with its last byte',
    holds: ({ side, half, packets }) =>
      side === 'time' && packets.some(({ time, segment }) => segment && time === half.last && isFin(segment, half)),
  },
  'request-not-listed': {
    explanation: 'one of the two requests stands in one list only, where its own reason is told',
    holds: ({ side, lonelyPartner }) => side === 'partner' && lonelyPartner !== undefined,
  },
  'interim-took-it': {
    explanation: 'tshark gives the request to its interim answer, and none to the final one',
    holds: ({ side, half, packets }) =>
      side === 'partner' &&
      packets.some(({ messages, segment }) => segment && isInterimBefore(messages, directionOf(segment), half)),
  },
  'several-in-one-frame': {
    explanation: 'several answers end in one frame: tshark names the request of none',
    holds: ({ side, half, capture }) =>
      side === 'partner' &&
      tsharkHalves(`${capture}.tshark-reasm.tsv`).filter(({ last, kind }) => last === half.last && kind === 'R')
        .length > 1,
  },
  'names-another-frame': {
    explanation: 'in two passes tshark names a frame that is none of a request in its list',
    holds: ({ side, half, capture }) => side === 'partner' && namesUnlisted(capture, half),
  },
};

function fromMessages(): Record<string, HalfReason> {
  return Object.fromEntries(
    OF_MESSAGES.map((name) => {
      const { explanation, holds } = REASONS[name] as Reason;
      return [name, { explanation, holds: (context) => isAlone(context) && holds(asMessage(context)) }];
    }),
  );
}

function isFin(segment: TaggedSegment, { source, destination }: Half): boolean {
  return (segment.flags & FIN) !== 0 && directionOf(segment) === `${source} ${destination}`;
}

function messagesOf(context: HalfContext): Packet['messages'] {
  return packetsOf(context).flatMap(({ messages }) => messages);
}

function isAlone({ side }: HalfContext): boolean {
  return side === 'missing' || side === 'extra';
}

function asMessage(context: HalfContext): Context {
  const { capture, side, half, packets } = context;
  const [packet] = packetsOf(context);
  const message = packet?.messages[0];
  const listed = {
    frame: String(packet?.number ?? '~'),
    kind: half.kind,
    time: '~',
    source: half.source,
    destination: half.destination,
    startLine: message?.startLine ?? half.what,
    fields: ['~', '~'] as const,
  };
  return {
    peer: 'tshark',
    side: side === 'extra' ? 'extra' : 'missing',
    listed,
    packets,
    peers: rows(`${capture}.tshark-reasm.tsv`) && [],
  };
}

/** The packets that the message begins in: those of its time and, where they are segments that we read, its direction. */
export function packetsOf({ half, packets }: Pick<HalfContext, 'half' | 'packets'>): Packet[] {
  const sameTime = packets.filter(({ time }) => time - half.first < 4000n && half.first - time < 4000n);
  const direction = `${half.source} ${half.destination}`;
  const own = sameTime.filter(
    ({ segment }) => segment && directionOf(segment) === direction && segment.payload.length > 0,
  );
  return own.length > 0 ? own : sameTime;
}

function isInterimBefore(messages: Packet['messages'], direction: string, half: Half): boolean {
  return (
    direction === `${half.source} ${half.destination}` && messages.some(({ startLine }) => / 100( |$)/.test(startLine))
  );
}

function hasHalf(list: readonly Half[], half: Half): boolean {
  return list.some((one) => one.kind === half.kind && one.source === half.source && one.what === half.what);
}
