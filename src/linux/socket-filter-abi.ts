// linux/filter.h and linux/bpf_common.h: classic BPF, the language of socket filters.

/** struct sock_filter: one instruction. `jt` and `jf` are how many instructions a jump skips (0-255), `k` is an unsigned 32-bit number. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** Size of struct sock_filter. */
export const INSTRUCTION_BYTES = 8;
/** BPF_MAXINSNS: the kernel takes no longer program. */
export const MAXIMUM_INSTRUCTIONS = 4096;

// The classes, low three bits of a code.
export const BPF_LD = 0x00;
export const BPF_LDX = 0x01;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_RET = 0x06;
export const BPF_MISC = 0x07;

// Loads: sizes and modes.
export const BPF_W = 0x00;
export const BPF_H = 0x08;
export const BPF_B = 0x10;
export const BPF_IMM = 0x00;
export const BPF_ABS = 0x20;
export const BPF_IND = 0x40;
export const BPF_LEN = 0x80;
export const BPF_MSH = 0xa0;

// Arithmetic, jumps, and where their operand is.
export const BPF_ADD = 0x00;
export const BPF_AND = 0x50;
export const BPF_RSH = 0x70;
export const BPF_JA = 0x00;
export const BPF_JEQ = 0x10;
export const BPF_JGT = 0x20;
export const BPF_JGE = 0x30;
export const BPF_JSET = 0x40;
export const BPF_K = 0x00;
export const BPF_X = 0x08;
/** The operand of a return. */
export const BPF_A = 0x10;
export const BPF_TAX = 0x00;
export const BPF_TXA = 0x80;

/** Loads from here on ask for what the kernel knows of the packet instead of its bytes. */
export const SKF_AD_OFF = 0xfffff000;
export const SKF_AD_PROTOCOL = 0;
export const SKF_AD_PKTTYPE = 4;
export const SKF_AD_IFINDEX = 8;
export const SKF_AD_HATYPE = 28;

/** The class of an instruction's code. */
export function instructionClass(code: number): number {
  return code & 0x07;
}

/** The mode of a load's code. */
export function loadMode(code: number): number {
  return code & 0xe0;
}

/** The size of a load's code. */
export function loadSize(code: number): number {
  return code & 0x18;
}

/** A program as the kernel reads it: an array of struct sock_filter in this machine's byte order. */
export function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const halves = new Uint16Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  program.forEach(({ code, jt, jf, k }, i) => {
    halves[4 * i] = code;
    bytes.set([jt, jf], 8 * i + 2);
    words[2 * i + 1] = k;
  });
  return bytes;
}
