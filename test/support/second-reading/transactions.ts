import { addressText } from './address-text.ts';
import { ACK, type Arrival, type Connection, FIN, RST, SYN, sender } from './connections.ts';
import { type Followed, follow } from './follower.ts';
import { statusCode } from './start-line.ts';
import { pieceAt, readStream, type Stream } from './stream.ts';

/** A request and its answer; either may be missing. */
export interface Exchange {
  /** A segment that the client sent would have its ends so. */
  client: Pick<Arrival, 'source' | 'sourcePort' | 'destination' | 'destinationPort'>;
  request: Followed | undefined;
  response: Followed | undefined;
  /** The last interim answer's status code. */
  information: string | undefined;
  /** Its number in its connection, from 1. */
  number: number | undefined;
  /** Nanoseconds from the SYN to the ACK that ends the handshake, in the first exchange of a connection that began with one. */
  connect: bigint | undefined;
  /** Nanoseconds since the exchange before it ended. */
  idle: bigint | undefined;
}

/** What a connection holds. */
export interface Transactions {
  exchanges: Exchange[];
  /** Whether nothing of it is missing, so that there is one right answer. */
  exact: boolean;
  /** Whether both streams are nothing but messages, one behind the other. */
  whole: boolean;
  /** Its two ends as a line has them, in either order. */
  ends: readonly string[];
}

interface Side {
  stream: Stream;
  own: Arrival[];
}

/** The transactions of a connection, in the order of their requests. */
export function readTransactions({ arrivals: all }: Connection): Transactions {
  const arrivals = untilReset(all);
  const [first] = arrivals;
  if (!first) return { exchanges: [], exact: true, whole: true, ends: [] };
  const one = arrivals.filter((arrival) => sender(arrival) === sender(first));
  const other = arrivals.filter((arrival) => sender(arrival) !== sender(first));
  const sides = [side(one, other), side(other, one)] as const;
  // What bytes behind a reset mean is not written anywhere.
  const exact =
    !sides.some(({ stream }) => stream.hasGap) && !all.slice(arrivals.length).some(({ payload }) => payload.length > 0);
  const whole = sides.every(({ stream }) => stream.fromBeginning && isWhole(stream));
  const [from, to] = isServer(sides[0]) || isClient(sides[1]) ? [sides[1], sides[0]] : sides;
  const ends = [first.source, first.destination].map(addressText);
  const [here, there] = [`${ends[0]} ${first.sourcePort}`, `${ends[1]} ${first.destinationPort}`];
  return { exchanges: pairs(from, to, arrivals), exact, whole, ends: [`${here} ${there}`, `${there} ${here}`] };
}

function side(own: Arrival[], others: Arrival[]): Side {
  return { stream: readStream(own, others), own };
}

function kindOf({ stream }: Side): Followed['kind'] | undefined {
  const [message] = follow(stream);
  return message?.kind;
}

function isServer(one: Side): boolean {
  return kindOf(one) === 'response';
}

function isClient(one: Side): boolean {
  return kindOf(one) === 'request';
}

/** Whether a stream is nothing but messages that can be followed. */
function isWhole(stream: Stream): boolean {
  let at = 0;
  for (const { begin, head, body, end } of follow(stream)) {
    if (begin - at > '\r\n\r\n'.length || head.end === undefined || body.broken) return false;
    at = end;
  }
  return at === stream.text.length;
}

/** A reset that can be one ends the connection for both ends (RFC 9293 section 3.5.2): no FIN counts behind it. */
function untilReset(arrivals: Arrival[]): Arrival[] {
  const reset = arrivals.findIndex((one, i) => (one.flags & RST) !== 0 && isInWindow(one, arrivals.slice(0, i)));
  return reset < 0 ? arrivals : arrivals.slice(0, reset + 1);
}

/** Section 3.10.7.4: a reset counts where its number is in the window, here of 4 MB behind all that came from that end before. */
function isInWindow(reset: Arrival, before: readonly Arrival[]): boolean {
  const own = before.filter((one) => sender(one) === sender(reset));
  const ahead = own.map((one) => {
    const numbers = one.payload.length + ((one.flags & SYN) === 0 ? 0 : 1) + ((one.flags & FIN) === 0 ? 0 : 1);
    return (reset.sequence - (one.sequence + numbers)) | 0;
  });
  return ahead.length === 0 || (Math.min(...ahead) >= 0 && Math.min(...ahead) <= 4_194_304);
}

/** RFC 9293 section 3.5, figure 6: from the first SYN to the first ACK of the same end. A request that came before it (RFC 7413) did not wait for it. */
function handshake(arrivals: readonly Arrival[], request: number): bigint | undefined {
  const syn = arrivals.find(({ flags }) => (flags & (SYN | ACK)) === SYN);
  const ack = arrivals.find((one) => syn && sender(one) === sender(syn) && (one.flags & (SYN | ACK | RST)) === ACK);
  // A stamp of 0 is none.
  if (!syn || !ack || syn.time === 0n || ack.number > request) return undefined;
  return ack.time - syn.time;
}

