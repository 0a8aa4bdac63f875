// The requests of a flow that wait for their answers, packed, in the order in which they were sent.
import { FLOW_STATE } from '../../layout/flows';
import * as half from '../record/half';
import { packed } from '../record/packing';

// Of a flow's state.
/** u32 each: first and last chain of the queue, or 0, and how many there are. */
const FIRST = FLOW_STATE;
const LAST = FLOW_STATE + 4;
const COUNT = FLOW_STATE + 8;
/** u32: answers to come that belong to requests which could not be kept. */
const UNKEPT = FLOW_STATE + 12;
/** What other files keep in a flow begins here. */
export const WAITING_END: i32 = FLOW_STATE + 16;

/** The most requests that wait in one flow. */
export const WAITING_MAXIMUM: u32 = 256;

export function first(flow: usize): usize {
  return load<u32>(flow, FIRST);
}

export function last(flow: usize): usize {
  return load<u32>(flow, LAST);
}

/** The first request that this end sent, or 0. */
export function firstOf(flow: usize, end: u32): usize {
  let chain = first(flow);
  while (chain !== 0 && half.sender(packed(chain)) !== end) chain = after(chain);
  return chain;
}

/** The request behind this one, or 0. */
export function after(chain: usize): usize {
  return half.next(packed(chain));
}

/** Whether one more may wait. */
export function hasRoom(flow: usize): bool {
  return load<u32>(flow, COUNT) < WAITING_MAXIMUM;
}

export function add(flow: usize, chain: usize): void {
  half.setNext(packed(chain), 0);
  if (last(flow) === 0) store<u32>(flow, <u32>chain, FIRST);
  else half.setNext(packed(last(flow)), chain);
  store<u32>(flow, <u32>chain, LAST);
  store<u32>(flow, load<u32>(flow, COUNT) + 1, COUNT);
}

/** Notes that a request behind those that wait could not be kept: its answer must not go to one that comes later. */
export function addUnkept(flow: usize): void {
  if (last(flow) === 0) store<u32>(flow, load<u32>(flow, UNKEPT) + 1, UNKEPT);
  else half.setUnkept(packed(last(flow)), half.unkept(packed(last(flow))) + 1);
}

/** Takes the first request out of the queue. */
export function shift(flow: usize): usize {
  const chain = first(flow);
  const message = packed(chain);
  store<u32>(flow, <u32>half.next(message), FIRST);
  if (chain === last(flow)) store<u32>(flow, 0, LAST);
  store<u32>(flow, load<u32>(flow, COUNT) - 1, COUNT);
  store<u32>(flow, load<u32>(flow, UNKEPT) + half.unkept(message), UNKEPT);
  return chain;
}

/** Whether the next answer in order belongs to a request that could not be kept. */
export function nextIsUnkept(flow: usize): bool {
  return load<u32>(flow, UNKEPT) !== 0;
}

/** That answer has come. */
export function unkeptAnswered(flow: usize): void {
  store<u32>(flow, load<u32>(flow, UNKEPT) - 1, UNKEPT);
}

/** Answers to requests that were not kept are not waited for any more: an answer to a later request has come. */
export function forgetUnkept(flow: usize): void {
  store<u32>(flow, 0, UNKEPT);
}
