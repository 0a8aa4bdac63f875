// Where in HTTP one direction stands, a struct of FOLLOWER_BYTES (layout/flows).

const PHASE = 0;
const FRAMING = 4;
const LEFT = 8;
const BODY_BYTES = 16;
const WIRE_BYTES = 24;
const OFFSET = 32;
const HEAD_OFFSET = 40;
const HEAD_STAMP = 48;
const LAST_STAMP = 56;
const HEAD_MARK = 64;
const CHAIN = 68;
const CHAIN_LAST = 72;
const CHAIN_LENGTH = 76;
const LINE = 80;
const STATUS = 84;
const FLAGS = 88;

// Phases.
/** A head is looked for at the beginning of each segment. */
export const LOST: u32 = 0;
/** A head comes next, or goes on. */
export const HEAD: u32 = 1;
/** A head was read: `body` must be called. */
export const READ: u32 = 2;
/** The message has ended; EVENT_END is to be said. */
export const ENDING: u32 = 3;
/** The message can be followed no longer; EVENT_LOST is to be said. */
export const LOSING: u32 = 4;
export const BODY: u32 = 5;
export const UNTIL_CLOSE: u32 = 6;
/** No HTTP any more: bytes are counted only. */
export const TUNNEL: u32 = 7;
/** In a line with a chunk's size, then in its extensions, the chunk's data, the line end behind them; the trailer. */
export const CHUNK_SIZE: u32 = 8;
export const CHUNK_EXTENSION: u32 = 9;
export const CHUNK_DATA: u32 = 10;
export const CHUNK_END: u32 = 11;
export const TRAILER: u32 = 12;
/** A body comes next, unless the response answers HEAD: the request was not seen. */
export const UNSURE: u32 = 13;

export function phase(state: usize): u32 {
  return load<u32>(state, PHASE);
}

export function setPhase(state: usize, value: u32): void {
  store<u32>(state, value, PHASE);
}

/** A head comes next. The line counts the bytes of empty lines before it. */
export function expectHead(state: usize): void {
  setPhase(state, HEAD);
  setLine(state, 0);
  setRecognised(state, false);
  setFound(state, false);
}

/** How the end of the message that was read last is told: a framing of follow/framing. */
export function framing(state: usize): u32 {
  return load<u32>(state, FRAMING);
}

export function setFraming(state: usize, value: u32): void {
  store<u32>(state, value, FRAMING);
}

/** Bytes left of the body or the chunk; the size so far while it is read; the length of a trailer so far. */
export function left(state: usize): u64 {
  return load<u64>(state, LEFT);
}

export function setLeft(state: usize, value: u64): void {
  store<u64>(state, value, LEFT);
}

/** Bytes of the message's body so far, transfer coding removed; in a tunnel the bytes that passed. */
export function bodyBytes(state: usize): u64 {
  return load<u64>(state, BODY_BYTES);
}

/** Bytes of the message behind its head so far, as they were sent. */
export function wireBytes(state: usize): u64 {
  return load<u64>(state, WIRE_BYTES);
}

export function clearBody(state: usize): void {
  store<u64>(state, 0, BODY_BYTES);
  store<u64>(state, 0, WIRE_BYTES);
}

/** So many bytes behind a head, and of the stream, are done with. */
export function countWire(state: usize, bytes: u64): void {
  store<u64>(state, load<u64>(state, WIRE_BYTES) + bytes, WIRE_BYTES);
  pass(state, bytes);
}

/** So many bytes of a body, and of the stream, are done with. */
export function countBody(state: usize, bytes: u64): void {
  store<u64>(state, load<u64>(state, BODY_BYTES) + bytes, BODY_BYTES);
  countWire(state, bytes);
}

/** Bytes of the stream that are done with, gaps included. */
export function offset(state: usize): u64 {
  return load<u64>(state, OFFSET);
}

/** So many bytes of the stream are done with. */
export function pass(state: usize, bytes: u64): void {
  store<u64>(state, load<u64>(state, OFFSET) + bytes, OFFSET);
}

/** Where in the stream the head that was read last begins. */
export function headOffset(state: usize): u64 {
  return load<u64>(state, HEAD_OFFSET);
}

