// A pcapng file (draft-ietf-opsawg-pcapng): blocks, of which those that hold packets are read.
import { BLOCK_MAXIMUM, FRAME_MAXIMUM } from '../../layout/areas';
import {
  FILE_PCAPNG,
  PLACE_FILE_INTERFACES,
  PLACE_FILE_KIND,
  PLACE_FILE_SWAPPED,
  PLACE_STAMP,
  REGION_INTERFACES,
} from '../../layout/directory';
import {
  INTERFACE_ENTRY_BYTES,
  INTERFACE_LINK_TYPE,
  INTERFACE_OFFSET,
  INTERFACE_RESOLUTION,
  INTERFACE_SNAPLEN,
} from '../../layout/interfaces';
import * as directory from '../memory/directory';
import * as input from './input';

export const BLOCK_SECTION: u32 = 0x0a0d0d0a;
const BLOCK_INTERFACE: u32 = 1;
const BLOCK_PACKET: u32 = 2;
const BLOCK_SIMPLE_PACKET: u32 = 3;
const BLOCK_ENHANCED_PACKET: u32 = 6;

/** Type, total length, and the total length again at the end. */
const BLOCK_OVERHEAD: u32 = 12;
const BYTE_ORDER_MAGIC: u32 = 0x1a2b3c4d;

// Offsets in a block.
const LENGTH: u32 = 4;
const BODY: u32 = 8;
const INTERFACE_OPTIONS: u32 = 16;
const PACKET_DATA: u32 = 28;
const SIMPLE_DATA: u32 = 12;

const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;
/** Microseconds, where an interface does not say. */
const RESOLUTION_DEFAULT = 6;
/** `if_tsresol`: this bit makes it a power of two. */
const RESOLUTION_BINARY = 0x80;

/** Reads the block at the walk's place. */
export function next(): u32 {
  if (!input.has(BLOCK_OVERHEAD)) return input.MORE;
  const at = input.at();
  if (load<u32>(at) === BLOCK_SECTION && !readByteOrder(at)) return input.BROKEN;
  const length = input.u32At(at + LENGTH);
  if (length < BLOCK_OVERHEAD || length > <u32>BLOCK_MAXIMUM || (length & 3) !== 0) return input.BROKEN;
  if (!input.has(length)) return input.MORE;
  if (input.u32At(at + <usize>length - 4) !== length) return input.BROKEN;
  return readBlock(at, length);
}

/** Begins a section: the block tells the byte order of all that follows. */
function readByteOrder(at: usize): bool {
  const magic = load<u32>(at, BODY);
  if (magic !== BYTE_ORDER_MAGIC && magic !== bswap<u32>(BYTE_ORDER_MAGIC)) return false;
  store<u32>(PLACE_FILE_SWAPPED, magic === BYTE_ORDER_MAGIC ? 0 : 1);
  store<u32>(PLACE_FILE_INTERFACES, 0);
  return true;
}

function readBlock(at: usize, length: u32): u32 {
  const end = at + <usize>length;
  switch (input.u32At(at)) {
    case BLOCK_SECTION:
      // Not before the block is whole: a file that begins otherwise is no capture, in how many parts it may be read.
      store<u32>(PLACE_FILE_KIND, FILE_PCAPNG);
      break;
    case BLOCK_ENHANCED_PACKET:
      if (length < PACKET_DATA + 4) break;
      return packet(at, input.u32At(at + BODY), end);
    case BLOCK_PACKET:
      if (length < PACKET_DATA + 4) break;
      return packet(at, input.u16At(at + BODY), end);
    case BLOCK_SIMPLE_PACKET:
      if (length < SIMPLE_DATA + 4) break;
      return simplePacket(at, end);
    case BLOCK_INTERFACE:
      if (length >= INTERFACE_OPTIONS + 4) describeInterface(at, end);
  }
  input.moveTo(end);
  return input.OTHER;
}

/** An enhanced packet block, or the older packet block, which differs in the interface's number only. */
function packet(at: usize, number: u32, end: usize): u32 {
  const captured = boundedLength(input.u32At(at + 20), <u32>(end - 4 - (at + PACKET_DATA)));
  const units = ((<u64>input.u32At(at + 12)) << 32) | <u64>input.u32At(at + 16);
  const described = interfaceEntry(number);
  const time = described === 0 ? load<u64>(PLACE_STAMP) : nanoseconds(units, described);
  return input.found(at + PACKET_DATA, captured, input.u32At(at + 24), linkTypeOf(described), time, end);
}

/** The length of a frame: what the block says, what it holds, and what a line's room allows (layout/areas). */
function boundedLength(said: u32, held: u32): u32 {
  return min(min(said, held), <u32>FRAME_MAXIMUM);
}

