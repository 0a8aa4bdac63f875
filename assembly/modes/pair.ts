// Transactions without assembly: each packet is judged alone as in the main mode, and a head of an answer is joined to the
// request that the flow table remembers.
import { COUNTER_FLOWS_EVICTED, COUNTER_REQUESTS_UNKEPT, COUNTER_RETRANSMISSIONS } from '../../layout/counters';
import { FIELD_TRANSFER_ENCODING } from '../../layout/fields';
import * as answers from '../flow/answers';
import * as exchanges from '../flow/exchanges';
import * as leaving from '../flow/leaving';
import * as repeats from '../flow/repeats';
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
import * as count from './count';
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

/** Takes up the message that `http/head` has read. */
export function message(kind: u32): void {
  record.ofMessage(kind);
  const flow = kind === head.REQUEST ? flowOf(true) : flowOf(false);
  const sequence = tcp.sequenceNumber(decode.segment) + <u32>(head.startLine - decode.payload);
  const acknowledgement = tcp.acknowledgmentNumber(decode.segment);
  if (repeats.isRepeat(flow + (kind === head.REQUEST ? REQUESTS : ANSWERS), sequence, acknowledgement)) {
    counters.increment(COUNTER_RETRANSMISSIONS);
    exchanges.repeated(flow);
    return;
  }
  count.message(record.type);
  record.empty();
  if (kind === head.REQUEST) request(flow, sequence, acknowledgement);
  else response(flow, sequence, acknowledgement);
}

/** The flow of the decoded packet, whose client is its source or its destination. */
function flowOf(fromClient: bool): usize {
  const flow = table.findDecoded(fromClient);
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
