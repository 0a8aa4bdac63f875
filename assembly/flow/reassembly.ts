// Segments of one direction of a TCP connection, in any order, become bytes in order, and gaps (RFC 9293, section 3.4).
// A segment is parsed where it lies: `offer` it, then ask `next` for what there is and `consume` what is done with, until
// there is nothing. All that is remembered stands in memory: after an interruption the same segment is offered again, and
// what was not consumed comes again.
import * as tcp from '../wire/tcp';
import * as struct from './direction';
import * as segments from './segments';

// Verdicts on a segment.
/** It goes on where the direction stands, or has no payload. */
export const IN_ORDER: u32 = 0;
/** Something before it is missing. */
export const AHEAD: u32 = 1;
/** It has payload and brings nothing new. */
export const REPEATED: u32 = 2;
/** It is ignored: more than 2^30 numbers away, or behind the end. */
export const OUTSIDE: u32 = 3;

// Results of `next`. Each comes again until it is consumed.
export const NOTHING: u32 = 0;
/** Bytes in order: `piece`..`pieceEnd`. */
export const PIECE: u32 = 1;
/** `gapLength` bytes that will not come. */
export const GAP: u32 = 2;
/** The FIN is reached. It takes one number: `consume(direction, 1)`. */
export const FINISHED: u32 = 3;

/** Borrowed from the segment or from a slab: valid until it is consumed. */
export let piece: usize = 0;
export let pieceEnd: usize = 0;
export let pieceStamp: u64 = 0;
export let pieceMark: u32 = 0;
/** Whether a segment begins with the piece. */
export let pieceBegins: bool = false;
export let gapLength: u32 = 0;
export let gapStamp: u64 = 0;

/** A hole that was acknowledged is waited for so long, in nanoseconds: packets may be seen later than their acknowledgement. */
const HOLE_PATIENCE: u64 = 1000000000;

/** Direction of the segment that was offered last, while it is not done with; else 0. */
let current: usize = 0;
let currentNumber: u32 = 0;
let currentAt: usize = 0;
let currentEnd: usize = 0;
let currentLength: u32 = 0;
let currentStamp: u64 = 0;
let currentMark: u32 = 0;
/** Stamp of the packet at hand. */
let now: u64 = 0;

/** The direction's first byte has this number, as the other side's SYN has acknowledged; nothing where it has begun. */
export function beginAt(direction: usize, number: u32): void {
  if (!struct.isSeen(direction)) struct.begin(direction, number, true);
}

/**
 * Offers a segment: `at`..`end` are the captured bytes of its payload of `length` bytes, `mark` is kept with them. `again`
 * tells that the same segment was offered before, and its way interrupted. Returns a verdict.
 */
export function offer(
  direction: usize,
  sequence: u32,
  flags: u32,
  at: usize,
  end: usize,
  length: u32,
  stamp: u64,
  mark: u32,
  again: bool,
): u32 {
  current = 0;
  now = stamp;
  const number = sequence + ((flags & tcp.SYN) !== 0 ? 1 : 0);
  if (!struct.isSeen(direction)) struct.begin(direction, number, (flags & tcp.SYN) !== 0);
  const ahead = struct.ahead(number, struct.expected(direction));
  if (ahead > struct.FAR || ahead < -struct.FAR || length > <u32>struct.FAR) return OUTSIDE;
  if ((flags & tcp.FIN) !== 0) noteFin(direction, number + length);
  if (length === 0) return IN_ORDER;
  const behind = ahead + <i32>length;
  if (behind <= 0) return repeated(direction, again || (length === 1 && behind === 0));
  if (struct.isClosed(direction)) return OUTSIDE;
  if (ahead > 0) {
    if (segments.covers(direction, number, length)) return repeated(direction, again);
    if (!again) noteHole(direction, stamp);
  }
  current = direction;
  currentNumber = number;
  currentAt = at;
  currentEnd = at + min(end - at, <usize>length);
  currentLength = length;
  currentStamp = stamp;
  currentMark = mark;
  return ahead > 0 ? AHEAD : IN_ORDER;
}

