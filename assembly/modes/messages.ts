// What the heads and ends of messages mean that the followers of a connection find: records, of messages or transactions.
import { COUNTER_REQUESTS_UNKEPT } from '../../layout/counters';
import * as connections from '../flow/connections';
import * as exchanges from '../flow/exchanges';
import * as leaving from '../flow/leaving';
import * as losses from '../flow/losses';
import * as table from '../flow/table';
import * as waiting from '../flow/waiting';
import * as follower from '../follow/follower';
import * as head from '../http/head';
import { isInterim } from '../http/interim';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as slabs from '../memory/slabs';
import { ABSENT } from '../record/absent';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as packing from '../record/packing';
import * as record from '../record/record';
import * as count from './count';
import * as write from './write';

/**
 * Takes up the head that the follower of an end's direction has just read, and tells the follower what follows. `sequence`
 * is that of its first byte; `ownPacket` tells that the decoded packet came from this end.
 */
export function begins(flow: usize, end: u32, sequence: u32, ownPacket: bool): void {
  const isRequest = follower.headKind === head.REQUEST;
  if (isRequest) connections.setClient(flow, end);
  const message = makeHalf(flow, end, sequence, ownPacket);
  count.message(connection.type(message));
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
  connection.ofConnection(message, version, type, from, table.portOf(flow, client), to, table.portOf(flow, 1 - client));
  half.setSender(message, end);
  if (ownPacket) record.tag(message);
  connection.setBegin(message, connections.begin(flow));
  return message;
}

function request(flow: usize, end: u32, message: usize): void {
  follower.body(connections.follower(flow, end), follower.ANSWER_TO_UNKNOWN);
  if (!settings.pair) write.write();
  const number = exchanges.begin(flow);
  half.setNumber(message, number);
  half.setIdle(message, exchanges.idle(flow, half.firstStamp(message)));
  if (number === 1) connection.setConnect(message, connections.connect(flow));
  half.setMissed(message, connections.missed(flow, end));
  const before = waiting.last(flow);
  if (before !== 0 && half.acknowledgement(packing.packed(before)) === half.acknowledgement(message)) {
    connections.setPipelined(flow);
  }
  const chain = waiting.hasRoom(flow) ? packing.pack(message) : 0;
  finishReceiving(flow, connections.receiving(flow));
  connections.setReceiving(flow, chain);
  if (chain !== 0) {
    connections.setMissed(flow, end, losses.NOTHING);
    waiting.add(flow, chain);
    return;
  }
  counters.increment(COUNTER_REQUESTS_UNKEPT);
  waiting.addUnkept(flow);
  if (settings.pair) write.writeTransaction();
}

function response(flow: usize, end: u32, message: usize): void {
  const answered = connections.answer(flow) !== 0;
  const chain = answered ? 0 : requestOf(flow, end, message);
  if (chain === 0 && connections.isClient(flow, end)) {
    ofClient(flow, end);
    return;
  }
  connections.setClient(flow, 1 - end);
  const switches = follow(flow, end, chain);
  if (!settings.pair) write.write();
  if (isInterim(half.status(message))) {
    if (chain !== 0) half.setInformation(packing.packed(chain), half.status(message));
    return;
  }
  if (chain !== 0) waiting.shift(flow);
  else if (waiting.nextIsUnkept(flow)) waiting.unkeptAnswered(flow);
  else {
    connections.setUnasked(flow, half.acknowledgement(message));
    half.setNumber(message, exchanges.begin(flow));
  }
  // A protocol that is switched to may go on for days; and what can't be kept is written as it is.
  const packed = switches ? 0 : packing.pack(message);
  connections.setAnswering(flow, chain, packed);
  if (packed !== 0) return;
  if (switches) half.setComplete(message);
  progress(message, connections.follower(flow, end));
  writeAnswered(flow);
}

/**
 * What looks like an answer and comes from the client: it is written alone, and must neither be taken for its server's answer
 * nor hide that one. What follows it is no HTTP as far as is known.
 */
function ofClient(flow: usize, end: u32): void {
  follower.body(connections.follower(flow, end), follower.ANSWER_TO_NOTHING);
  if (settings.pair) write.writeTransaction();
  else write.write();
}

/** Tells the follower what the answer just read belongs to. Returns whether the connection switches to another protocol. */
function follow(flow: usize, end: u32, chain: usize): bool {
  const answerTo = chain === 0 ? follower.ANSWER_TO_UNKNOWN : answerToOf(packing.packed(chain));
  const switches = follower.body(connections.follower(flow, end), answerTo) === follower.TUNNEL;
  if (switches) follower.tunnel(connections.follower(flow, 1 - end));
  return switches;
}

