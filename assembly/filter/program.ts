// Runs a compiled pcap-filter program on a packet of a file: classic BPF (linux/filter.h; McCanne and Jacobson 1993).
// A load outside the captured bytes refuses the packet, as in the kernel.
import { REGION_FILTERS } from '../../layout/directory';
import {
  FILTER_COUNT,
  FILTER_ENTRIES,
  FILTER_ENTRY_BYTES,
  FILTER_ENTRY_LENGTH,
  FILTER_ENTRY_LINK_TYPE,
  FILTER_ENTRY_PROGRAM,
} from '../../layout/settings';
import * as directory from '../memory/directory';
import * as be from '../wire/be';

// struct sock_filter
const INSTRUCTION_BYTES = 8;
const CODE = 0;
const JUMP_TRUE = 2;
const JUMP_FALSE = 3;
const K = 4;

// Instruction classes and fields.
const CLASS_LD = 0;
const CLASS_LDX = 1;
const CLASS_ST = 2;
const CLASS_STX = 3;
const CLASS_ALU = 4;
const CLASS_JMP = 5;
const CLASS_RET = 6;
const SIZE_WORD = 0x00;
const SIZE_HALF = 0x08;
const MODE_IMMEDIATE = 0x00;
const MODE_ABSOLUTE = 0x20;
const MODE_INDEXED = 0x40;
const MODE_MEMORY = 0x60;
const MODE_LENGTH = 0x80;
const SOURCE_X = 0x08;
const MISC_TXA = 0x80;

/** The program's scratch words. */
const scratch: usize = memory.data(64, 4);
const SCRATCH_WORDS: u32 = 16;

let accumulator: u32 = 0;
let index: u32 = 0;
let packet: usize = 0;
let packetEnd: usize = 0;
let packetLength: u32 = 0;
/** Set by a load outside the packet or a division by zero: the packet is refused. */
let failed: bool = false;

/** Address of the entry of this link type's program, or 0 where it has none. */
export function find(linkType: u32): usize {
  const region = directory.address(REGION_FILTERS);
  const count = load<u32>(region, FILTER_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    const entry = region + FILTER_ENTRIES + <usize>(i * FILTER_ENTRY_BYTES);
    if (load<u32>(entry, FILTER_ENTRY_LINK_TYPE) === linkType) return entry;
  }
  return 0;
}

/** Whether the program of this entry passes the frame `at`..`end` that had `length` bytes on the wire. */
export function passes(entry: usize, at: usize, end: usize, length: u32): bool {
  const program = <usize>load<u32>(entry, FILTER_ENTRY_PROGRAM);
  const count = load<u32>(entry, FILTER_ENTRY_LENGTH);
  begin(at, end, length);
  // Jumps go forward only, so every program ends.
  for (let i: u32 = 0; i < count; ) {
    const instruction = program + <usize>i * INSTRUCTION_BYTES;
    const code = <u32>load<u16>(instruction, CODE);
    const k = load<u32>(instruction, K);
    if ((code & 7) === CLASS_RET) return (code & 0x18) === 0 ? k !== 0 : accumulator !== 0;
    if ((code & 7) === CLASS_JMP) {
      const skip = jump(instruction, code, k);
      if (skip > count) return false;
      i += skip;
    } else {
      step(code, k);
      if (failed) return false;
    }
    i++;
  }
  return false;
}

function begin(at: usize, end: usize, length: u32): void {
  packet = at;
  packetEnd = end;
  packetLength = length;
  accumulator = 0;
  index = 0;
  failed = false;
  memory.fill(scratch, 0, SCRATCH_WORDS << 2);
}

/** How many instructions a jump passes over. */
function jump(instruction: usize, code: u32, k: u32): u32 {
  const operand = (code & SOURCE_X) !== 0 ? index : k;
  let holds: bool;
  switch (code & 0xf0) {
    case 0x00:
      return k;
    case 0x10:
      holds = accumulator === operand;
      break;
    case 0x20:
      holds = accumulator > operand;
      break;
    case 0x30:
      holds = accumulator >= operand;
      break;
    default:
      holds = (accumulator & operand) !== 0;
  }
  return holds ? <u32>load<u8>(instruction, JUMP_TRUE) : <u32>load<u8>(instruction, JUMP_FALSE);
}

function step(code: u32, k: u32): void {
  switch (code & 7) {
    case CLASS_LD:
      accumulator = loaded(code, k);
      break;
    case CLASS_LDX:
      index = loadedIndex(code, k);
      break;
    case CLASS_ST:
      storeScratch(k, accumulator);
      break;
    case CLASS_STX:
      storeScratch(k, index);
      break;
    case CLASS_ALU:
      accumulator = calculated(code & 0xf0, (code & SOURCE_X) !== 0 ? index : k);
      break;
    default:
      if ((code & MISC_TXA) !== 0) accumulator = index;
      else index = accumulator;
  }
}

function loaded(code: u32, k: u32): u32 {
  switch (code & 0xe0) {
    case MODE_IMMEDIATE:
      return k;
    case MODE_ABSOLUTE:
      return packetValue(code & 0x18, <u64>k);
    case MODE_INDEXED:
      return packetValue(code & 0x18, <u64>index + <u64>k);
    case MODE_MEMORY:
      return scratchWord(k);
    default:
      return packetLength;
  }
}

function loadedIndex(code: u32, k: u32): u32 {
  switch (code & 0xe0) {
    case MODE_IMMEDIATE:
      return k;
    case MODE_MEMORY:
      return scratchWord(k);
    case MODE_LENGTH:
      return packetLength;
    default:
      // BPF_MSH: the length of an IPv4 header.
      return (packetValue(0x10, <u64>k) & 15) << 2;
  }
}

/** The word, half word or byte at an offset of the packet. */
function packetValue(size: u32, offset: u64): u32 {
  const length: u64 = size === SIZE_WORD ? 4 : size === SIZE_HALF ? 2 : 1;
  if (offset + length > <u64>(packetEnd - packet)) {
    failed = true;
    return 0;
  }
  const at = packet + <usize>offset;
  return length === 4 ? be.u32At(at) : length === 2 ? be.u16At(at) : <u32>load<u8>(at);
}

function calculated(operation: u32, operand: u32): u32 {
  switch (operation) {
    case 0x00:
      return accumulator + operand;
    case 0x10:
      return accumulator - operand;
    case 0x20:
      return accumulator * operand;
    case 0x30:
      return operand === 0 ? refuse() : accumulator / operand;
    case 0x40:
      return accumulator | operand;
    case 0x50:
      return accumulator & operand;
    case 0x60:
      return operand > 31 ? 0 : accumulator << operand;
    case 0x70:
      return operand > 31 ? 0 : accumulator >> operand;
    case 0x80:
      return 0 - accumulator;
    case 0x90:
      return operand === 0 ? refuse() : accumulator % operand;
    default:
      return accumulator ^ operand;
  }
}

function refuse(): u32 {
  failed = true;
  return 0;
}

function scratchWord(k: u32): u32 {
  return load<u32>(scratch + ((<usize>k & (SCRATCH_WORDS - 1)) << 2));
}

function storeScratch(k: u32, value: u32): void {
  store<u32>(scratch + ((<usize>k & (SCRATCH_WORDS - 1)) << 2), value);
}
