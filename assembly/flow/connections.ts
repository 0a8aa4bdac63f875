// What `-assemble` keeps of a connection, in the state of its flow. The ends are numbered 0 and 1, by the order of the key;
// which of them is the client is learnt from its SYN or, better, from what it sends.
import { DIRECTION_BYTES, FOLLOWER_BYTES } from '../../layout/flows';
import { EXCHANGES_END } from './exchanges';

/** u64: stamp of the first packet that was seen. */
const BEGIN = EXCHANGES_END;
/** u64: stamp of the SYN, 0 where it was not seen. */
const SYN_STAMP = EXCHANGES_END + 8;
/** u64: nanoseconds of the handshake, 0 where not known or already told. */
const CONNECT = EXCHANGES_END + 16;
/** u32: the client's end plus one; 0 where it is not known. */
const CLIENT = EXCHANGES_END + 24;
/** u32: what `ANSWERED_UP_TO` is, 0 where it is not known: `ANSWERED_ASKED` or `UNASKED`. */
const KNOWS_ANSWERED = EXCHANGES_END + 28;
/** u32: the request that is being received, packed, while it waits for its answer; else 0. */
const RECEIVING = EXCHANGES_END + 32;
/** u32: the request that is being answered, packed, out of the queue; 0 where the answer has none. */
const ANSWERED = EXCHANGES_END + 36;
/** u32: the answer that is being received, packed; else 0. */
const ANSWER = EXCHANGES_END + 40;
const DIRECTIONS = EXCHANGES_END + 48;
const FOLLOWERS = DIRECTIONS + 2 * DIRECTION_BYTES;
/** u32 for each end: its SYN's sequence number; then for each end u32 1 where that is known. */
const INITIAL = FOLLOWERS + 2 * FOLLOWER_BYTES;
const KNOWS_INITIAL = INITIAL + 8;
/** u32 for each end: whether messages of it were missed (flow/losses). */
const MISSED = KNOWS_INITIAL + 8;
/**
 * u32: behind an answer whose request is known the sequence number behind it, before the first answer that of the server's
 * first byte; behind one whose request was missed what it acknowledged.
 */
const ANSWERED_UP_TO = MISSED + 8;
/** u32: 1 once the client asked before it had the answer before. */
const PIPELINED = MISSED + 12;
/** u32: bits of how far its end has come: `REPLACED`, `FOLLOWED`. */
const ENDING = MISSED + 16;
/** u32: the end whose direction was not followed to its end for want of an area, plus one; 0 where there is none. */
const INTERRUPTED = MISSED + 20;

// Values of `KNOWS_ANSWERED`.
const ANSWERED_ASKED: u32 = 1;
const UNASKED: u32 = 2;

// Bits of `ENDING`.
/** Another connection has its ports now. */
const REPLACED: u32 = 1;
/** All that came has been followed, and only the messages that are open then are left to be told. */
const FOLLOWED: u32 = 2;

/** One direction's reassembly: what the end of this number sends. */
export function direction(flow: usize, end: u32): usize {
  return flow + DIRECTIONS + <usize>end * DIRECTION_BYTES;
}

/** One direction's follower. */
export function follower(flow: usize, end: u32): usize {
  return flow + FOLLOWERS + <usize>end * FOLLOWER_BYTES;
}

export function begin(flow: usize): u64 {
  return load<u64>(flow, BEGIN);
}

export function setBegin(flow: usize, stamp: u64): void {
  store<u64>(flow, stamp, BEGIN);
}

/** An end's SYN came with this sequence number. */
export function setInitial(flow: usize, end: u32, sequence: u32): void {
  store<u32>(flow + ((<usize>end) << 2), sequence, INITIAL);
  store<u32>(flow + ((<usize>end) << 2), 1, KNOWS_INITIAL);
}

export function knowsInitial(flow: usize, end: u32): bool {
  return load<u32>(flow + ((<usize>end) << 2), KNOWS_INITIAL) !== 0;
}

/** Sequence number of an end's SYN, where it is known. */
export function initial(flow: usize, end: u32): u32 {
  return load<u32>(flow + ((<usize>end) << 2), INITIAL);
}

/** The SYN came, the first of its connection or once more. */
export function synAt(flow: usize, stamp: u64): void {
  if (load<u64>(flow, SYN_STAMP) === 0) store<u64>(flow, stamp, SYN_STAMP);
}

