// The chunked transfer coding (RFC 9112, section 7.1). Data are passed over by the piece, never looked at.
import { HEAD_MAXIMUM } from '../../layout/areas';
import { CR, HTAB, isDigit, LF, SP, ZERO } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as lineEnds from './line-ends';
import * as struct from './state';

// Results.
export const GOES_ON: u32 = 0;
export const ENDED: u32 = 1;
export const BROKEN: u32 = 2;

/** Address behind what was read: the end of the bytes where the body goes on. */
export let behind: usize = 0;

/** The largest size of a chunk that is followed. */
const SIZE_MAXIMUM: u64 = 1 << 63;
const DIGITS_MAXIMUM: u32 = 16;
const SEMICOLON: u32 = 0x3b;

/** A chunk's size comes next. The struct's line counts its digits. */
export function begin(state: usize): void {
  struct.setPhase(state, struct.CHUNK_SIZE);
  struct.setLeft(state, 0);
  struct.setLine(state, 0);
}

/** Reads on at `at`, until the body ends or the bytes do. */
export function read(state: usize, at: usize, end: usize): u32 {
  const from = at;
  let result = GOES_ON;
  let data: u64 = 0;
  while (at < end && result === GOES_ON) {
    const phase = struct.phase(state);
    behind = at;
    if (phase === struct.CHUNK_DATA) data += passData(state, at, end);
    else if (phase === struct.CHUNK_SIZE) result = readSize(state, at, end);
    else if (phase === struct.CHUNK_END) result = readEnd(state, at);
    else if (phase === struct.CHUNK_EXTENSION) passExtension(state, at, end);
    else result = readTrailer(state, at, end);
    at = behind;
  }
  behind = at;
  struct.countBody(state, data);
  struct.countWire(state, <u64>(at - from) - data);
  return result;
}

/** Passes over so many bytes that did not come. Returns false where they are not all in one chunk's data. */
export function passGap(state: usize, length: u64): bool {
  const left = struct.left(state);
  if (struct.phase(state) !== struct.CHUNK_DATA || length > left) return false;
  struct.countBody(state, length);
  take(state, left, length);
  return true;
}

function passData(state: usize, at: usize, end: usize): u64 {
  const left = struct.left(state);
  const length = min<u64>(left, <u64>(end - at));
  take(state, left, length);
  behind = at + <usize>length;
  return length;
}

function take(state: usize, left: u64, length: u64): void {
  struct.setLeft(state, left - length);
  if (length !== left) return;
  struct.setPhase(state, struct.CHUNK_END);
  struct.setLine(state, lineEnds.NOTHING);
}

/** Hexadecimal digits, and what must be behind them. */
function readSize(state: usize, at: usize, end: usize): u32 {
  let size = struct.left(state);
  let count = struct.line(state);
  for (; at < end; at++) {
    const digit = hexValue(load<u8>(at));
    if (digit > 15) break;
    if (++count > DIGITS_MAXIMUM) return broken(at);
    size = (size << 4) | <u64>digit;
  }
  behind = at;
  struct.setLeft(state, size);
  struct.setLine(state, count);
  if (at === end) return GOES_ON;
  const byte = <u32>load<u8>(at);
  if (count === 0 || size > SIZE_MAXIMUM || !endsSize(byte)) return broken(at);
  struct.setPhase(state, struct.CHUNK_EXTENSION);
  return GOES_ON;
}

function broken(at: usize): u32 {
  behind = at;
  return BROKEN;
}

/** Blanks may stand before an extension, and do without one where servers pad the size. */
function endsSize(byte: u32): bool {
  return byte === CR || byte === LF || byte === SEMICOLON || byte === SP || byte === HTAB;
}

/** The rest of the line with the size. */
function passExtension(state: usize, at: usize, end: usize): void {
  const lineFeed = scan.find(at, end, LF);
  behind = lineFeed === end ? end : lineFeed + 1;
  if (lineFeed === end) return;
  const last = struct.left(state) === 0;
  struct.setPhase(state, last ? struct.TRAILER : struct.CHUNK_DATA);
  struct.setLine(state, lineEnds.NOTHING);
}

/** CRLF behind a chunk's data; LF alone will do. */
function readEnd(state: usize, at: usize): u32 {
  const byte = <u32>load<u8>(at);
  behind = at + 1;
  if (byte === LF) begin(state);
  else if (byte === CR && struct.line(state) === lineEnds.NOTHING) struct.setLine(state, lineEnds.RETURN);
  else return broken(at);
  return GOES_ON;
}

/** Field lines up to an empty one; not longer than a head may be. */
function readTrailer(state: usize, at: usize, end: usize): u32 {
  const found = lineEnds.findEmpty(struct.line(state), at, end);
  if (found !== 0) {
    behind = found;
    return ENDED;
  }
  behind = end;
  struct.setLine(state, lineEnds.line);
  struct.setLeft(state, struct.left(state) + <u64>(end - at));
  return struct.left(state) > <u64>HEAD_MAXIMUM ? BROKEN : GOES_ON;
}

/** Value of a hexadecimal digit; more than 15 of any other byte. */
function hexValue(byte: u32): u32 {
  if (isDigit(byte)) return byte - ZERO;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}
