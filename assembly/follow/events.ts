// What the follower tells, and what each event makes of the struct.
import * as head from '../http/head';
import * as framing from './framing';
import * as struct from './state';

/** All bytes are done with. */
export const EVENT_NONE: u32 = 0;
/** `http/head` and `http/fields` hold a head; `body` must be called before anything else of this direction. */
export const EVENT_HEAD: u32 = 1;
/** The message has ended. */
export const EVENT_END: u32 = 2;
/** The message, if there was one, or what stands where one should begin, cannot be followed. */
export const EVENT_LOST: u32 = 3;

/** Address behind the bytes that are done with. */
export let consumed: usize = 0;
/** `REQUEST` or `RESPONSE` of http/head. */
export let headKind: u32 = 0;

/** The bytes up to `until` are done with, and counted by the caller. */
export function none(until: usize): u32 {
  consumed = until;
  return EVENT_NONE;
}

/** The bytes `at`..`until` end the head that `http/head` has read. */
export function read(state: usize, kind: u32, at: usize, until: usize): u32 {
  struct.setPhase(state, struct.READ);
  struct.setFraming(state, framing.ofHead(kind));
  struct.setLeft(state, framing.length);
  struct.setStatus(state, head.status);
  struct.setResponse(state, kind === head.RESPONSE);
  struct.setOpen(state, true);
  struct.setHadGap(state, false);
  struct.clearBody(state);
  struct.pass(state, <u64>(until - at));
  headKind = kind;
  consumed = until;
  return EVENT_HEAD;
}

/** The message ends before `until`. */
export function ended(state: usize, until: usize): u32 {
  struct.setOpen(state, false);
  struct.expectHead(state);
  consumed = until;
  return EVENT_END;
}

/** The message ends whose answer began a tunnel. The tunnel stays one, so that its bytes can be counted. */
export function tunnelEnded(state: usize): u32 {
  struct.setOpen(state, false);
  consumed = 0;
  return EVENT_END;
}

/** The bytes from `until` on are none that can be followed. */
export function lost(state: usize, until: usize): u32 {
  struct.setOpen(state, false);
  struct.setPhase(state, struct.LOST);
  consumed = until;
  return EVENT_LOST;
}
