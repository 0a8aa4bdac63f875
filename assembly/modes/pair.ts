// Transactions without assembly: each packet is judged alone as in the main mode, and a head of an answer is joined to the
// request that the flow table remembers.
import {
  COUNTER_COPIES,
  COUNTER_FLOWS_EVICTED,
  COUNTER_HEADS_CUT,
  COUNTER_MESSAGES_CQ,
  COUNTER_REQUESTS_UNKEPT,
  COUNTER_RETRANSMISSIONS,
} from '../../layout/counters';
import { FIELD_TRANSFER_ENCODING } from '../../layout/fields';
import { TYPE_CQ } from '../../layout/types';
import { VERDICT_NO_MESSAGE } from '../../layout/verdicts';
import * as answers from '../flow/answers';
import * as exchanges from '../flow/exchanges';
import * as leaving from '../flow/leaving';
import * as repeats from '../flow/repeats';
import * as seen from '../flow/seen';
import * as table from '../flow/table';
import * as waiting from '../flow/waiting';
import * as head from '../http/head';
import { isInterim } from '../http/interim';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as slabs from '../memory/slabs';
import { ABSENT } from '../record/absent';
import * as half from '../record/half';
import * as packing from '../record/packing';
import * as record from '../record/record';
import * as sizes from '../record/sizes';
import * as decode from '../wire/decode';
import * as tcp from '../wire/tcp';
import * as packet from './packet';
import * as write from './write';

/** Of a flow: the heads of requests and of answers that were seen last. */
const REQUESTS = exchanges.EXCHANGES_END;
const ANSWERS = exchanges.EXCHANGES_END + repeats.REPEATS_BYTES;

/** Forgets the flows that were silent too long; the requests that wait in them leave without an answer. */
export function expire(): void {
  for (let flow = table.expired(settings.timeout); flow !== 0; flow = table.expired(settings.timeout)) close(flow);
}

/** Forgets every flow. */
export function closeAll(): void {
  for (let flow = table.oldest(); flow !== 0; flow = table.oldest()) close(flow);
}

/**
 * Takes up each message of the segment that was decoded, which came by this interface. Returns false where a line from a
 * file would find no free area: the same call goes on. Live such a line is lost and counted.
 */
export function segment(interfaceIndex: u32): bool {
  const first = decode.payload;
  let at = packet.resumedAt();
  while (at < decode.payloadEnd) {
    if (!write.isReady()) {
      packet.resumeAt(at);
      return false;
    }
    const kind = head.read(at, decode.payloadEnd);
    if (kind === head.NONE) {
      if (at === first) packet.reject(VERDICT_NO_MESSAGE);
      break;
    }
    if (at === first && interfaceIndex !== packet.NO_INTERFACE && seen.isCopy(kind, interfaceIndex, record.stamp)) {
      counters.increment(COUNTER_COPIES);
      break;
    }
    message(kind);
    if (head.messageEnd === 0) break;
    at = head.messageEnd;
  }
  return true;
}

/** Takes up the message that `http/head` has read. */
function message(kind: u32): void {
  record.ofMessage(kind);
  const flow = kind === head.REQUEST ? flowOf(true) : flowOf(false);
  const sequence = tcp.sequenceNumber(decode.segment) + <u32>(head.startLine - decode.payload);
  const acknowledgement = tcp.acknowledgmentNumber(decode.segment);
  if (repeats.isRepeat(flow + (kind === head.REQUEST ? REQUESTS : ANSWERS), sequence, acknowledgement)) {
    counters.increment(COUNTER_RETRANSMISSIONS);
    exchanges.repeated(flow);
    return;
  }
  counters.increment(COUNTER_MESSAGES_CQ + (record.type - TYPE_CQ));
  if (!head.whole) counters.increment(COUNTER_HEADS_CUT);
  record.empty();
  if (kind === head.REQUEST) request(flow, sequence, acknowledgement);
  else response(flow, sequence, acknowledgement);
}