/** What an answer needs to know of its request. */
function answerToOf(message: usize): u32 {
  const method = half.method(message);
  if (method === half.METHOD_HEAD) return follower.ANSWER_TO_HEAD;
  return method === half.METHOD_CONNECT ? follower.ANSWER_TO_CONNECT : follower.ANSWER_TO_OTHER;
}

/**
 * The waiting request that an end's answer belongs to, or 0. If there is one, it is the first one then. An answer that breaks
 * off before its status code may be an interim one.
 */
function requestOf(flow: usize, end: u32, message: usize): usize {
  if (half.status(message) === 0) return 0;
  if (losses.isInOrder(flow, end)) {
    const first = waiting.nextIsUnkept(flow) ? 0 : waiting.firstOf(flow, 1 - end);
    return makeFirst(flow, first);
  }
  const chain = makeFirst(flow, losses.requestOf(flow, end, message));
  if (chain === 0) return 0;
  waiting.forgetUnkept(flow);
  half.setMissed(packing.packed(chain), losses.NOTHING);
  connections.setMissed(flow, end, losses.NOTHING);
  return chain;
}

/** The requests that wait before this one, if it is one, leave: they were answered unseen, or are of the end that answers. */
function makeFirst(flow: usize, chain: usize): usize {
  if (chain !== 0) while (waiting.first(flow) !== chain) leaves(flow, waiting.shift(flow));
  return chain;
}

/** A request leaves without an answer. */
function leaves(flow: usize, chain: usize): void {
  finishReceiving(flow, chain);
  half.setRetransmissions(packing.packed(chain), exchanges.takeRepeated(flow));
  if (settings.pair) leaving.push(chain);
  else slabs.give(chain);
}

/** The message of an end's direction has ended, before this number; `complete` where it was seen to its end. */
export function ends(flow: usize, end: u32, complete: bool, until: u32): void {
  requestEnds(flow, end, complete);
  answerEnds(flow, end, complete, until);
}

function requestEnds(flow: usize, end: u32, complete: bool): void {
  const chain = connections.receiving(flow);
  if (chain === 0 || half.sender(packing.packed(chain)) !== end) return;
  const message = packing.packed(chain);
  progress(message, connections.follower(flow, end));
  if (complete) half.setComplete(message);
  connections.setReceiving(flow, 0);
}

/** The answer at hand, if there is one that was not written yet, makes a transaction with its request. */
function answerEnds(flow: usize, end: u32, complete: bool, until: u32): void {
  const packed = connections.answer(flow);
  if (packed === 0 || half.sender(packing.packed(packed)) !== end) return;
  if (complete && connections.answered(flow) !== 0) connections.setAnsweredUpTo(flow, until);
  const message = packing.packed(packed);
  progress(message, connections.follower(flow, end));
  if (complete) half.setComplete(message);
  record.empty();
  packing.unpackResponse(packed);
  writeAnswered(flow);
  slabs.give(packed);
}

/** Writes the record's answer with the request that it answers. */
function writeAnswered(flow: usize): void {
  const chain = connections.answered(flow);
  if (chain !== 0) {
    finishReceiving(flow, chain);
    packing.unpackRequest(chain);
  }
  half.setRetransmissions(record.response, exchanges.takeRepeated(flow));
  exchanges.end(flow, lastOf(record.response));
  connections.setAnswering(flow, 0, 0);
  if (settings.pair) write.writeTransaction();
  slabs.give(chain);
}

/** The stamp of a message's last packet, as far as that is known. */
function lastOf(message: usize): u64 {
  return max(half.firstStamp(message), half.lastStamp(message));
}

/** If this request is still being received, it is left at what it is. */
function finishReceiving(flow: usize, chain: usize): void {
  if (chain === 0 || chain !== connections.receiving(flow)) return;
  const message = packing.packed(chain);
  progress(message, connections.follower(flow, half.sender(message)));
  connections.setReceiving(flow, 0);
}

/** Tells a message what its follower has counted. */
function progress(message: usize, state: usize): void {
  const hasBody = follower.hasBody(state);
  half.setProgress(
    message,
    hasBody ? follower.bodyBytes(state) : ABSENT,
    hasBody ? follower.wireBytes(state) : ABSENT,
    follower.lastStamp(state),
  );
}

/** Every request that waits in the flow leaves without an answer. */
export function leaveAll(flow: usize): void {
  while (waiting.first(flow) !== 0) leaves(flow, waiting.shift(flow));
}