/** Stamp of the packet with the head's first byte. */
export function headStamp(state: usize): u64 {
  return load<u64>(state, HEAD_STAMP);
}

/** Mark of the packet with the head's first byte. */
export function headMark(state: usize): u32 {
  return load<u32>(state, HEAD_MARK);
}

export function setHeadPlace(state: usize, place: u64, stamp: u64, mark: u32): void {
  store<u64>(state, place, HEAD_OFFSET);
  store<u64>(state, stamp, HEAD_STAMP);
  store<u32>(state, mark, HEAD_MARK);
}

/** Stamp of the message's last packet so far. */
export function lastStamp(state: usize): u64 {
  return load<u64>(state, LAST_STAMP);
}

export function setLastStamp(state: usize, stamp: u64): void {
  store<u64>(state, stamp, LAST_STAMP);
}

/** First slab of the kept part of a head, or 0. */
export function chain(state: usize): usize {
  return <usize>load<u32>(state, CHAIN);
}

export function chainLast(state: usize): usize {
  return <usize>load<u32>(state, CHAIN_LAST);
}

/** Bytes in the chain. */
export function chainLength(state: usize): u32 {
  return load<u32>(state, CHAIN_LENGTH);
}

export function setChain(state: usize, first: usize, last: usize, length: u32): void {
  store<u32>(state, <u32>first, CHAIN);
  store<u32>(state, <u32>last, CHAIN_LAST);
  store<u32>(state, length, CHAIN_LENGTH);
}

/** What the line that is being read holds so far: a line of follow/line-ends. */
export function line(state: usize): u32 {
  return load<u32>(state, LINE);
}

export function setLine(state: usize, value: u32): void {
  store<u32>(state, value, LINE);
}

/** Status code of the response that was read last; 0 of a request. */
export function status(state: usize): u32 {
  return load<u32>(state, STATUS);
}

export function setStatus(state: usize, value: u32): void {
  store<u32>(state, value, STATUS);
}

// Flags.
/** A part of the message's body did not come. */
const HAD_GAP: u32 = 1;
/** The kept part of a head was recognised as one. */
const RECOGNISED: u32 = 2;
/** A message's head was given and its end was not. */
const OPEN: u32 = 4;
/** The message is a response. */
const RESPONSE: u32 = 8;
/** The message has a body, of which there may be nothing. */
const HAS_BODY: u32 = 16;
/** The message was found where one was looked for: it may be a body's bytes that look like one. */
const FOUND: u32 = 32;

function flag(state: usize, which: u32): bool {
  return (load<u32>(state, FLAGS) & which) !== 0;
}

function setFlag(state: usize, which: u32, value: bool): void {
  const others = load<u32>(state, FLAGS) & ~which;
  store<u32>(state, value ? others | which : others, FLAGS);
}

/** Whether a part of the message's body did not come. */
export function hadGap(state: usize): bool {
  return flag(state, HAD_GAP);
}

export function setHadGap(state: usize, value: bool): void {
  setFlag(state, HAD_GAP, value);
}

export function isRecognised(state: usize): bool {
  return flag(state, RECOGNISED);
}

export function setRecognised(state: usize, value: bool): void {
  setFlag(state, RECOGNISED, value);
}

/** Whether a message's head was given and its end was not. */
export function isOpen(state: usize): bool {
  return flag(state, OPEN);
}

export function setOpen(state: usize, value: bool): void {
  setFlag(state, OPEN, value);
}

/** Whether the message that was read last is a response. */
export function isResponse(state: usize): bool {
  return flag(state, RESPONSE);
}

export function setResponse(state: usize, value: bool): void {
  setFlag(state, RESPONSE, value);
}

/** Whether the message has a body, of which there may be nothing. */
export function hasBody(state: usize): bool {
  return flag(state, HAS_BODY);
}

export function setHasBody(state: usize, value: bool): void {
  setFlag(state, HAS_BODY, value);
}

/** Whether the message was found where one was looked for: it may be a body's bytes that look like one. */
export function isFound(state: usize): bool {
  return flag(state, FOUND);
}

export function setFound(state: usize, value: bool): void {
  setFlag(state, FOUND, value);
}
