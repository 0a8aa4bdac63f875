// What takes how long in the record at hand, in nanoseconds; `ABSENT` where a half is missing or a time would be negative.
import { ABSENT } from './absent';
import * as half from './half';
import { request, response } from './record';

/** Time of the record: its first packet's stamp. */
export function stamp(): u64 {
  return half.firstStamp(request !== 0 ? request : response);
}

/**
 * From the request's first packet to the answer's last, which is where only heads are looked at the one with its head;
 * `ABSENT` without both.
 */
export function duration(): u64 {
  if (request === 0 || response === 0) return ABSENT;
  return between(half.firstStamp(request), lastOf(response));
}

/** From the request's first packet to its last; `ABSENT` where only heads are looked at. */
export function requestTime(): u64 {
  return spanOf(request);
}

/** From the last packet of the request to the first of the answer. */
export function ttfb(): u64 {
  if (request === 0 || response === 0) return ABSENT;
  return between(lastOf(request), half.firstStamp(response));
}

/** From the answer's first packet to its last; `ABSENT` where only heads are looked at. */
export function responseTime(): u64 {
  return spanOf(response);
}

function spanOf(message: usize): u64 {
  if (message === 0 || half.lastStamp(message) === 0) return ABSENT;
  return between(half.firstStamp(message), half.lastStamp(message));
}

function lastOf(message: usize): u64 {
  const last = half.lastStamp(message);
  return last !== 0 ? last : half.firstStamp(message);
}

function between(first: u64, last: u64): u64 {
  return last >= first ? last - first : ABSENT;
}
