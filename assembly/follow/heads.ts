// Heads, in one piece or several. What is there of a head that has not ended is kept, and read again when the rest is there;
// its end is looked for in what is new only.
import { HEAD_MAXIMUM } from '../../layout/areas';
import { CR, LF } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as head from '../http/head';
import * as buffer from './buffer';
import * as events from './events';
import * as lineEnds from './line-ends';
import * as struct from './state';

/** Bytes of up to two CRLF (RFC 9112, section 2.2). */
const EMPTY_LINES: u32 = 4;
/** What is not recognised when so much is there waits for the end of its line. */
const WORD_BYTES: u32 = 32;

/**
 * Bytes where a head begins or goes on. A head that was found where one was looked for is given up for another one that a
 * segment begins with: it was none.
 */
export function next(state: usize, at: usize, end: usize, begins: bool, stamp: u64, mark: u32): u32 {
  if (struct.chain(state) !== 0) {
    if (begins && struct.isFound(state) && head.read(at, end) !== head.NONE) return events.lost(state, at);
    return more(state, at, end, stamp);
  }
  const begin = skipEmptyLines(state, at, end);
  struct.pass(state, <u64>(begin - at));
  if (begin === end) return events.none(end);
  if ((struct.line(state) & 1) !== 0 || load<u8>(begin) === CR) return events.lost(state, begin);
  return first(state, head.read(begin, end), begin, end, stamp, mark);
}

/** Bytes at the beginning of a segment, where any head is welcome and everything else passed over. */
export function find(state: usize, at: usize, end: usize, stamp: u64, mark: u32): u32 {
  const kind = head.read(at, end);
  if (kind === head.NONE) {
    struct.pass(state, <u64>(end - at));
    return events.none(end);
  }
  struct.expectHead(state);
  struct.setFound(state, true);
  struct.pass(state, <u64>(head.startLine - at));
  return first(state, kind, head.startLine, end, stamp, mark);
}

function skipEmptyLines(state: usize, at: usize, end: usize): usize {
  let count = struct.line(state);
  while (at < end && count < EMPTY_LINES && load<u8>(at) === ((count & 1) !== 0 ? LF : CR)) {
    count++;
    at++;
  }
  struct.setLine(state, count);
  return at;
}

/** The first bytes of a head, as `http/head` has read them. */
function first(state: usize, kind: u32, at: usize, end: usize, stamp: u64, mark: u32): u32 {
  if (kind === head.NONE && !head.mayBegin(at, end)) return events.lost(state, at);
  struct.setHeadPlace(state, struct.offset(state), stamp, mark);
  struct.setLastStamp(state, stamp);
  if (kind === head.NONE) return end - at < <usize>HEAD_MAXIMUM ? keep(state, at, end) : events.lost(state, at);
  if (head.whole) return events.read(state, kind, at, head.headEnd);
  if (end - at >= <usize>HEAD_MAXIMUM) return events.read(state, kind, at, at + HEAD_MAXIMUM);
  struct.setRecognised(state, true);
  struct.setLine(state, lineEnds.lastLine(at, end));
  return buffer.append(state, at, end) ? kept(state, at, end) : events.read(state, kind, at, end);
}

/** More bytes of a head of which a part is kept. */
function more(state: usize, at: usize, end: usize, stamp: u64): u32 {
  const room = <usize>(<u32>HEAD_MAXIMUM - struct.chainLength(state));
  const full = end - at >= room;
  const bound = full ? at + room : end;
  struct.setLastStamp(state, stamp);
  if (!struct.isRecognised(state)) return recognise(state, at, bound, full);
  const behind = lineEnds.findEmpty(struct.line(state), at, bound);
  if (behind !== 0) return readKept(state, at, behind);
  if (full) return readKept(state, at, bound);
  struct.setLine(state, lineEnds.line);
  return keep(state, at, end);
}

/** Tries again what was too little to be recognised. */
function recognise(state: usize, at: usize, end: usize, full: bool): u32 {
  const length = struct.chainLength(state);
  if (!full && length >= WORD_BYTES && scan.find(at, end, LF) === end) return keep(state, at, end);
  const behind = buffer.assemble(state, at, end);
  const kind = head.read(buffer.scratch, behind);
  if (kind === head.NONE) {
    if (full || !head.mayBegin(buffer.scratch, behind)) return events.lost(state, at);
    return keep(state, at, end);
  }
  if (head.whole) return events.read(state, kind, at, at + (head.headEnd - buffer.scratch - length));
  if (full) return events.read(state, kind, at, end);
  struct.setRecognised(state, true);
  struct.setLine(state, lineEnds.lastLine(buffer.scratch, behind));
  return keep(state, at, end);
}

/** Keeps these bytes for the rest to come; without a free slab the head is what is there. */
function keep(state: usize, at: usize, end: usize): u32 {
  return buffer.append(state, at, end) ? kept(state, at, end) : readKept(state, at, end);
}

function kept(state: usize, at: usize, end: usize): u32 {
  struct.pass(state, <u64>(end - at));
  return events.none(end);
}

/** Reads the head that these bytes end, or that is cut behind them. */
export function readKept(state: usize, at: usize, end: usize): u32 {
  const kind = head.read(buffer.scratch, buffer.assemble(state, at, end));
  return kind === head.NONE ? events.lost(state, at) : events.read(state, kind, at, end);
}
