// The follower: ordered bytes of one direction of a connection, and gaps, become the heads and ends of HTTP/1 messages
// (RFC 9112). It knows nothing of TCP, nor which side is the client. Each of its functions tells one event and is called
// again until it has none. Every EVENT_HEAD is followed by one EVENT_END or EVENT_LOST.
//
// Whoever has no room for what an event makes asks before, and calls later.
// An event may take no bytes: whoever goes on after an interruption calls `next` with no bytes first.
import { FOLLOWER_BYTES } from '../../layout/flows';
import * as content from './body';
import * as buffer from './buffer';
import * as events from './events';
import * as heads from './heads';
import * as struct from './state';

export { ANSWER_TO_CONNECT, ANSWER_TO_HEAD, ANSWER_TO_NOTHING, ANSWER_TO_OTHER, ANSWER_TO_UNKNOWN } from './body';
export { consumed, EVENT_END, EVENT_HEAD, EVENT_LOST, EVENT_NONE, headKind } from './events';
export {
  BODY,
  bodyBytes,
  hadGap,
  hasBody,
  headMark,
  headOffset,
  headStamp,
  isOpen,
  lastStamp,
  offset,
  phase,
  TUNNEL,
  wireBytes,
} from './state';

/** Bytes of the gap at hand that the last call of `gap` is done with; with EVENT_HEAD none. */
export let skipped: u32 = 0;

export function start(): void {
  buffer.start();
}

/** Begins with a head; the struct may hold anything but slabs. */
export function begin(state: usize): void {
  memory.fill(state, 0, FOLLOWER_BYTES);
  struct.expectHead(state);
}

/** Begins in the middle of whatever it is. */
export function beginInTheMiddle(state: usize): void {
  memory.fill(state, 0, FOLLOWER_BYTES);
}

/**
 * Takes the bytes `at`..`end`, of a packet with this stamp and mark; `begins` tells that a segment begins with them. Returns
 * an event; `consumed` is the address behind what is done with.
 */
export function next(state: usize, at: usize, end: usize, begins: bool, stamp: u64, mark: u32): u32 {
  // Most bytes are a part of a body of known length, of which more will come.
  if (struct.phase(state) === struct.BODY && <u64>(end - at) < struct.left(state)) {
    return at === end ? events.none(end) : content.next(state, at, end, begins, stamp);
  }
  prepare(state);
  const phase = struct.phase(state);
  if (isWaiting(phase)) return waiting(state, at);
  if (at === end) return events.none(end);
  if (phase === struct.HEAD) return heads.next(state, at, end, begins, stamp, mark);
  if (phase !== struct.LOST) return content.next(state, at, end, begins, stamp);
  if (begins) return heads.find(state, at, end, stamp, mark);
  struct.pass(state, <u64>(end - at));
  return events.none(end);
}

/** Takes a gap of `length` bytes. Called again, with what is not `skipped`, until it has no event. */
export function gap(state: usize, length: u32, stamp: u64): u32 {
  prepare(state);
  const phase = struct.phase(state);
  skipped = 0;
  if (isWaiting(phase)) return waiting(state, 0);
  if (length === 0) return events.none(0);
  if (phase === struct.HEAD && struct.chain(state) !== 0) return heads.readKept(state, 0, 0);
  skipped = length;
  if (phase === struct.HEAD || phase === struct.LOST) {
    struct.pass(state, length);
    return phase === struct.HEAD ? events.lost(state, 0) : events.none(0);
  }
  const event = content.gap(state, length, stamp);
  skipped = content.skipped;
  return event;
}

/** The direction has ended; `orderly` where all its bytes were there. */
export function finish(state: usize, orderly: bool): u32 {
  prepare(state);
  const phase = struct.phase(state);
  if (isWaiting(phase)) return waiting(state, 0);
  if (phase === struct.LOST) return events.none(0);
  if (phase !== struct.HEAD) return content.finish(state, orderly);
  return struct.chain(state) !== 0 ? heads.readKept(state, 0, 0) : events.none(0);
}

/** Says what the response that was just read answers (requests: anything), and so what follows it. Returns the phase. */
export function body(state: usize, answerTo: u32): u32 {
  buffer.drop(state);
  if (struct.phase(state) === struct.READ) content.begin(state, answerTo);
  return struct.phase(state);
}

/** From here on bytes are counted only, for the other direction has switched. */
export function tunnel(state: usize): void {
  buffer.drop(state);
  if (!struct.isOpen(state)) struct.clearBody(state);
  struct.setHadGap(state, false);
  content.tunnel(state);
}

/** Frees the slabs. */
export function release(state: usize): void {
  buffer.drop(state);
}

/** Frees what the event before was made of. */
function prepare(state: usize): void {
  const phase = struct.phase(state);
  if (phase === struct.READ) body(state, content.ANSWER_TO_UNKNOWN);
  else if (phase !== struct.HEAD && struct.chain(state) !== 0) buffer.drop(state);
}

/** Whether an event is to be told that takes no bytes. */
function isWaiting(phase: u32): bool {
  return phase === struct.ENDING || phase === struct.LOSING;
}

function waiting(state: usize, at: usize): u32 {
  return struct.phase(state) === struct.ENDING ? events.ended(state, at) : events.lost(state, at);
}