/** A simple packet block: the section's first interface, no time of its own, cut at the interface's snaplen. */
function simplePacket(at: usize, end: usize): u32 {
  const original = input.u32At(at + BODY);
  const described = interfaceEntry(0);
  let captured = boundedLength(original, <u32>(end - 4 - (at + SIMPLE_DATA)));
  if (described !== 0 && load<u32>(described, INTERFACE_SNAPLEN) !== 0) {
    captured = min(captured, load<u32>(described, INTERFACE_SNAPLEN));
  }
  return input.found(at + SIMPLE_DATA, captured, original, linkTypeOf(described), load<u64>(PLACE_STAMP), end);
}

/** Keeps what an interface description block says. Interfaces beyond the table's end are not known. */
function describeInterface(at: usize, end: usize): void {
  const number = load<u32>(PLACE_FILE_INTERFACES);
  store<u32>(PLACE_FILE_INTERFACES, number + 1);
  const entry = interfaceEntry(number);
  if (entry === 0) return;
  store<u32>(entry, input.u16At(at + BODY), INTERFACE_LINK_TYPE);
  store<u32>(entry, input.u32At(at + BODY + 4), INTERFACE_SNAPLEN);
  store<u32>(entry, RESOLUTION_DEFAULT, INTERFACE_RESOLUTION);
  store<i64>(entry, 0, INTERFACE_OFFSET);
  readOptions(at + INTERFACE_OPTIONS, end - 4, entry);
}

function readOptions(at: usize, end: usize, entry: usize): void {
  while (at + 4 <= end) {
    const code = input.u16At(at);
    const length = input.u16At(at + 2);
    at += 4;
    if (code === 0 || at + <usize>length > end) return;
    if (code === OPTION_TIME_RESOLUTION && length === 1) store<u32>(entry, load<u8>(at), INTERFACE_RESOLUTION);
    if (code === OPTION_TIME_OFFSET && length === 8) store<u64>(entry, input.u64At(at), INTERFACE_OFFSET);
    at += <usize>((length + 3) & ~3);
  }
}

/** Address of an interface's entry, or 0 where the section has not described it. */
function interfaceEntry(number: u32): usize {
  const entry = directory.address(REGION_INTERFACES) + <usize>number * INTERFACE_ENTRY_BYTES;
  const known = <usize>number * INTERFACE_ENTRY_BYTES < directory.size(REGION_INTERFACES);
  return known && number < load<u32>(PLACE_FILE_INTERFACES) ? entry : 0;
}

/** Link type of an interface; one that is not read where it is not described. */
function linkTypeOf(entry: usize): u32 {
  return entry === 0 ? u32.MAX_VALUE : load<u32>(entry, INTERFACE_LINK_TYPE);
}

/** Nanoseconds since 1970 of a time in the interface's units, within what 64 bits can hold. */
function nanoseconds(units: u64, entry: usize): u64 {
  const resolution = load<u32>(entry, INTERFACE_RESOLUTION);
  const exponent = resolution & ~RESOLUTION_BINARY;
  const binary = (resolution & RESOLUTION_BINARY) !== 0;
  const fraction = binary ? binaryFraction(units, exponent) : decimalFraction(units, exponent);
  const seconds = <i64>wholeSeconds(units, exponent, binary);
  const offset = load<i64>(entry, INTERFACE_OFFSET);
  const total = seconds + max<i64>(min<i64>(offset, SECONDS_MAXIMUM), BEFORE_ALL);
  if (total < 0) return 0;
  return <u64>min<i64>(total, SECONDS_MAXIMUM) * 1000000000 + fraction;
}

/** The last second whose nanoseconds fit in 64 bits, some centuries ahead. */
const SECONDS_MAXIMUM: i64 = 18446744072;
/** An offset that leads before 1970 from there. */
const BEFORE_ALL: i64 = -SECONDS_MAXIMUM - 1;

function wholeSeconds(units: u64, exponent: u32, binary: bool): u64 {
  let seconds: u64;
  if (binary) seconds = exponent > 63 ? 0 : units >> <u64>exponent;
  else seconds = exponent > 19 ? 0 : units / power(exponent);
  return min<u64>(seconds, <u64>SECONDS_MAXIMUM);
}

/** Nanoseconds beside the whole seconds, of units of 10^-exponent seconds. */
function decimalFraction(units: u64, exponent: u32): u64 {
  const rest = exponent > 19 ? units : units % power(exponent);
  if (exponent <= 9) return rest * power(9 - exponent);
  return exponent - 9 > 19 ? 0 : rest / power(exponent - 9);
}

/** Nanoseconds beside the whole seconds, of units of 2^-exponent seconds. */
function binaryFraction(units: u64, exponent: u32): u64 {
  if (exponent === 0) return 0;
  if (exponent > 94) return 0;
  let rest = exponent > 63 ? units : units & (((<u64>1) << (<u64>exponent)) - 1);
  // Thirty bits are left for the factor 10^9: what is below a nanosecond goes.
  if (exponent > 34) {
    rest = shiftedDown(rest, exponent - 34);
    exponent = 34;
  }
  return (rest * 1000000000) >> <u64>exponent;
}

function shiftedDown(value: u64, bits: u32): u64 {
  return bits > 63 ? 0 : value >> <u64>bits;
}

function power(exponent: u32): u64 {
  let value: u64 = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}