/**
 * Whether a segment with payload shows that the direction is elsewhere: it stands in no window of it, or brings bytes that
 * were passed over, because the connection began behind them or they were acknowledged long ago. So a SYN or an
 * acknowledgement was none of the connection, and shall not hide what follows. (A byte alone may be a keep-alive.)
 */
export function isElsewhere(direction: usize, sequence: u32, length: u32): bool {
  if (length <= 1 || !struct.isSeen(direction)) return false;
  const ahead = struct.ahead(sequence, struct.expected(direction));
  if (ahead > struct.FAR || ahead < -struct.FAR) return true;
  return ahead < 0 && struct.isUnseen(direction, sequence);
}

/** Counts a segment that brings nothing new, unless it was counted before or is a keep-alive (RFC 9293, section 3.8.4). */
function repeated(direction: usize, uncounted: bool): u32 {
  if (!uncounted) struct.countRetransmission(direction);
  return REPEATED;
}

/** The first FIN counts. */
function noteFin(direction: usize, number: u32): void {
  if (struct.knowsFin(direction) || struct.ahead(number, struct.expected(direction)) < 0) return;
  struct.setFin(direction, number);
}

function noteHole(direction: usize, stamp: u64): void {
  if (struct.holeStamp(direction) === 0) struct.setHoleStamp(direction, max<u64>(stamp, 1));
}

/**
 * The other side has acknowledged all numbers before this one. Returns whether `next` may have something of the direction
 * for it.
 */
export function acknowledged(direction: usize, number: u32, stamp: u64): bool {
  if (!struct.isSeen(direction)) return false;
  now = stamp;
  const expected = struct.expected(direction);
  const ahead = struct.ahead(number, expected);
  if (ahead > struct.FAR) return false;
  if (struct.ahead(number, struct.acknowledgedNumber(direction)) > 0) struct.setAcknowledged(direction, number);
  if (struct.acknowledgedNumber(direction) === expected) return false;
  noteHole(direction, stamp);
  return wasPatient(direction);
}

function wasPatient(direction: usize): bool {
  const since = struct.holeStamp(direction);
  // The clock was set back: from now on it is waited anew.
  if (now < since) struct.setHoleStamp(direction, max<u64>(now, 1));
  return since !== 0 && now >= since && now - since >= HOLE_PATIENCE;
}

/** Waits for no hole any more: all that is stored comes out, and every hole before it, or that was acknowledged, is a gap. */
export function giveUp(direction: usize): void {
  if (!struct.isSeen(direction)) return;
  let number = struct.acknowledgedNumber(direction);
  const last = struct.lastStored(direction);
  if (last !== 0 && struct.ahead(segments.end(last), number) > 0) number = segments.end(last);
  if (struct.knowsFin(direction) && struct.ahead(struct.fin(direction), number) > 0) number = struct.fin(direction);
  if (struct.ahead(number, struct.givenUp(direction)) > 0) struct.setGivenUp(direction, number);
}

/** What comes next of this direction. */
export function next(direction: usize): u32 {
  const number = struct.expected(direction);
  if (struct.knowsFin(direction)) {
    if (struct.isClosed(direction)) return nothing(direction);
    if (number === struct.fin(direction)) return FINISHED;
  }
  const first = struct.firstStored(direction);
  if (first !== 0 && number - segments.sequence(first) < segments.length(first)) return ofStored(direction, first);
  if (current === direction && number - currentNumber < currentLength) return ofCurrent(direction, first);
  if (mayGiveUp(direction, number, first) || !keepCurrent(direction, number)) return ofHole(direction, number);
  return nothing(direction);
}

function nothing(direction: usize): u32 {
  if (current === direction) current = 0;
  return NOTHING;
}

/** The rest of a stored piece: its bytes, or behind them what the snaplen cut. */
function ofStored(direction: usize, stored: usize): u32 {
  const done = struct.expected(direction) - segments.sequence(stored);
  const until = untilFin(direction, segments.sequence(stored), segments.length(stored));
  pieceStamp = segments.stamp(stored);
  pieceMark = segments.mark(stored);
  pieceBegins = done === 0 && segments.begins(stored);
  return rest(segments.data(stored), done, segments.captured(stored), until);
}

