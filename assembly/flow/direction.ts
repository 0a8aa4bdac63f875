// One direction of a TCP connection, a struct of DIRECTION_BYTES (layout/flows). All zeros: nothing was seen of it yet.
// Sequence numbers are compared modulo 2^32 (RFC 9293, section 3.4); all that are kept lie within 2^30 of `expected`.
import * as slabs from '../memory/slabs';

const FLAGS = 0;
const EXPECTED = 4;
const FIN = 8;
const ACKNOWLEDGED = 12;
const GIVEN_UP = 16;
const FIRST_STORED = 20;
const LAST_STORED = 24;
const STORED = 28;
const RETRANSMISSIONS = 32;
const HOLE_STAMP = 40;
const UNSEEN_FROM = 48;
const UNSEEN_TO = 52;

const SEEN: u32 = 1;
const SAW_BEGINNING: u32 = 2;
const KNOWS_FIN: u32 = 4;
const CLOSED: u32 = 8;

/** No window reaches further (RFC 7323, section 2.3). */
export const FAR: i32 = 1073741824;

/** How far `number` is ahead of `other`; negative where it is behind. */
export function ahead(number: u32, other: u32): i32 {
  return <i32>(number - other);
}

/** Begins with the byte of this sequence number; `beginning` tells that it is the connection's first. */
export function begin(direction: usize, number: u32, beginning: bool): void {
  store<u32>(direction, SEEN | (beginning ? SAW_BEGINNING : 0), FLAGS);
  store<u32>(direction, number, EXPECTED);
  store<u32>(direction, number, ACKNOWLEDGED);
  store<u32>(direction, number, GIVEN_UP);
  setUnseen(direction, beginning ? number - FAR : number, number);
}

export function isSeen(direction: usize): bool {
  return (load<u32>(direction, FLAGS) & SEEN) !== 0;
}

/** Whether it was seen from its SYN on. */
export function sawBeginning(direction: usize): bool {
  return (load<u32>(direction, FLAGS) & SAW_BEGINNING) !== 0;
}

export function knowsFin(direction: usize): bool {
  return (load<u32>(direction, FLAGS) & KNOWS_FIN) !== 0;
}

/** Whether its FIN is done with, or it was reset: nothing more comes. */
export function isClosed(direction: usize): bool {
  return (load<u32>(direction, FLAGS) & CLOSED) !== 0;
}

/** Its end has reset the connection. */
export function close(direction: usize): void {
  store<u32>(direction, load<u32>(direction, FLAGS) | CLOSED, FLAGS);
}

/** Sequence number of the first byte that is not done with. */
export function expected(direction: usize): u32 {
  return load<u32>(direction, EXPECTED);
}

/** Sequence number of the FIN, where it is known. */
export function fin(direction: usize): u32 {
  return load<u32>(direction, FIN);
}

export function setFin(direction: usize, number: u32): void {
  store<u32>(direction, number, FIN);
  store<u32>(direction, load<u32>(direction, FLAGS) | KNOWS_FIN, FLAGS);
}

/** The highest number that the other side has acknowledged; at least `expected`. */
export function acknowledgedNumber(direction: usize): u32 {
  return load<u32>(direction, ACKNOWLEDGED);
}

export function setAcknowledged(direction: usize, number: u32): void {
  store<u32>(direction, number, ACKNOWLEDGED);
}

/** Holes before this number are not waited for any more; at least `expected`. */
export function givenUp(direction: usize): u32 {
  return load<u32>(direction, GIVEN_UP);
}

export function setGivenUp(direction: usize, number: u32): void {
  store<u32>(direction, number, GIVEN_UP);
}

/** The first of the stored pieces, or 0. */
export function firstStored(direction: usize): usize {
  return <usize>load<u32>(direction, FIRST_STORED);
}

export function setFirstStored(direction: usize, piece: usize): void {
  store<u32>(direction, <u32>piece, FIRST_STORED);
}

export function lastStored(direction: usize): usize {
  return <usize>load<u32>(direction, LAST_STORED);
}

export function setLastStored(direction: usize, piece: usize): void {
  store<u32>(direction, <u32>piece, LAST_STORED);
}

/** Number of stored pieces, each in a slab. */
export function stored(direction: usize): u32 {
  return load<u32>(direction, STORED);
}

export function setStored(direction: usize, count: u32): void {
  store<u32>(direction, count, STORED);
}

/** Segments with payload that brought nothing new. */
export function retransmissions(direction: usize): u32 {
  return load<u32>(direction, RETRANSMISSIONS);
}

export function countRetransmission(direction: usize): void {
  store<u32>(direction, load<u32>(direction, RETRANSMISSIONS) + 1, RETRANSMISSIONS);
}

/** Since when something is known to be missing at `expected`; 0 where nothing is. */
export function holeStamp(direction: usize): u64 {
  return load<u64>(direction, HOLE_STAMP);
}

export function setHoleStamp(direction: usize, stamp: u64): void {
  store<u64>(direction, stamp, HOLE_STAMP);
}

/** Notes the numbers `from` to `to`: behind them it goes on, and nobody has seen their bytes. */
export function setUnseen(direction: usize, from: u32, to: u32): void {
  store<u32>(direction, from, UNSEEN_FROM);
  store<u32>(direction, to, UNSEEN_TO);
}

/** Whether this number was passed over, and its byte never seen. */
export function isUnseen(direction: usize, number: u32): bool {
  const from = load<u32>(direction, UNSEEN_FROM);
  return number - from < load<u32>(direction, UNSEEN_TO) - from;
}

/** Moves on by this many numbers. */
export function advance(direction: usize, length: u32): void {
  const before = expected(direction);
  const number = before + length;
  store<u32>(direction, number, EXPECTED);
  if (ahead(number, acknowledgedNumber(direction)) > 0) setAcknowledged(direction, number);
  if (ahead(number, givenUp(direction)) > 0) setGivenUp(direction, number);
  // What is so far behind has the numbers of other bytes soon.
  if (ahead(number, load<u32>(direction, UNSEEN_TO)) > FAR) setUnseen(direction, number, number);
  if (length > 0 && knowsFin(direction) && before === fin(direction)) close(direction);
}

/** Frees what is stored. */
export function release(direction: usize): void {
  slabs.give(firstStored(direction));
  setFirstStored(direction, 0);
  setLastStored(direction, 0);
  setStored(direction, 0);
}
