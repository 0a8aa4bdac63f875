import {
  BPF_ABS,
  BPF_ADD,
  BPF_ALU,
  BPF_AND,
  BPF_B,
  BPF_H,
  BPF_IMM,
  BPF_IND,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JMP,
  BPF_JSET,
  BPF_K,
  BPF_LD,
  BPF_LDX,
  BPF_LEN,
  BPF_MISC,
  BPF_MSH,
  BPF_RET,
  BPF_RSH,
  BPF_TAX,
  BPF_TXA,
  BPF_W,
  BPF_X,
  SKF_AD_OFF,
} from '../linux/socket-filter-abi.ts';

// The statements of our BPF assembler, one function each, named by what they do: A is the accumulator, X the index register.

/** A line of an assembler program. A jump without a label goes on with the next line. */
export type Statement =
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'plain'; readonly code: number; readonly k: number }
  | { readonly kind: 'always'; readonly to: string }
  | {
      readonly kind: 'jump';
      readonly code: number;
      readonly k: number;
      readonly whenTrue: string | undefined;
      readonly whenFalse: string | undefined;
    };

/** Any instruction but a jump. */
export function plain(code: number, k = 0): Statement {
  return { kind: 'plain', code, k };
}

/** Any conditional jump: `code` says the comparison and whether it is with `k` or with X. */
export function jump(code: number, k: number, whenTrue?: string, whenFalse?: string): Statement {
  return { kind: 'jump', code, k, whenTrue, whenFalse };
}

/** A name for the line that follows. */
export function label(name: string): Statement {
  return { kind: 'label', name };
}

/** Goes on at a label. */
export function goTo(name: string): Statement {
  return { kind: 'always', to: name };
}

/** A = the byte at `offset`. Every load beyond the packet's end ends the program: the packet is refused. */
export function loadByte(offset: number): Statement {
  return plain(BPF_LD | BPF_B | BPF_ABS, offset);
}

/** A = the 16 bits at `offset`, in network order. */
export function loadHalf(offset: number): Statement {
  return plain(BPF_LD | BPF_H | BPF_ABS, offset);
}

/** A = the 32 bits at `offset`, in network order. */
export function loadWord(offset: number): Statement {
  return plain(BPF_LD | BPF_W | BPF_ABS, offset);
}

/** A = the byte at X + `offset`. */
export function loadByteAtX(offset: number): Statement {
  return plain(BPF_LD | BPF_B | BPF_IND, offset);
}

/** A = the 32 bits at X + `offset`. */
export function loadWordAtX(offset: number): Statement {
  return plain(BPF_LD | BPF_W | BPF_IND, offset);
}

/** A = the packet's length. */
export function loadLength(): Statement {
  return plain(BPF_LD | BPF_W | BPF_LEN);
}

/** A = what the kernel knows of the packet: one of SKF_AD_. */
export function loadAncillary(what: number): Statement {
  return plain(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + what);
}

/** A = `k`. */
export function loadConstant(k: number): Statement {
  return plain(BPF_LD | BPF_IMM, k);
}

/** X = `k`. */
export function loadConstantToX(k: number): Statement {
  return plain(BPF_LDX | BPF_IMM, k);
}

/** X = 4 times the low half of the byte at `offset`: the length of an IPv4 header. */
export function loadHeaderLengthToX(offset: number): Statement {
  return plain(BPF_LDX | BPF_B | BPF_MSH, offset);
}

/** A = A + `k`. */
export function add(k: number): Statement {
  return plain(BPF_ALU | BPF_ADD | BPF_K, k);
}

/** A = A + X. */
export function addX(): Statement {
  return plain(BPF_ALU | BPF_ADD | BPF_X);
}

/** A = A & `k`. */
export function and(k: number): Statement {
  return plain(BPF_ALU | BPF_AND | BPF_K, k);
}

/** A = A >>> `bits`. */
export function shiftRight(bits: number): Statement {
  return plain(BPF_ALU | BPF_RSH | BPF_K, bits);
}

/** X = A. */
export function copyAToX(): Statement {
  return plain(BPF_MISC | BPF_TAX);
}

/** A = X. */
export function copyXToA(): Statement {
  return plain(BPF_MISC | BPF_TXA);
}

/** Ends: the packet is kept with its first `length` bytes, or refused by 0. */
export function end(length: number): Statement {
  return plain(BPF_RET | BPF_K, length);
}

/** Whether A is `k`. */
export function ifEqual(k: number, whenTrue?: string, whenFalse?: string): Statement {
  return jump(BPF_JMP | BPF_JEQ | BPF_K, k, whenTrue, whenFalse);
}

/** Whether A is X. */
export function ifEqualToX(whenTrue?: string, whenFalse?: string): Statement {
  return jump(BPF_JMP | BPF_JEQ | BPF_X, 0, whenTrue, whenFalse);
}

/** Whether A is greater than `k`, both without sign. */
export function ifAbove(k: number, whenTrue?: string, whenFalse?: string): Statement {
  return jump(BPF_JMP | BPF_JGT | BPF_K, k, whenTrue, whenFalse);
}

/** Whether A is `k` or greater, both without sign. */
export function ifAtLeast(k: number, whenTrue?: string, whenFalse?: string): Statement {
  return jump(BPF_JMP | BPF_JGE | BPF_K, k, whenTrue, whenFalse);
}

/** Whether A has any of the bits of `k`. */
export function ifAnyBit(k: number, whenTrue?: string, whenFalse?: string): Statement {
  return jump(BPF_JMP | BPF_JSET | BPF_K, k, whenTrue, whenFalse);
}