/** The client's ACK came that ends the handshake, or any later one. */
export function handshakeAt(flow: usize, stamp: u64): void {
  const syn = load<u64>(flow, SYN_STAMP);
  if (syn === 0 || load<u64>(flow, CONNECT) !== 0) return;
  store<u64>(flow, stamp > syn ? stamp - syn : 1, CONNECT);
}

/** Nanoseconds of the handshake, or the largest number. */
export function connect(flow: usize): u64 {
  const time = load<u64>(flow, CONNECT);
  return time === 0 ? u64.MAX_VALUE : time;
}

/** Whether this end is the client, as far as is known. */
export function isClient(flow: usize, end: u32): bool {
  return load<u32>(flow, CLIENT) === end + 1;
}

export function knowsClient(flow: usize): bool {
  return load<u32>(flow, CLIENT) !== 0;
}

export function setClient(flow: usize, end: u32): void {
  store<u32>(flow, end + 1, CLIENT);
}

/** Whether messages of an end's direction were missed: a number of flow/losses. */
export function missed(flow: usize, end: u32): u32 {
  return load<u32>(flow + ((<usize>end) << 2), MISSED);
}

export function setMissed(flow: usize, end: u32, value: u32): void {
  store<u32>(flow + ((<usize>end) << 2), value, MISSED);
}

/** Whether it is known where the last answer to a known request ended. */
export function knowsAnsweredUpTo(flow: usize): bool {
  return load<u32>(flow, KNOWS_ANSWERED) === ANSWERED_ASKED;
}

export function answeredUpTo(flow: usize): u32 {
  return load<u32>(flow, ANSWERED_UP_TO);
}

export function forgetAnsweredUpTo(flow: usize): void {
  store<u32>(flow, 0, KNOWS_ANSWERED);
}

export function setAnsweredUpTo(flow: usize, sequence: u32): void {
  store<u32>(flow, sequence, ANSWERED_UP_TO);
  store<u32>(flow, ANSWERED_ASKED, KNOWS_ANSWERED);
}

/** The last answer was one to a request that was missed, and acknowledged all before this number. */
export function setUnasked(flow: usize, acknowledgement: u32): void {
  store<u32>(flow, acknowledgement, ANSWERED_UP_TO);
  store<u32>(flow, UNASKED, KNOWS_ANSWERED);
}

/** Whether the last answer was one to a request that was missed. */
export function isUnasked(flow: usize): bool {
  return load<u32>(flow, KNOWS_ANSWERED) === UNASKED;
}

export function receiving(flow: usize): usize {
  return load<u32>(flow, RECEIVING);
}

export function setReceiving(flow: usize, chain: usize): void {
  store<u32>(flow, <u32>chain, RECEIVING);
}

export function answered(flow: usize): usize {
  return load<u32>(flow, ANSWERED);
}

export function answer(flow: usize): usize {
  return load<u32>(flow, ANSWER);
}

export function setAnswering(flow: usize, request: usize, packedAnswer: usize): void {
  store<u32>(flow, <u32>request, ANSWERED);
  store<u32>(flow, <u32>packedAnswer, ANSWER);
}

/** Whether the client was seen to ask before it had the answer before. */
export function isPipelined(flow: usize): bool {
  return load<u32>(flow, PIPELINED) !== 0;
}

export function setPipelined(flow: usize): void {
  store<u32>(flow, 1, PIPELINED);
}

/** Whether another connection was found to have its ports: told once, for while it is ended, what told it passes away. */
export function isReplaced(flow: usize): bool {
  return (load<u32>(flow, ENDING) & REPLACED) !== 0;
}

export function setReplaced(flow: usize): void {
  store<u32>(flow, load<u32>(flow, ENDING) | REPLACED, ENDING);
}

/** Whether the connection ends, and all that came of it has been followed. */
export function isEnding(flow: usize): bool {
  return (load<u32>(flow, ENDING) & FOLLOWED) !== 0;
}

export function setEnding(flow: usize): void {
  store<u32>(flow, load<u32>(flow, ENDING) | FOLLOWED, ENDING);
}

/** The end whose direction was not followed to its end for want of an area, plus one; 0 where there is none. */
export function interrupted(flow: usize): u32 {
  return load<u32>(flow, INTERRUPTED);
}

export function setInterrupted(flow: usize, endPlusOne: u32): void {
  store<u32>(flow, endPlusOne, INTERRUPTED);
}