/** The flow of the decoded packet, whose client is its source or its destination. */
function flowOf(fromClient: bool): usize {
  const flow = fromClient
    ? table.find(decode.version, decode.source, decode.sourcePort, decode.destination, decode.destinationPort)
    : table.find(decode.version, decode.destination, decode.destinationPort, decode.source, decode.sourcePort);
  if (flow !== 0) return flow;
  if (table.isFull()) {
    counters.increment(COUNTER_FLOWS_EVICTED);
    close(table.oldest());
    // `close` has looked for another flow.
    return flowOf(fromClient);
  }
  return table.take();
}

/** A request waits, packed. Where that can't be, it leaves at once. */
function request(flow: usize, sequence: u32, acknowledgement: u32): void {
  const message = record.makeRequest();
  half.ofHead(message, record.stamp, sequence, acknowledgement, decode.payloadEnd);
  record.describe(message);
  const before = waiting.last(flow);
  if (before !== 0 && answers.isOfAnother(message, packing.packed(before))) leave(flow);
  half.setNumber(message, exchanges.begin(flow));
  half.setIdle(message, exchanges.idle(flow, record.stamp));
  half.setBytes(message, bytesOf(message));
  const chain = waiting.hasRoom(flow) ? packing.pack(message) : 0;
  if (chain !== 0) {
    waiting.add(flow, chain);
    return;
  }
  counters.increment(COUNTER_REQUESTS_UNKEPT);
  waiting.addUnkept(flow);
  write.writeTransaction();
}

/** Bytes of the request that was read, 0 where its head does not tell. */
function bytesOf(message: usize): u32 {
  if (!head.whole || half.has(message, FIELD_TRANSFER_ENCODING)) return 0;
  const body = sizes.ofRequest();
  if (body !== ABSENT && body > LONG) return 0;
  return <u32>(head.headEnd - head.startLine) + (body === ABSENT ? 0 : <u32>body);
}

/** Bytes of a body behind which the numbers of TCP can't be compared. */
const LONG: u64 = 1073741824;

/** An answer makes a transaction with its request. An interim one only leaves a note. */
function response(flow: usize, sequence: u32, acknowledgement: u32): void {
  const unkept = waiting.nextIsUnkept(flow);
  const chain = requestOf(flow, sequence, acknowledgement);
  if (isInterim(head.status)) {
    if (chain !== 0) half.setInformation(packing.packed(chain), head.status);
    return;
  }
  if (chain !== 0) takeUpTo(flow, chain);
  exchanges.setInOrder(flow, chain !== 0);
  exchanges.end(flow, record.stamp);
  const message = record.makeResponse();
  half.ofHead(message, record.stamp, sequence, acknowledgement, decode.payloadEnd);
  record.describe(message);
  if (chain !== 0) packing.unpackRequest(chain);
  else if (!unkept) half.setNumber(message, exchanges.begin(flow));
  half.setRetransmissions(message, exchanges.takeRepeated(flow));
  write.writeTransaction();
  slabs.give(chain);
}

/** The waiting request that an answer belongs to, or 0; requests that could not be kept have answers too. */
function requestOf(flow: usize, sequence: u32, acknowledgement: u32): usize {
  const chain = answers.requestOf(flow, sequence, acknowledgement, exchanges.inOrder(flow));
  if (!waiting.nextIsUnkept(flow)) return chain;
  const surely = chain !== 0 && half.acknowledgement(packing.packed(chain)) === sequence;
  if (surely) waiting.forgetUnkept(flow);
  else if (!isInterim(head.status)) waiting.unkeptAnswered(flow);
  return surely ? chain : 0;
}

/** Takes a waiting request out of its queue. Those before it were answered unseen: they leave. */
function takeUpTo(flow: usize, chain: usize): void {
  for (let first = waiting.shift(flow); first !== chain; first = waiting.shift(flow)) leaves(flow, first);
}

/** A request leaves without an answer. */
function leaves(flow: usize, chain: usize): void {
  half.setRetransmissions(packing.packed(chain), exchanges.takeRepeated(flow));
  leaving.push(chain);
}

/** All requests that wait in a flow leave without an answer. */
function leave(flow: usize): void {
  while (waiting.first(flow) !== 0) leaves(flow, waiting.shift(flow));
}

function close(flow: usize): void {
  leave(flow);
  table.remove(flow);
}
