// A half of a record: one message, request or answer, with the connection that it came over, as a struct at an address.
// The halves at hand lie in the module's own memory and their spans are borrowed from the packet: valid until the block or
// the input is released. A half that must wait is packed (record/packing); its numbers stay readable and can be changed.
import { FIELD_MAXIMUM, SLOT_BYTES, SLOT_END } from '../../layout/fields';
import * as fields from '../http/fields';
import * as head from '../http/head';
import { ABSENT } from './absent';
import { setOuterTag } from './connection';

// The message, behind the connection (record/connection).
const FLAGS = 68;
const FIRST_STAMP = 72;
const LAST_STAMP = 80;
const BODY_BYTES = 88;
const WIRE_BYTES = 96;
const IDLE = 104;
const SEQUENCE = 112;
const ACKNOWLEDGEMENT = 116;
const STATUS = 120;
const INFORMATION = 124;
const RETRANSMISSIONS = 128;
const NUMBER = 132;
const METHOD = 136;
const BOUND = 140;
/** Of a waiting half: the chain of the next one, and how many behind it could not be kept. */
const NEXT = 144;
const UNKEPT = 148;
/** Of a waiting request: whether others before it were missed (flow/losses). */
const MISSED = 152;
/** Of whole streams: the end that sent the message. */
const SENDER = 156;
/** Of a waiting request: bytes of its message, 0 where that is not known. */
const BYTES = 160;

// Spans of bytes, two u32 each: start line, VLAN tags, then the slots of http/fields.
const START_LINE = 168;
const TAGS = 176;
const SLOTS = 184;

/** Bytes of a half with as many slots as there can be. */
export const HALF_BYTES: i32 = SLOTS + FIELD_MAXIMUM * SLOT_BYTES;
/** Where the spans begin, and how far a half with the slots of this run reaches. */
export const SPANS: usize = START_LINE;

const FLAG_COMPLETE: u32 = 1;

/** Values of `method`: what an answer needs to know of its request (RFC 9112, section 6.3). */
export const METHOD_OTHER: u32 = 0;
export const METHOD_HEAD: u32 = 1;
export const METHOD_CONNECT: u32 = 2;

/** Bytes of a half with the slots of this run. */
export function length(): usize {
  return SLOTS + <usize>fields.count * SLOT_BYTES;
}

/** Begins a half of the message that `http/head` has read. The connection is set by `ofConnection`. */
export function ofHead(half: usize, stamp: u64, sequence: u32, acknowledgement: u32, bound: usize): void {
  store<u32>(half, 0, FLAGS);
  store<u64>(half, stamp, FIRST_STAMP);
  store<u64>(half, 0, LAST_STAMP);
  store<u64>(half, ABSENT, BODY_BYTES);
  store<u64>(half, ABSENT, WIRE_BYTES);
  store<u64>(half, ABSENT, IDLE);
  store<u32>(half, sequence, SEQUENCE);
  store<u32>(half, acknowledgement, ACKNOWLEDGEMENT);
  store<u64>(half, <u64>head.status, STATUS);
  store<u64>(half, 0, RETRANSMISSIONS);
  store<u32>(half, methodOf(head.startLine, head.startLineEnd), METHOD);
  store<u32>(half, <u32>bound, BOUND);
  store<u64>(half, 0, NEXT);
  store<u64>(half, 0, MISSED);
  setSpan(half, START_LINE, head.startLine, head.startLineEnd);
  store<u64>(half, 0, TAGS);
  fields.copyTo(half + SLOTS);
}

/** Sets the VLAN tags: the number that the kernel took off or -1, and the bytes of those in the packet. */
export function setTags(half: usize, outerTag: i32, tags: usize, tagsEnd: usize): void {
  setOuterTag(half, outerTag);
  setSpan(half, TAGS, tags, tagsEnd);
}

/** What an answer needs to know of the request whose start line this is. */
function methodOf(at: usize, end: usize): u32 {
  if (at + 5 > end) return METHOD_OTHER;
  if (load<u32>(at) === HEAD && load<u8>(at, 4) === SPACE) return METHOD_HEAD;
  if (at + 8 <= end && load<u64>(at) === CONNECT_SPACE) return METHOD_CONNECT;
  return METHOD_OTHER;
}

/** `HEAD`, and `CONNECT` with its space, as little-endian words. */
const HEAD: u32 = 0x44414548;
const CONNECT_SPACE: u64 = 0x205443454e4e4f43;
const SPACE: u8 = 0x20;

function setSpan(half: usize, span: usize, at: usize, end: usize): void {
  store<u32>(half + span, <u32>at);
  store<u32>(half + span, <u32>end, SLOT_END);
}

