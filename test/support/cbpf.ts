/** What the kernel knows of a packet beside its bytes (the SKF_AD_ loads of linux/filter.h). */
export interface PacketMetadata {
  protocol: number;
  packetType: number;
  interfaceIndex: number;
  hardwareType: number;
}

/** struct sock_filter of linux/filter.h. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** Reads a program in this machine's byte order (struct sock_filter). */
function decodeProgram(program: Uint8Array): Instruction[] {
  const bytes = program.slice();
  const halves = new Uint16Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  return Array.from({ length: program.length / 8 }, (_, i) => ({
    code: halves[4 * i] ?? 0,
    jt: bytes[8 * i + 2] ?? 0,
    jf: bytes[8 * i + 3] ?? 0,
    k: words[2 * i + 1] ?? 0,
  }));
}

/** A load outside the packet, or a division by 0: the kernel refuses the packet. */
class Refused extends Error {}

const ANCILLARY = 0xfffff000;

function ancillary(which: number, metadata: PacketMetadata): number {
  if (which === 0) return metadata.protocol;
  if (which === 4) return metadata.packetType;
  if (which === 8) return metadata.interfaceIndex;
  if (which === 28) return metadata.hardwareType;
  throw new Error(`cbpf: no model of the ancillary load ${which}`);
}

function bigEndian(packet: Uint8Array, at: number, width: number): number {
  if (at + width > packet.length) throw new Refused();
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (packet[at + i] ?? 0);
  return value;
}

function arithmetic(operation: number, a: number, b: number): number {
  switch (operation) {
    case 0x00:
      return a + b;
    case 0x10:
      return a - b;
    case 0x20:
      return Math.imul(a, b);
    case 0x30:
      if (b === 0) throw new Refused();
      return Math.floor(a / b);
    case 0x40:
      return a | b;
    case 0x50:
      return a & b;
    case 0x60:
      return b > 31 ? 0 : a << b;
    case 0x70:
      return b > 31 ? 0 : a >>> b;
    case 0x80:
      return -a;
    case 0x90:
      if (b === 0) throw new Refused();
      return a % b;
    case 0xa0:
      return a ^ b;
    default:
      throw new Error(`cbpf: no arithmetic ${operation}`);
  }
}

function comparison(operation: number, a: number, b: number): boolean {
  switch (operation) {
    case 0x10:
      return a === b;
    case 0x20:
      return a > b;
    case 0x30:
      return a >= b;
    case 0x40:
      return (a & b) !== 0;
    default:
      throw new Error(`cbpf: no jump ${operation}`);
  }
}

/** The value of a load (BPF_LD and BPF_LDX). */
function load(code: number, k: number, x: number, memory: number[], packet: Uint8Array, meta: PacketMetadata): number {
  const width = { 0: 4, 8: 2, 16: 1 }[code & 0x18] ?? 0;
  switch (code & 0xe0) {
    case 0x00:
      return k;
    case 0x20:
      return k >= ANCILLARY ? ancillary(k - ANCILLARY, meta) : bigEndian(packet, k, width);
    case 0x40:
      return bigEndian(packet, (x + k) >>> 0, width);
    case 0x60:
      return memory[k] ?? 0;
    case 0x80:
      return packet.length;
    case 0xa0:
      return 4 * (bigEndian(packet, k, 1) & 0x0f);
    default:
      throw new Error(`cbpf: no load ${code}`);
  }
}

/** What a program did with a packet. */
export interface Run {
  /** How many bytes of the packet are kept, 0 when it is refused. */
  kept: number;
  /** How many instructions were executed. */
  instructions: number;
  /** How many loads were no instructions of the machine but calls of a function: those by X, and one beyond the packet's end. */
  calls: number;
}

function interpret(program: readonly Instruction[], packet: Uint8Array, metadata: PacketMetadata, run: Run): number {
  const memory: number[] = new Array<number>(16).fill(0);
  let a = 0;
  let x = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, jt, jf, k } = program[at] as Instruction;
    run.instructions++;
    if ((code & 0xe7) === 0x40) run.calls++;
    const operand = (code & 0x08) !== 0 ? x : k;
    const operation = code & 0xf0;
    switch (code & 0x07) {
      case 0:
        a = load(code, k, x, memory, packet, metadata);
        break;
      case 1:
        x = load(code, k, x, memory, packet, metadata);
        break;
      case 2:
        memory[k] = a;
        break;
      case 3:
        memory[k] = x;
        break;
      case 4:
        a = arithmetic(operation, a, operand) >>> 0;
        break;
      case 5:
        at += operation === 0 ? k : comparison(operation, a, operand) ? jt : jf;
        break;
      case 6:
        return (code & 0x18) === 0x10 ? a : k;
      default:
        if ((code & 0xf8) === 0x80) a = x;
        else x = a;
    }
  }
  throw new Error('cbpf: the program has no end');
}

/**
 * Runs a classic BPF program (its bytes, or its instructions) on a packet, slowly, as the kernel does, and counts. An error is a
 * program that no kernel would take.
 */
export function traceProgram(
  program: Uint8Array | readonly Instruction[],
  packet: Uint8Array,
  metadata: PacketMetadata,
): Run {
  const run: Run = { kept: 0, instructions: 0, calls: 0 };
  try {
    run.kept = interpret(program instanceof Uint8Array ? decodeProgram(program) : program, packet, metadata, run);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    run.calls++;
  }
  return run;
}

/** How many bytes of a packet a program keeps, 0 when it refuses it. */
export function runProgram(
  program: Uint8Array | readonly Instruction[],
  packet: Uint8Array,
  metadata: PacketMetadata,
): number {
  return traceProgram(program, packet, metadata).kept;
}
