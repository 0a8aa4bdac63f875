import { addressText } from '../support/second-reading/address-text.ts';
import type { Exchange } from '../support/second-reading/transactions.ts';
import type { Difference } from './half-lists.ts';
import { packetsOf } from './half-reasons.ts';
import type { Half } from './halves.ts';
import type { Packet } from './packets.ts';
import { directionOf, followsConnect, isRepeated } from './segments.ts';

/** A request or an answer in which `-pair` differs from `-assemble -pair`, which has `missing` ones and lacks `extra` ones. */
export interface PairContext extends Difference {
  packets: readonly Packet[];
  /** What the second reading finds in the capture. */
  exchanges: readonly Exchange[];
}

interface PairReason {
  explanation: string;
  holds(context: PairContext): boolean;
}

/** Every reason by its name. Where several hold, the first of them is listed. */
export const PAIR_REASONS: Readonly<Record<string, PairReason>> = {
  'inside-a-body': {
    explanation: 'a packet of a body that begins like a head: without assembly nobody knows that it is one',
    holds: (context) => context.side === 'extra' && own(context).every(({ number }) => isInMessage(number, context)),
  },
  'head-spans-packets': {
    explanation: 'the head goes on in the next packet: without assembly its start line is cut',
    holds: (context) =>
      context.side !== 'partner' && own(context).some(({ messages }) => messages.some(({ cut }) => cut)),
  },
  'not-at-a-beginning': {
    explanation: 'the head stands in the middle of a packet behind a body whose head came before',
    holds: (context) =>
      context.side === 'missing' && own(context).every(({ messages }) => !messages.some(isSame(context))),
  },
  'inside-connect': {
    explanation: 'inside a connection that a CONNECT has opened: without assembly each packet is judged alone',
    holds: (context) => context.side === 'extra' && own(context).some((one) => followsConnect(one, context.packets)),
  },
  'http2-behind-upgrade': {
    explanation: "HTTP/2's connection preface behind an Upgrade: with assembly those are bytes",
    holds: (context) =>
      context.side === 'extra' &&
      context.half.what === 'PRI *' &&
      context.packets.some(({ messages }) => messages.some(switches)),
  },
  'other-bytes-first': {
    explanation:
      'two segments bring other bytes for the same numbers: with assembly the first count, without it both are seen',
    holds: (context) =>
      context.side === 'partner' && own(context).some((one) => isRepeatedOrLater(one, context.packets)),
  },
};

function own(context: PairContext): Packet[] {
  return packetsOf(context);
}

function isSame({ half }: PairContext): (message: Packet['messages'][number], index: number) => boolean {
  return ({ kind }, i) => i === 0 && (kind === 'request') === (half.kind === 'Q');
}

function switches({ startLine }: { startLine: string }): boolean {
  return startLine.startsWith('HTTP/1.1 101');
}

/** Whether a packet stands behind the first one of a message that goes on behind it. */
function isInMessage(number: number, { half, exchanges }: PairContext): boolean {
  return exchanges.some(({ client, request, response }) => {
    const isClients = half.source === `${addressText(client.source)}#${client.sourcePort}`;
    const message = isClients ? request : response;
    return (
      message !== undefined && message.firstPacket < number && number <= message.lastPacket && isTheirs(client, half)
    );
  });
}

/** Whether a half went between these two ends. */
function isTheirs(client: Exchange['client'], { source, destination }: Half): boolean {
  const ends = [source, destination];
  return [
    `${addressText(client.source)}#${client.sourcePort}`,
    `${addressText(client.destination)}#${client.destinationPort}`,
  ].every((end) => ends.includes(end));
}

/** Whether the packet repeats numbers of an earlier one, or a later one repeats its own. */
function isRepeatedOrLater(one: Packet, packets: readonly Packet[]): boolean {
  const { segment } = one;
  const later = packets
    .slice(one.number)
    .filter((other) => other.segment && segment && directionOf(other.segment) === directionOf(segment));
  return isRepeated(one, packets) || later.some((other) => other.segment?.sequence === segment?.sequence);
}
