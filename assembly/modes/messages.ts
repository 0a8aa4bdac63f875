// What the heads and ends of messages mean that the followers of a connection find: records, of messages or transactions.
import {
  COUNTER_HEADS_CUT,
  COUNTER_MESSAGES_CQ,
  COUNTER_REQUESTS_UNKEPT,
  COUNTER_RESYNCHRONISATIONS,
  COUNTER_TUNNEL_BYTES,
} from '../../layout/counters';
import { TYPE_CQ } from '../../layout/types';
import * as answers from '../flow/answers';
import * as connections from '../flow/connections';
import * as exchanges from '../flow/exchanges';
import * as leaving from '../flow/leaving';
import * as table from '../flow/table';
import * as waiting from '../flow/waiting';
import * as follower from '../follow/follower';
import * as head from '../http/head';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as slabs from '../memory/slabs';
import * as half from '../record/half';
import * as packing from '../record/packing';
import * as record from '../record/record';
import * as decode from '../wire/decode';
import * as write from './write';

/**
 * Takes up the head that the follower of an end's direction has just read, and tells the follower what follows. `sequence`
 * is that of its first byte; `ownPacket` tells that the decoded packet came from this end.
 */
export function begins(flow: usize, end: u32, sequence: u32, ownPacket: bool): void {
  const isRequest = follower.headKind === head.REQUEST;
  connections.setClient(flow, isRequest ? end : 1 - end);
  const message = makeHalf(flow, end, sequence, ownPacket);
  counters.increment(COUNTER_MESSAGES_CQ + (half.type(message) - TYPE_CQ));
  if (!head.whole) counters.increment(COUNTER_HEADS_CUT);
  if (isRequest) request(flow, end, message);
  else response(flow, end, message);
}

/** A half of the message whose head was read. */
function makeHalf(flow: usize, end: u32, sequence: u32, ownPacket: bool): usize {
  const state = connections.follower(flow, end);
  const isRequest = follower.headKind === head.REQUEST;
  const client = isRequest ? end : 1 - end;
  const version = table.versionOf(flow);
  const from = table.addressOf(flow, client);
  const to = table.addressOf(flow, 1 - client);
  record.empty();
  const message = isRequest ? record.makeRequest() : record.makeResponse();
  half.ofHead(message, follower.headStamp(state), sequence, follower.headMark(state), head.bound);
  const type = record.typeBetween(isRequest, version, from, to);
  half.ofConnection(message, version, type, from, table.portOf(flow, client), to, table.portOf(flow, 1 - client));
  if (ownPacket) record.tag(message);
  half.setBegin(message, connections.begin(flow));
  return message;
}

function request(flow: usize, end: u32, message: usize): void {
  follower.body(connections.follower(flow, end), follower.ANSWER_TO_UNKNOWN);
  if (!settings.pair) {
    write.write();
    return;
  }
  const number = exchanges.begin(flow);
  half.setNumber(message, number);
  half.setIdle(message, exchanges.idle(flow, half.firstStamp(message)));
  if (number === 1) half.setConnect(message, connections.connect(flow));
  const chain = waiting.hasRoom(flow) ? packing.pack(message) : 0;
  connections.setReceiving(flow, chain);
  if (chain !== 0) {
    waiting.add(flow, chain);
    return;
  }
  counters.increment(COUNTER_REQUESTS_UNKEPT);
  waiting.addUnkept(flow);
  write.writeTransaction();
}

function response(flow: usize, end: u32, message: usize): void {
  const state = connections.follower(flow, end);
  const chain = settings.pair ? requestOf(flow, message) : 0;
  const phase = follower.body(state, chain === 0 ? follower.ANSWER_TO_UNKNOWN : answerTo(packing.packed(chain)));
  const switches = phase === follower.TUNNEL;
  if (switches) follower.tunnel(connections.follower(flow, 1 - end));
  if (!settings.pair) {
    write.write();
    return;
  }
  if (follower.isInterim(half.status(message))) {
    if (chain !== 0) half.setInformation(packing.packed(chain), half.status(message));
    return;
  }
  if (chain !== 0) take(flow, chain);
  const packed = packing.pack(message);
  connections.setAnswering(flow, chain, packed);
  // A protocol that is switched to may go on for days; and what can't be kept is written as it is.
  if (switches || packed === 0) answerEnds(flow, end, switches);
}

/** What an answer needs to know of its request. */
function answerTo(message: usize): u32 {
  const method = half.method(message);
  if (method === half.METHOD_HEAD) return follower.ANSWER_TO_HEAD;
  return method === half.METHOD_CONNECT ? follower.ANSWER_TO_CONNECT : follower.ANSWER_TO_OTHER;
}

/** The waiting request that an answer belongs to, or 0: the first one, while nothing was missed; else TCP's numbers tell. */
function requestOf(flow: usize, message: usize): usize {
  if (!connections.isExact(flow)) {
    return answers.requestOf(flow, half.sequence(message), half.acknowledgement(message));
  }
  return waiting.nextIsUnkept(flow) ? 0 : waiting.first(flow);
}

/** Takes a request out of the queue; those before it were answered unseen. */
function take(flow: usize, chain: usize): void {
  for (let first = waiting.shift(flow); first !== chain; first = waiting.shift(flow)) leaves(flow, first);
}

/** A request leaves without an answer. */
function leaves(flow: usize, chain: usize): void {
  if (chain === connections.receiving(flow)) {
    progress(packing.packed(chain), requestState(flow));
    connections.setReceiving(flow, 0);
  }
  leaving.push(chain);
}

/** The message of an end's direction has ended; `complete` where it was seen to its end. */
export function ends(flow: usize, end: u32, complete: bool): void {
  if (!complete) {
    counters.increment(COUNTER_RESYNCHRONISATIONS);
    connections.setInexact(flow);
  }
  if (!settings.pair) return;
  if (connections.isClient(flow, end)) requestEnds(flow, end, complete);
  else answerEnds(flow, end, complete);
}

function requestEnds(flow: usize, end: u32, complete: bool): void {
  const chain = connections.receiving(flow);
  if (chain === 0) return;
  progress(packing.packed(chain), connections.follower(flow, end));
  if (complete) half.setComplete(packing.packed(chain));
  connections.setReceiving(flow, 0);
}
