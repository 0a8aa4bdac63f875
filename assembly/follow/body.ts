// What follows a head: a body, a tunnel or nothing (RFC 9112, section 6.3). Bodies are counted by the piece, never looked at.
import * as head from '../http/head';
import * as chunked from './chunked';
import * as events from './events';
import * as framing from './framing';
import * as struct from './state';

// What a response answers.
export const ANSWER_TO_UNKNOWN: u32 = 0;
export const ANSWER_TO_OTHER: u32 = 1;
export const ANSWER_TO_HEAD: u32 = 2;
export const ANSWER_TO_CONNECT: u32 = 3;
/** The client itself said it: it answers nothing. */
export const ANSWER_TO_NOTHING: u32 = 4;

/** Begins what follows the head that was read. */
export function begin(state: usize, answerTo: u32): void {
  const response = struct.isResponse(state);
  struct.setHasBody(state, false);
  if (struct.framing(state) === framing.UNKNOWN || answerTo === ANSWER_TO_NOTHING)
    struct.setPhase(state, struct.LOSING);
  else if (response && switches(struct.status(state), answerTo)) tunnel(state);
  else if (response && isBare(struct.status(state), answerTo)) struct.setPhase(state, struct.ENDING);
  else {
    settle(state);
    if (response && answerTo === ANSWER_TO_UNKNOWN && struct.phase(state) !== struct.ENDING)
      struct.setPhase(state, struct.UNSURE);
  }
}

/** Begins the body that the head tells of. */
function settle(state: usize): void {
  const how = struct.framing(state);
  if (how === framing.UNTOLD && !struct.isResponse(state)) {
    struct.setPhase(state, struct.ENDING);
    return;
  }
  struct.setHasBody(state, true);
  if (how === framing.CHUNKED) chunked.begin(state);
  else if (how !== framing.LENGTH) struct.setPhase(state, struct.UNTIL_CLOSE);
  else struct.setPhase(state, struct.left(state) === 0 ? struct.ENDING : struct.BODY);
}

/** Whether the connection is no HTTP any more behind this response. */
function switches(status: u32, answerTo: u32): bool {
  return status === 101 || (answerTo === ANSWER_TO_CONNECT && status / 100 === 2);
}

/** Whether a response has no body, whatever its fields say. */
function isBare(status: u32, answerTo: u32): bool {
  return answerTo === ANSWER_TO_HEAD || status / 100 === 1 || status === 204 || status === 304;
}

/** From here on bytes are counted only. */
export function tunnel(state: usize): void {
  struct.setPhase(state, struct.TUNNEL);
}

/** Bytes of a body or a tunnel, one at least. */
export function next(state: usize, at: usize, end: usize, begins: bool, stamp: u64): u32 {
  if (struct.phase(state) === struct.UNSURE) {
    // Where a segment begins with a response at once, the one before answered HEAD.
    if (begins && head.read(at, end) === head.RESPONSE) return events.ended(state, at);
    settle(state);
  }
  const phase = struct.phase(state);
  // A response without an end that was found where one was looked for was none, if another one comes.
  if (phase === struct.UNTIL_CLOSE && begins && struct.isFound(state) && head.read(at, end) === head.RESPONSE)
    return events.lost(state, at);
  struct.setLastStamp(state, stamp);
  if (phase === struct.BODY) return ofLength(state, at, end);
  if (phase === struct.UNTIL_CLOSE || phase === struct.TUNNEL) {
    struct.countBody(state, <u64>(end - at));
    return events.none(end);
  }
  const result = chunked.read(state, at, end);
  if (result === chunked.ENDED) return events.ended(state, chunked.behind);
  return result === chunked.BROKEN ? events.lost(state, chunked.behind) : events.none(end);
}

function ofLength(state: usize, at: usize, end: usize): u32 {
  const behind = at + <usize>passLength(state, <u64>(end - at));
  return struct.left(state) === 0 ? events.ended(state, behind) : events.none(end);
}

/** Passes over so many bytes of a body of known length, or what is left of it. Returns how many. */
function passLength(state: usize, bytes: u64): u64 {
  const left = struct.left(state);
  const passed = min(bytes, left);
  struct.setLeft(state, left - passed);
  struct.countBody(state, passed);
  return passed;
}

/** Bytes of the gap at hand that the last call of `gap` is done with. */
export let skipped: u32 = 0;

/** Bytes of a body or a tunnel that did not come, one at least. */
export function gap(state: usize, length: u32, stamp: u64): u32 {
  if (struct.phase(state) === struct.UNSURE) settle(state);
  const phase = struct.phase(state);
  struct.setLastStamp(state, stamp);
  struct.setHadGap(state, true);
  skipped = length;
  if (phase === struct.BODY) {
    skipped = <u32>passLength(state, length);
    return struct.left(state) === 0 ? events.ended(state, 0) : events.none(0);
  }
  if (phase === struct.UNTIL_CLOSE || phase === struct.TUNNEL) struct.countBody(state, length);
  else if (!chunked.passGap(state, length)) {
    struct.pass(state, length);
    return events.lost(state, 0);
  }
  return events.none(0);
}

/** The direction has ended within a body or a tunnel. */
export function finish(state: usize, orderly: bool): u32 {
  if (struct.phase(state) === struct.UNSURE) settle(state);
  const phase = struct.phase(state);
  if (phase === struct.TUNNEL) return struct.isOpen(state) ? events.tunnelEnded(state) : events.none(0);
  return orderly && phase === struct.UNTIL_CLOSE ? events.ended(state, 0) : events.lost(state, 0);
}