/** The rest of the segment at hand, up to the first stored piece, which came before. */
function ofCurrent(direction: usize, first: usize): u32 {
  const done = struct.expected(direction) - currentNumber;
  let until = untilFin(direction, currentNumber, currentLength);
  if (first !== 0) until = min(until, segments.sequence(first) - currentNumber);
  pieceStamp = currentStamp;
  pieceMark = currentMark;
  pieceBegins = done === 0;
  return rest(currentAt, done, <u32>(currentEnd - currentAt), until);
}

/** The length, or less where the FIN stands before its end. */
function untilFin(direction: usize, number: u32, length: u32): u32 {
  return struct.knowsFin(direction) ? min(length, struct.fin(direction) - number) : length;
}

function rest(at: usize, done: u32, captured: u32, until: u32): u32 {
  if (done >= captured) {
    gapLength = until - done;
    gapStamp = pieceStamp;
    return GAP;
  }
  piece = at + done;
  pieceEnd = at + min(captured, until);
  return PIECE;
}

/** Whether the hole at this number is not waited for any more. */
function mayGiveUp(direction: usize, number: u32, first: usize): bool {
  if (struct.givenUp(direction) !== number) return true;
  const acknowledgedNumber = struct.acknowledgedNumber(direction);
  if (acknowledgedNumber === number || !wasPatient(direction)) return false;
  let until = acknowledgedNumber;
  if (first !== 0 && struct.ahead(segments.sequence(first), until) < 0) until = segments.sequence(first);
  struct.setGivenUp(direction, until);
  const isAhead = current === direction && struct.ahead(currentNumber, number) > 0;
  struct.setUnseen(direction, number, isAhead ? number + min(until - number, currentNumber - number) : until);
  return true;
}

/** Stores the segment at hand, if it waits for a hole. Where there is no room the hole is given up, and false returned. */
function keepCurrent(direction: usize, number: u32): bool {
  if (current !== direction || struct.ahead(currentNumber, number) <= 0) return true;
  if (keep(direction, 0)) return true;
  const first = struct.firstStored(direction);
  let until = currentNumber;
  if (first !== 0 && struct.ahead(segments.sequence(first), until) < 0) until = segments.sequence(first);
  struct.setGivenUp(direction, until);
  return false;
}

/** The hole at this number as a gap, as far as nothing of it is there. */
function ofHole(direction: usize, number: u32): u32 {
  let length = struct.givenUp(direction) - number;
  gapStamp = struct.holeStamp(direction);
  const first = struct.firstStored(direction);
  if (first !== 0) {
    length = min(length, segments.sequence(first) - number);
    gapStamp = segments.stamp(first);
  }
  if (current === direction && struct.ahead(currentNumber, number) > 0) length = min(length, currentNumber - number);
  if (struct.knowsFin(direction)) length = min(length, struct.fin(direction) - number);
  gapLength = length;
  return GAP;
}

/** So many numbers of what `next` gave are done with. */
export function consume(direction: usize, length: u32): void {
  struct.advance(direction, length);
  if (struct.isClosed(direction)) struct.release(direction);
  else if (struct.firstStored(direction) !== 0) segments.drop(direction, struct.expected(direction));
  const first = struct.firstStored(direction);
  struct.setHoleStamp(direction, first === 0 ? 0 : segments.stamp(first));
}

/**
 * Keeps for later what `next` gave, and what the segment at hand has behind what is done with. False where there is no
 * room; what is stored already stays.
 */
export function hold(direction: usize): bool {
  if (current !== direction) return true;
  const done = max<i32>(0, struct.ahead(struct.expected(direction), currentNumber));
  const held = done >= <i32>currentLength || keep(direction, <u32>done);
  if (held) current = 0;
  return held;
}

/** Stores the segment at hand behind its first `done` bytes. */
function keep(direction: usize, done: u32): bool {
  return segments.put(direction, currentNumber, currentAt, currentEnd, currentLength, currentStamp, currentMark, done);
}

/** Frees what the direction holds. */
export function release(direction: usize): void {
  if (current === direction) current = 0;
  struct.release(direction);
}
