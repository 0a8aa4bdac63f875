// What a flow remembers of its transactions: how many there were, and when the last one ended.
import { WAITING_END } from './waiting';

/** u64: stamp of the end of the last transaction, 0 before the first. */
const LAST_END = WAITING_END;
/** u32: transactions begun. */
const BEGUN = WAITING_END + 8;
/** u32: segments and heads that came again since the last request that tells them. */
const RETRANSMISSIONS = WAITING_END + 12;
/** u32: 1 where the last answer was that of the request before the first that waits now. */
const IN_ORDER = WAITING_END + 16;
/** What the modes keep in a flow begins here. */
export const EXCHANGES_END: i32 = WAITING_END + 24;

/** The number of a transaction that begins, from 1. */
export function begin(flow: usize): u32 {
  const number = load<u32>(flow, BEGUN) + 1;
  store<u32>(flow, number, BEGUN);
  return number;
}

/** A transaction ended with a packet of this stamp. */
export function end(flow: usize, stamp: u64): void {
  if (stamp > load<u64>(flow, LAST_END)) store<u64>(flow, stamp, LAST_END);
}

/** Nanoseconds from the end of the last transaction to a request of this stamp; the largest number where there was none, or it had not ended. */
export function idle(flow: usize, stamp: u64): u64 {
  const last = load<u64>(flow, LAST_END);
  return last === 0 || stamp < last ? u64.MAX_VALUE : stamp - last;
}

/** Counts what came again. */
export function repeated(flow: usize): void {
  store<u32>(flow, load<u32>(flow, RETRANSMISSIONS) + 1, RETRANSMISSIONS);
}

/** How much came again since this was asked before. */
export function takeRepeated(flow: usize): u32 {
  const count = load<u32>(flow, RETRANSMISSIONS);
  store<u32>(flow, 0, RETRANSMISSIONS);
  return count;
}

/** Whether the last answer was that of the request before the first that waits now. */
export function inOrder(flow: usize): bool {
  return load<u32>(flow, IN_ORDER) !== 0;
}

export function setInOrder(flow: usize, value: bool): void {
  store<u32>(flow, value ? 1 : 0, IN_ORDER);
}
