// Which request an answer belongs to, told by TCP's numbers (RFC 9293, section 3.4): its server had received the request,
// and it begins where the client stood when it asked, or behind that.
import * as half from '../record/half';
import { packed } from '../record/packing';
import * as waiting from './waiting';

/** Whether one sequence number stands before another one, modulo 2^32. */
export function isBefore(number: u32, other: u32): bool {
  return <i32>(number - other) < 0;
}

/** Whether a request belongs to another connection than the one that was made before it over the same ports. */
export function isOfAnother(request: usize, before: usize): bool {
  const sent = half.sequence(request) - half.sequence(before);
  const received = half.acknowledgement(request) - half.acknowledgement(before);
  return !isAhead(sent) || !isAhead(received);
}

/** Whether a difference of two numbers of one connection can be that of a later one: reordering may turn it a little. */
function isAhead(difference: u32): bool {
  return <i32>difference > -REORDERED;
}

/** Whether two numbers can be of the same connection at nearly the same time. */
export function isNear(number: u32, other: u32): bool {
  return isAhead(number - other) && isAhead(other - number);
}

/** Bytes by which requests may come out of order. */
const REORDERED: i32 = 1048576;

/**
 * The waiting request that an answer which begins at `sequence`, in a packet that acknowledges up to `acknowledgement`,
 * belongs to; 0 where none fits. Where a client asks only when it has the answer before, its acknowledgement is the
 * number at which the answer begins: that decides even where answers before were not seen. Else it is the only one that
 * fits; of several, which is a pipeline, the first, if the answer before was that of the request before (`inOrder`).
 * But it is none of them where the server had received a request that was not seen.
 */
export function requestOf(flow: usize, sequence: u32, acknowledgement: u32, inOrder: bool): usize {
  let fitting: usize = 0;
  let isOnly = true;
  for (let chain = waiting.first(flow); chain !== 0; chain = waiting.after(chain)) {
    const request = packed(chain);
    if (!isBefore(half.sequence(request), acknowledgement)) continue;
    if (half.acknowledgement(request) === sequence) return chain;
    if (!isBefore(half.acknowledgement(request), sequence)) continue;
    if (fitting === 0) fitting = chain;
    else isOnly = false;
  }
  if (fitting === 0 || isOfUnseen(flow, acknowledgement)) return 0;
  return isOnly || inOrder || half.information(packed(fitting)) !== 0 ? fitting : 0;
}

/** Whether a packet of the server acknowledges so much behind the last request that another one is in it. */
function isOfUnseen(flow: usize, acknowledgement: u32): bool {
  const last = packed(waiting.last(flow));
  const bytes = half.bytes(last);
  if (bytes === 0 || half.unkept(last) !== 0) return false;
  return isBefore(half.sequence(last) + bytes + TRIFLE, acknowledgement);
}

/** Behind a request an empty line and a FIN may stand: less than any request has. */
const TRIFLE: u32 = 8;
