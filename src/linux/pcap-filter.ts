import type { LibraryHandle } from 'koffi';
import { foreign, loadKoffi } from './foreign.ts';
import { BPF_JA, BPF_JMP, INSTRUCTION_BYTES, type Instruction } from './socket-filter-abi.ts';

// Filter expressions (pcap-filter(7)), compiled by libpcap, which is loaded at the first one.

/** Its names: the usual one, Debian's, and that of development packages. */
const NAMES: readonly string[] = ['libpcap.so.1', 'libpcap.so.0.8', 'libpcap.so'];
const MISSING =
  '-f needs libpcap: apt-get install libpcap0.8 (Debian, Ubuntu: libpcap0.8 or libpcap0.8t64), dnf install libpcap';

/** PCAP_NETMASK_UNKNOWN: `ip broadcast` is then refused by libpcap, which says so. */
const NETMASK_UNKNOWN = 0xffffffff;
const OPTIMIZE = 1;

/** A filter expression that is wrong, or that can't be used here: one line. */
export class FilterError extends Error {
  readonly code = 'EFILTER';
}

let library: LibraryHandle | undefined;

/** Opens the first of the libraries that is installed. */
export function openFirst(names: readonly string[]): LibraryHandle {
  const koffi = loadKoffi();
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch {
      // the next name may be there
    }
  }
  throw new Error(MISSING);
}

function libpcap(): LibraryHandle {
  library ??= openFirst(NAMES);
  return library;
}

const openDead = foreign<(linkType: number, snaplen: number) => bigint | null>(
  'void *pcap_open_dead(int, int)',
  libpcap,
);
const compile = foreign<
  (handle: bigint, program: BigUint64Array, expression: string, optimize: number, netmask: number) => number
>('int pcap_compile(void *, void *, const char *, int, uint32_t)', libpcap);
const errorText = foreign<(handle: bigint) => string>('const char *pcap_geterr(void *)', libpcap);
const freeCode = foreign<(program: BigUint64Array) => void>('void pcap_freecode(void *)', libpcap);
const closeHandle = foreign<(handle: bigint) => void>('void pcap_close(void *)', libpcap);

/** struct bpf_program: an unsigned int, padding, and a pointer to the instructions. */
function copyProgram(program: BigUint64Array): Instruction[] {
  const length = new Uint32Array(program.buffer)[0] ?? 0;
  const pointer = program[1] ?? 0n;
  const bytes = new Uint8Array(length * INSTRUCTION_BYTES);
  bytes.set(loadKoffi().decode(pointer, 'uint8_t', bytes.length));
  const halves = new Uint16Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  return Array.from({ length }, (_, i) => ({
    code: halves[4 * i] ?? 0,
    jt: bytes[8 * i + 2] ?? 0,
    jf: bytes[8 * i + 3] ?? 0,
    k: words[2 * i + 1] ?? 0,
  }));
}

/** libpcap writes a loop for `protochain`: a jump by a negative number. Neither the kernel nor the packet code takes one. */
function withoutLoops(program: Instruction[]): Instruction[] {
  const loops = program.some(({ code, k }) => code === BPF_JMP + BPF_JA && k > 0x7fffffff);
  if (loops) throw new FilterError('-f: a filter with a loop in it (protochain) is not taken');
  return program;
}

/**
 * Compiles a filter expression for packets of a link type (a DLT_ number) of which `snaplen` bytes are kept. An instruction
 * `ret #k` with a `k` other than 0 says that the packet matches.
 * @throws FilterError with libpcap's own words on the expression; Error of one line that says how to install it.
 */
export function compileFilter(expression: string, linkType: number, snaplen: number): Instruction[] {
  // C would read only what stands before it.
  if (expression.includes('\0')) throw new FilterError('-f: the filter expression holds a NUL byte');
  const handle = openDead()(linkType, snaplen);
  if (handle === null) throw new Error('-f: libpcap is out of memory');
  try {
    const program = new BigUint64Array(2);
    if (compile()(handle, program, expression, OPTIMIZE, NETMASK_UNKNOWN) !== 0) {
      throw new FilterError(`-f: ${errorText()(handle)}`);
    }
    try {
      return withoutLoops(copyProgram(program));
    } finally {
      freeCode()(program);
    }
  } finally {
    closeHandle()(handle);
  }
}