/** Whether the message was seen to its end. */
export function isComplete(half: usize): bool {
  return (load<u32>(half, FLAGS) & FLAG_COMPLETE) !== 0;
}
/** Notes what is known of the message so far: body bytes after and before decoding, and its last packet's stamp. */
export function setProgress(half: usize, bodyBytes: u64, wireBytes: u64, lastStamp: u64): void {
  store<u64>(half, bodyBytes, BODY_BYTES);
  store<u64>(half, wireBytes, WIRE_BYTES);
  store<u64>(half, lastStamp, LAST_STAMP);
}
export function setComplete(half: usize): void {
  store<u32>(half, load<u32>(half, FLAGS) | FLAG_COMPLETE, FLAGS);
}
/** Stamp of the message's first packet, nanoseconds since 1970. */
export function firstStamp(half: usize): u64 {
  return load<u64>(half, FIRST_STAMP);
}
/** Stamp of its last packet; 0 where only its head was looked at. */
export function lastStamp(half: usize): u64 {
  return load<u64>(half, LAST_STAMP);
}
/** Bytes of the body after transfer decoding, or `ABSENT`. */
export function bodyBytes(half: usize): u64 {
  return load<u64>(half, BODY_BYTES);
}
/** Bytes of the body as they passed, chunk sizes and trailers included, or `ABSENT`. */
export function wireBytes(half: usize): u64 {
  return load<u64>(half, WIRE_BYTES);
}
/** Nanoseconds since the connection's previous transaction, or `ABSENT`. */
export function idle(half: usize): u64 {
  return load<u64>(half, IDLE);
}
export function setIdle(half: usize, time: u64): void {
  store<u64>(half, time, IDLE);
}
/** Bytes of a request from its start line to the end of its body; 0 where that is not known. */
export function bytes(half: usize): u32 {
  return load<u32>(half, BYTES);
}

export function setBytes(half: usize, value: u32): void {
  store<u32>(half, value, BYTES);
}

/** Sequence number of the message's first byte. */
export function sequence(half: usize): u32 {
  return load<u32>(half, SEQUENCE);
}
/** Acknowledgement number of the packet that it begins in. */
export function acknowledgement(half: usize): u32 {
  return load<u32>(half, ACKNOWLEDGEMENT);
}
/** Status code of an answer, or 0. */
export function status(half: usize): u32 {
  return load<u32>(half, STATUS);
}
/** Status code of the last interim answer (1xx) before an answer, or 0. */
export function information(half: usize): u32 {
  return load<u32>(half, INFORMATION);
}
export function setInformation(half: usize, code: u32): void {
  store<u32>(half, code, INFORMATION);
}
/** Segments that came more than once while the message was at hand. */
export function retransmissions(half: usize): u32 {
  return load<u32>(half, RETRANSMISSIONS);
}
export function setRetransmissions(half: usize, count: u32): void {
  store<u32>(half, count, RETRANSMISSIONS);
}
/** Number of the transaction in its connection, from 1; 0 where that is not known. */
export function number(half: usize): u32 {
  return load<u32>(half, NUMBER);
}
export function setNumber(half: usize, value: u32): void {
  store<u32>(half, value, NUMBER);
}
/** `METHOD_HEAD`, `METHOD_CONNECT` or `METHOD_OTHER`. */
export function method(half: usize): u32 {
  return load<u32>(half, METHOD);
}
/** Bytes up to here may be read along with every span. */
export function bound(half: usize): usize {
  return load<u32>(half, BOUND);
}
export function setBound(half: usize, end: usize): void {
  store<u32>(half, <u32>end, BOUND);
}
export function next(half: usize): usize {
  return load<u32>(half, NEXT);
}
export function setNext(half: usize, chain: usize): void {
  store<u32>(half, <u32>chain, NEXT);
}
export function unkept(half: usize): u32 {
  return load<u32>(half, UNKEPT);
}
export function setUnkept(half: usize, count: u32): void {
  store<u32>(half, count, UNKEPT);
}

export function startLine(half: usize): usize {
  return load<u32>(half, START_LINE);
}
export function startLineEnd(half: usize): usize {
  return load<u32>(half, START_LINE + SLOT_END);
}
export function setStartLine(half: usize, at: usize, end: usize): void {
  setSpan(half, START_LINE, at, end);
}
/** Bytes of the VLAN tags in the packet, four each. */
export function tags(half: usize): usize {
  return load<u32>(half, TAGS);
}
export function tagsEnd(half: usize): usize {
  return load<u32>(half, TAGS + SLOT_END);
}
/** Whether the message has the header field of this slot. */
export function has(half: usize, slot: usize): bool {
  return value(half, slot) !== 0;
}
/** Address of the field's value, or 0. */
export function value(half: usize, slot: usize): usize {
  return load<u32>(half + slot * SLOT_BYTES, SLOTS);
}
export function valueEnd(half: usize, slot: usize): usize {
  return load<u32>(half + slot * SLOT_BYTES, SLOTS + SLOT_END);
}
export function setValue(half: usize, slot: usize, at: usize, end: usize): void {
  setSpan(half, SLOTS + slot * SLOT_BYTES, at, end);
}

export function missed(half: usize): u32 {
  return load<u32>(half, MISSED);
}

/** The end that sent the message, 0 or 1, where streams are put together. */
export function sender(half: usize): u32 {
  return load<u32>(half, SENDER);
}

export function setSender(half: usize, end: u32): void {
  store<u32>(half, end, SENDER);
}

export function setMissed(half: usize, value: u32): void {
  store<u32>(half, value, MISSED);
}
