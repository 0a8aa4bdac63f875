// Requests that leave the flow table without an answer of their own, or with one that did not end: they stand here, packed,
// until their lines are written. The list costs no memory beyond what they had while they waited.
import * as half from '../record/half';
import { packed } from '../record/packing';

let firstChain: usize = 0;
let lastChain: usize = 0;

export function start(): void {
  firstChain = 0;
  lastChain = 0;
}

/** Appends a packed half. */
export function push(chain: usize): void {
  half.setNext(packed(chain), 0);
  if (lastChain === 0) firstChain = chain;
  else half.setNext(packed(lastChain), chain);
  lastChain = chain;
}

/** The one that stands here longest, or 0. */
export function first(): usize {
  return firstChain;
}

/** Takes the first one off; its slabs are the caller's. */
export function shift(): void {
  firstChain = half.next(packed(firstChain));
  if (firstChain === 0) lastChain = 0;
}