/** Answers come in the order of their requests (RFC 9112 section 9.3.2). */
function pairs(from: Side, to: Side, arrivals: readonly Arrival[]): Exchange[] {
  const client = from.own[0] ?? turned(to.own[0] as Arrival);
  const empty = {
    client,
    request: undefined,
    response: undefined,
    information: undefined,
    connect: undefined,
    idle: undefined,
    number: undefined,
  };
  const requests = [...follow(from.stream)].filter(({ kind }) => kind === 'request');
  let exchanges: Exchange[] = requests.map((request) => ({ ...empty, request }));
  const answered = (answer: Pick<Followed, 'begin' | 'head'>): Exchange | undefined => {
    const oldest = exchanges.find(({ request, response }) => request && !response);
    return oldest?.request && isSent(from.stream, oldest.request, to.stream, answer) ? oldest : undefined;
  };
  let information: string | undefined;
  for (const response of follow(to.stream, (answer) => methodOf(answered(answer)?.request))) {
    if (response.kind !== 'response') continue;
    const status = statusCode(response.head.startLine);
    if (/^1(?!01)/.test(status)) {
      information = status;
      continue;
    }
    const exchange = answered(response) ?? add(exchanges, { ...empty });
    exchange.response = response;
    exchange.information = information;
    information = undefined;
    // What the client sent behind it is no HTTP.
    if (response.tunnel) exchanges = exchanges.filter((one) => one.response || !isBehind(one.request, exchange));
  }
  for (const exchange of exchanges) exchange.idle = idleBefore(exchange, exchanges);
  return numbered(exchanges, from.stream, to.stream, arrivals);
}

/** Exchanges begin with their request or, where it is missing, their answer. */
function numbered(exchanges: Exchange[], from: Stream, to: Stream, arrivals: readonly Arrival[]): Exchange[] {
  const known = ({ request, response }: Exchange): number =>
    request ? knownFrom(from, request) : response ? knownFrom(to, response) : 0;
  const sorted = [...exchanges].sort((one, other) =>
    known(one) < known(other) ? -1 : Number(known(one) > known(other)),
  );
  return sorted.map((exchange, i) => ({
    ...exchange,
    number: i + 1,
    connect: i === 0 && exchange.request ? handshake(arrivals, known(exchange)) : undefined,
  }));
}

/** From the end of the last answer before a request; one that is not complete ends with its connection. A stamp of 0 is none. */
function idleBefore({ request }: Exchange, exchanges: readonly Exchange[]): bigint | undefined {
  if (!request) return undefined;
  const idle = exchanges
    .flatMap(({ response }) =>
      response?.body.complete && response.lastPacket < request.firstPacket ? [response.last] : [],
    )
    .filter((end) => end !== 0n && end <= request.first)
    .map((end) => request.first - end);
  return idle.sort((one, other) => Number(one - other))[0];
}

function add(exchanges: Exchange[], exchange: Exchange): Exchange {
  exchanges.push(exchange);
  return exchange;
}

function isBehind(request: Followed | undefined, { request: tunnelled, response }: Exchange): boolean {
  if (!request || !response) return false;
  return tunnelled ? request.begin >= tunnelled.end : request.first > response.first;
}

/**
 * Whether a request was sent when the answer was: it acknowledges something of it (RFC 9293 section 3.4), or of a connection that was seen from its
 * beginning, it came later.
 */
function isSent(
  requests: Stream,
  request: Followed,
  responses: Stream,
  answer: Pick<Followed, 'begin' | 'head'>,
): boolean {
  if (knownFrom(responses, answer) < knownFrom(requests, request)) return false;
  const { flags, acknowledgement } = pieceAt(responses, answer.begin).arrival;
  const acknowledges = (flags & ACK) !== 0 && ((acknowledgement - requests.base) | 0) > request.begin;
  return acknowledges || requests.fromBeginning;
}

/** The number of the packet that ends a head: before that nobody knows whether it is one. */
function knownFrom(stream: Stream, { begin, head }: Pick<Followed, 'begin' | 'head'>): number {
  if (head.end === undefined) return stream.fin ?? Number.POSITIVE_INFINITY;
  return pieceAt(stream, begin + head.end - 1).arrival.number;
}

function methodOf(request: Followed | undefined): string | undefined {
  return request?.head.startLine.replace(/ .*/s, '');
}

function turned({ source, sourcePort, destination, destinationPort }: Arrival): Exchange['client'] {
  return { source: destination, sourcePort: destinationPort, destination: source, destinationPort: sourcePort };
}
