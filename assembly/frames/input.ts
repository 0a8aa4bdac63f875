// The part of a capture file that stands in memory, and what reading it found. Numbers have the file's byte order.
import { PLACE_FILE_SWAPPED, PLACE_INPUT_AT, PLACE_INPUT_END, PLACE_INPUT_NEEDED } from '../../layout/directory';

// What a reader of records returns.
/** A frame is found. */
export const FRAME = 0;
/** Something else was passed over; ask again. */
export const OTHER = 1;
/** More bytes are needed in one piece. */
export const MORE = 2;
/** No record can begin like this. */
export const BROKEN = 3;

// The frame that was found. Borrowed: valid until the input is released.
export let frame: usize = 0;
export let frameEnd: usize = 0;
/** Bytes on the wire. */
export let originalLength: u32 = 0;
export let linkType: u32 = 0;
/** Capture time, nanoseconds since 1970. */
export let stamp: u64 = 0;
/** Address behind the frame's record. */
export let next: usize = 0;

export function at(): usize {
  return <usize>load<u32>(PLACE_INPUT_AT);
}

export function end(): usize {
  return <usize>load<u32>(PLACE_INPUT_END);
}

/** Moves the walk's place to this address. */
export function moveTo(address: usize): void {
  store<u32>(PLACE_INPUT_AT, <u32>address);
}

/** Whether `length` bytes stand at the walk's place; if not, notes that they are needed. */
export function has(length: u64): bool {
  if (<u64>(end() - at()) >= length) return true;
  store<u32>(PLACE_INPUT_NEEDED, <u32>min<u64>(length, u32.MAX_VALUE));
  return false;
}

export function found(begin: usize, length: u32, wireLength: u32, type: u32, time: u64, recordEnd: usize): u32 {
  frame = begin;
  frameEnd = begin + <usize>length;
  originalLength = wireLength;
  linkType = type;
  stamp = time;
  next = recordEnd;
  return FRAME;
}

export function u16At(address: usize): u32 {
  const value = load<u16>(address);
  return swapped() ? <u32>bswap<u16>(value) : <u32>value;
}

export function u32At(address: usize): u32 {
  const value = load<u32>(address);
  return swapped() ? bswap<u32>(value) : value;
}

export function u64At(address: usize): u64 {
  const value = load<u64>(address);
  return swapped() ? bswap<u64>(value) : value;
}

function swapped(): bool {
  return load<u32>(PLACE_FILE_SWAPPED) !== 0;
}
