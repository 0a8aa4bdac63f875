import { compileFilter, FilterError } from './pcap-filter.ts';
import {
  BPF_ABS,
  BPF_H,
  BPF_IND,
  BPF_LD,
  BPF_LDX,
  BPF_MSH,
  type Instruction,
  instructionClass,
  loadMode,
  loadSize,
  SKF_AD_OFF,
  SKF_AD_PKTTYPE,
  SKF_AD_PROTOCOL,
} from './socket-filter-abi.ts';

// Live packets begin at the network header (SOCK_DGRAM), with no link header before it, and libpcap compiles for link types only. So
// the expression is compiled for Linux cooked captures, and the offsets are moved: what fix_program() of libpcap's pcap-linux.c does
// for its own cooked sockets. A `len` in the expression is then the packet's length from its network header on, as with `tcpdump -i any`.

const DLT_LINUX_SLL = 113;
const SNAPLEN = 65535;

// The cooked header (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html): both fields that the kernel knows are 16 bits wide.
const SLL_PACKET_TYPE = 0;
const SLL_PROTOCOL = 14;
const SLL_HEADER_LENGTH = 16;

const NO_LINK_LAYER =
  '-f: live, a filter sees packets from the IP header on: it cannot ask for link-layer addresses or bytes';

/** Whether an instruction loads bytes of the packet, and not a constant, a length, or what the kernel knows about the packet. */
function loadsPacket({ code, k }: Instruction): boolean {
  const kind = instructionClass(code);
  if (kind !== BPF_LD && kind !== BPF_LDX) return false;
  const mode = loadMode(code);
  return mode === BPF_IND || mode === BPF_MSH || (mode === BPF_ABS && k < SKF_AD_OFF);
}

/** One instruction for packets without their cooked header. */
function withoutLinkHeader(instruction: Instruction): Instruction {
  const { code, k } = instruction;
  if (!loadsPacket(instruction)) return instruction;
  if (k >= SLL_HEADER_LENGTH) return { ...instruction, k: k - SLL_HEADER_LENGTH };
  // The kernel takes these by absolute loads only, and a load of another size would span more or less than the field.
  if (loadMode(code) === BPF_ABS && loadSize(code) === BPF_H) {
    if (k === SLL_PACKET_TYPE) return { ...instruction, k: SKF_AD_OFF + SKF_AD_PKTTYPE };
    if (k === SLL_PROTOCOL) return { ...instruction, k: SKF_AD_OFF + SKF_AD_PROTOCOL };
  }
  throw new FilterError(NO_LINK_LAYER);
}

/** A program for Linux cooked captures as one for packets that begin at the network header. */
export function moveOffsets(program: readonly Instruction[]): Instruction[] {
  return program.map(withoutLinkHeader);
}

/**
 * Compiles a filter expression for live packets.
 * @throws Error of one line: libpcap's own words, how to install it, or that the expression asks for link-layer bytes.
 */
export function compileLiveFilter(expression: string): Instruction[] {
  return moveOffsets(compileFilter(expression, DLT_LINUX_SLL, SNAPLEN));
}
