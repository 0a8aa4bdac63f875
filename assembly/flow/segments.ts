// What came out of order, in slabs: a list by sequence number of pieces that do not overlap. Where two segments have the
// same bytes the first that came counts. A segment that is longer than a slab, or that others interrupt, is several pieces.
import { SLAB_BYTES, SLAB_DATA } from '../../layout/slabs';
import * as slabs from '../memory/slabs';
import * as direction from './direction';

// A piece, in its slab behind the link.
const SEQUENCE = 4;
const CAPTURED = SLAB_DATA;
const LENGTH = 12;
const STAMP = 16;
const MARK = 24;
const BEGINS = 28;
const DATA: usize = 32;

/** Bytes that a piece holds. */
const ROOM: u32 = SLAB_BYTES - 32;
/** Pieces that one direction may store: 1 MB with their slabs. */
const STORED_MAXIMUM: u32 = 1024;

export function sequence(piece: usize): u32 {
  return load<u32>(piece, SEQUENCE);
}

/** Length on the wire: at least `captured`, for the snaplen may have cut the rest. */
export function length(piece: usize): u32 {
  return load<u32>(piece, LENGTH);
}

export function captured(piece: usize): u32 {
  return load<u32>(piece, CAPTURED);
}

/** Sequence number behind the piece. */
export function end(piece: usize): u32 {
  return sequence(piece) + length(piece);
}

export function data(piece: usize): usize {
  return piece + DATA;
}

export function stamp(piece: usize): u64 {
  return load<u64>(piece, STAMP);
}

export function mark(piece: usize): u32 {
  return load<u32>(piece, MARK);
}

/** Whether a segment begins with this piece. */
export function begins(piece: usize): bool {
  return load<u32>(piece, BEGINS) !== 0;
}

/** Whether all of these bytes are stored. */
export function covers(owner: usize, number: u32, bytes: u32): bool {
  const last = direction.lastStored(owner);
  if (last === 0 || direction.ahead(number + bytes, end(last)) > 0) return false;
  let piece = lastNotBehind(owner, number);
  while (piece !== 0 && direction.ahead(sequence(piece), number) <= 0) {
    const covered = direction.ahead(end(piece), number);
    if (covered >= <i32>bytes) return true;
    if (covered > 0) {
      number += <u32>covered;
      bytes -= <u32>covered;
    }
    piece = slabs.next(piece);
  }
  return false;
}

/** The last piece that begins at or before this number, or 0. */
function lastNotBehind(owner: usize, number: u32): usize {
  const last = direction.lastStored(owner);
  if (last === 0 || direction.ahead(sequence(last), number) <= 0) return last;
  let found: usize = 0;
  let piece = direction.firstStored(owner);
  while (direction.ahead(sequence(piece), number) <= 0) {
    found = piece;
    piece = slabs.next(piece);
  }
  return found;
}

/**
 * Stores what is not stored yet of a segment, behind its first `done` bytes: `at`..`until` were captured of `bytes` on the
 * wire. Returns false where no slab is free or enough is stored: what is stored then are bytes of the segment all the same.
 */
export function put(
  owner: usize,
  number: u32,
  at: usize,
  until: usize,
  bytes: u32,
  segmentStamp: u64,
  segmentMark: u32,
  done: u32,
): bool {
  const here = <u32>(until - at);
  let before = lastNotBehind(owner, number + done);
  while (true) {
    if (before !== 0) done = <u32>max<i32>(<i32>done, direction.ahead(end(before), number));
    if (done >= bytes) return true;
    const after = before === 0 ? direction.firstStored(owner) : slabs.next(before);
    const vacant = after === 0 ? bytes - done : min(bytes - done, sequence(after) - (number + done));
    if (vacant === 0) {
      before = after;
      continue;
    }
    const piece = insert(owner, before, after);
    if (piece === 0) return false;
    const left = here > done ? here - done : 0;
    const copied = min(min(left, vacant), ROOM);
    fill(piece, number + done, at + done, copied, copied === left ? vacant : copied, done === 0);
    store<u64>(piece, segmentStamp, STAMP);
    store<u32>(piece, segmentMark, MARK);
    before = piece;
  }
}

/** A new piece between two others, each of which may be 0; 0 where there is no room for one. */
function insert(owner: usize, before: usize, after: usize): usize {
  const count = direction.stored(owner);
  if (count >= STORED_MAXIMUM) return 0;
  const piece = slabs.take();
  if (piece === 0) return 0;
  direction.setStored(owner, count + 1);
  slabs.link(piece, after);
  if (before === 0) direction.setFirstStored(owner, piece);
  else slabs.link(before, piece);
  if (after === 0) direction.setLastStored(owner, piece);
  return piece;
}

function fill(piece: usize, number: u32, at: usize, copied: u32, bytes: u32, beginning: bool): void {
  store<u32>(piece, number, SEQUENCE);
  store<u32>(piece, copied, CAPTURED);
  store<u32>(piece, bytes, LENGTH);
  store<u32>(piece, beginning ? 1 : 0, BEGINS);
  if (copied > 0) memory.copy(data(piece), at, copied);
}

/** Frees the pieces that end at or before this number. */
export function drop(owner: usize, number: u32): void {
  let piece = direction.firstStored(owner);
  if (piece === 0) return;
  while (piece !== 0 && direction.ahead(end(piece), number) <= 0) {
    const rest = slabs.next(piece);
    slabs.link(piece, 0);
    slabs.give(piece);
    direction.setStored(owner, direction.stored(owner) - 1);
    piece = rest;
  }
  direction.setFirstStored(owner, piece);
  if (piece === 0) direction.setLastStored(owner, 0);
}
