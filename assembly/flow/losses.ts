// What was missed of a connection's messages: behind a loss their order tells no more which belong together. TCP's numbers
// (RFC 9293, section 3.4) tell it where a client asks only when it has the answer before; where they don't, nothing is joined.
import * as half from '../record/half';
import { packed } from '../record/packing';
import { isBefore } from './answers';
import * as connections from './connections';
import * as waiting from './waiting';

// Whether messages were missed.
export const NOTHING: u32 = 0;
/** Perhaps: it began in the middle, or with the rest of a message others may have gone. */
export const PERHAPS: u32 = 1;
/** One at least. */
export const SURELY: u32 = 2;

/** Of an end's direction messages were missed. */
export function note(flow: usize, end: u32, missed: u32): void {
  if (missed > connections.missed(flow, end)) connections.setMissed(flow, end, missed);
  if (!connections.isClient(flow, end)) connections.forgetAnsweredUpTo(flow);
}

/** Whether the order of messages tells that the answer of an end belongs to the first request of the other end that waits. */
export function isInOrder(flow: usize, end: u32): bool {
  if (connections.missed(flow, end) !== NOTHING) return false;
  const first = waiting.firstOf(flow, 1 - end);
  return first === 0 || half.missed(packed(first)) === NOTHING;
}

/**
 * The waiting request that an end's answer belongs to surely although messages were missed, or 0. From its number on order
 * tells again. The answer begins where the client stood when it asked: unless a request before it that was missed is not
 * answered yet. Or it is the only one that was received.
 */
export function requestOf(flow: usize, end: u32, answer: usize): usize {
  const sequence = half.sequence(answer);
  let fitting: usize = 0;
  let isOnly = connections.missed(flow, 1 - end) === NOTHING;
  for (let chain = waiting.first(flow); chain !== 0; chain = waiting.after(chain)) {
    const request = packed(chain);
    if (half.sender(request) === end) continue;
    if (!isBefore(half.sequence(request), half.acknowledgement(answer))) break;
    if (half.acknowledgement(request) === sequence) {
      return half.missed(request) === SURELY && mayBeOwed(flow, request, sequence) ? 0 : chain;
    }
    if (half.missed(request) !== NOTHING) isOnly = false;
    if (!isBefore(half.acknowledgement(request), sequence)) continue;
    if (fitting !== 0) isOnly = false;
    fitting = chain;
  }
  return isOnly ? fitting : 0;
}

/**
 * Whether an answer that begins at this number may be that of a request that was missed, before the one that it fits: nothing
 * came since the last answer; or the last one was to a missed request, and the server had not all by then that the client
 * had sent before this one; or, where nothing is known of the last one, the client is one that pipelines.
 */
function mayBeOwed(flow: usize, request: usize, sequence: u32): bool {
  if (connections.knowsAnsweredUpTo(flow)) return connections.answeredUpTo(flow) === sequence;
  if (connections.isUnasked(flow)) return isBefore(connections.answeredUpTo(flow), half.sequence(request));
  return connections.isPipelined(flow);
}
