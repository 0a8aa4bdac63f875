import {
  ARPHRD_LOOPBACK,
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_MPLS_MC,
  ETH_P_MPLS_UC,
  ETH_P_PPP_SES,
  ETH_P_QINQ1,
  ETH_P_QINQ2,
  PACKET_OUTGOING,
} from '../linux/packet-socket-abi.ts';
import {
  type Instruction,
  SKF_AD_HATYPE,
  SKF_AD_IFINDEX,
  SKF_AD_PKTTYPE,
  SKF_AD_PROTOCOL,
} from '../linux/socket-filter-abi.ts';
import { assemble, encode } from './bpf.ts';
import { embed } from './bpf-join.ts';
import { searchRanges } from './bpf-ranges.ts';
import {
  add,
  addX,
  and,
  copyAToX,
  copyXToA,
  end,
  goTo,
  ifAnyBit,
  ifEqual,
  ifEqualToX,
  label,
  loadAncillary,
  loadByte,
  loadByteAtX,
  loadConstantToX,
  loadHalf,
  loadHalfAtX,
  loadHeaderLengthToX,
  loadLength,
  loadWordAtX,
  type Statement,
  shiftRight,
} from './bpf-statements.ts';
import { joinRanges, type PortRange } from './ports.ts';

// The kernel's program: it refuses the packets that cannot begin a message, so that they are never copied into the ring. The packet
// code judges what it lets through once more, so in doubt it lets through. Packets begin at their network header (SOCK_DGRAM).
//
// Labels: "accept" and "refuse" are the verdicts, "tcp" goes on with X = where the TCP header begins.

/** What the kernel's program is made of. */
export interface FilterSettings {
  /** A packet is wanted when its source or its destination port is in here. */
  readonly ports: readonly PortRange[] | 'any';
  /** The interfaces that are read. An empty list lets nothing through: just now there is none. */
  readonly interfaceIndices: readonly number[] | 'any';
  /** Bytes kept of a packet from its network header on, 1 to 65535. */
  readonly snaplen: number;
  /** A compiled `-f`, for packets that begin at their network header (`compileLiveFilter`), that must let a packet through as well. */
  readonly userFilter?: readonly Instruction[] | undefined;
}

/** Every range costs some instructions, for which old kernels give a socket little room (optmem_max, 20 KB): with more, all ports pass. */
export const MOST_PORT_RANGES = 100;

const TAGS: readonly number[] = [ETH_P_8021Q, ETH_P_8021AD, ETH_P_QINQ1, ETH_P_QINQ2];
/** What the program does not walk. */
const ENCAPSULATIONS: readonly number[] = [ETH_P_MPLS_UC, ETH_P_MPLS_MC, ETH_P_PPP_SES];
const TAG_LENGTH = 4;

const IPV4_TOTAL_LENGTH = 2;
const IPV4_FRAGMENT = 6;
const IPV4_FRAGMENT_OFFSET_BITS = 0x1fff;
const IPV4_PROTOCOL = 9;
const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_NEXT_HEADER = 6;
const IPV6_HEADER_LENGTH = 40;
const TCP_DESTINATION_PORT = 2;
const TCP_DATA_OFFSET = 12;
const PROTOCOL_TCP = 6;
/** Hop-by-hop, routing, fragment, authentication, destination options, mobility (RFC 8200 section 4, RFC 6275 section 6.1). */
const EXTENSION_HEADERS: readonly number[] = [0, 43, 44, 51, 60, 135];

/** Three bytes in 0x40-0x5f begin every method (capital letters) and `HTTP`. */
const CAPITALS_MASK = 0xe0e0e000;
const CAPITALS = 0x40404000;
/** `M-SE`, for M-SEARCH. */
const M_SEARCH = 0x4d2d5345;
/** An empty line may stand before a start line. */
const EMPTY_LINE = 0x0d0a;

function interfaceTest(indices: FilterSettings['interfaceIndices']): Statement[] {
  if (indices === 'any') return [];
  const ranges = indices.map((index) => ({ first: index, last: index }));
  return [loadAncillary(SKF_AD_IFINDEX), ...searchRanges(ranges, 'interface', 'refuse', 'interface')];
}

/** Shares the packets out by what they say they are. */
function protocolTest(): Statement[] {
  return [
    label('interface'),
    loadAncillary(SKF_AD_PROTOCOL),
    ifEqual(ETH_P_IP, 'ipv4'),
    ifEqual(ETH_P_IPV6, 'ipv6'),
    ...TAGS.map((type) => ifEqual(type, 'tag')),
    ...ENCAPSULATIONS.map((type) => ifEqual(type, 'accept')),
    goTo('refuse'),
  ];
}

/**
 * A tag in the packet. One that came in stands at 0. What goes out begins behind its 0x8100 and 0x88a8 tags, yet is said to be a
 * tag: it is IP if its length fits, and in doubt it passes.
 */
function tagTest(): Statement[] {
  return [
    label('tag'),
    loadAncillary(SKF_AD_PKTTYPE),
    ifEqual(PACKET_OUTGOING, 'tag outgoing'),
    loadHalf(TAG_LENGTH - 2),
    ifEqual(ETH_P_IP, 'tagged ipv4'),
    ifEqual(ETH_P_IPV6, 'tagged ipv6'),
    ...[...TAGS, ...ENCAPSULATIONS].map((type) => ifEqual(type, 'accept')),
    goTo('refuse'),
    label('tag outgoing'),
    loadLength(),
    copyAToX(),
    loadByte(0),
    and(0xf0),
    ifEqual(0x60, 'tag outgoing ipv6'),
    ifEqual(0x40, undefined, 'accept'),
    loadHalf(IPV4_TOTAL_LENGTH),
    ifEqualToX('ipv4', 'accept'),
    label('tag outgoing ipv6'),
    loadHalf(IPV6_PAYLOAD_LENGTH),
    add(IPV6_HEADER_LENGTH),
    ifEqualToX('ipv6', 'accept'),
  ];
}

/** An IPv4 header at `at`: TCP, and not a later fragment. */
function ipv4Test(name: string, at: number): Statement[] {
  return [
    label(name),
    loadByte(at + IPV4_PROTOCOL),
    ifEqual(PROTOCOL_TCP, undefined, 'refuse'),
    loadHalf(at + IPV4_FRAGMENT),
    ifAnyBit(IPV4_FRAGMENT_OFFSET_BITS, 'refuse'),
    loadHeaderLengthToX(at),
    ...(at === 0 ? [] : [copyXToA(), add(at), copyAToX()]),
    goTo('tcp'),
  ];
}

/** An IPv6 header at `at`: TCP behind it, or an extension header, which the program does not walk. */
function ipv6Test(name: string, at: number): Statement[] {
  return [
    label(name),
    loadByte(at + IPV6_NEXT_HEADER),
    ifEqual(PROTOCOL_TCP, `${name} tcp`),
    ...EXTENSION_HEADERS.map((header) => ifEqual(header, 'accept')),
    goTo('refuse'),
    label(`${name} tcp`),
    loadConstantToX(at + IPV6_HEADER_LENGTH),
    goTo('tcp'),
  ];
}

function portTest(ports: FilterSettings['ports']): Statement[] {
  if (ports === 'any' || joinRanges(ports).length > MOST_PORT_RANGES) return [];
  return [
    loadHalfAtX(0),
    ...searchRanges(ports, 'payload', 'destination', 'source'),
    label('destination'),
    loadHalfAtX(TCP_DESTINATION_PORT),
    ...searchRanges(ports, 'payload', 'refuse', 'destination'),
  ];
}

/** The first four bytes behind the TCP header. A payload that has fewer begins no message: the load refuses the packet. */
function payloadTest(): Statement[] {
  return [
    label('payload'),
    loadByteAtX(TCP_DATA_OFFSET),
    and(0xf0),
    shiftRight(2),
    addX(),
    copyAToX(),
    loadWordAtX(0),
    ifEqual(M_SEARCH, 'accept'),
    copyAToX(),
    and(CAPITALS_MASK),
    ifEqual(CAPITALS, 'accept'),
    copyXToA(),
    shiftRight(16),
    ifEqual(EMPTY_LINE, 'accept', 'refuse'),
  ];
}

/** On loopback each packet goes out and comes in: the first is refused. It is asked last, for few packets get here. */
function loopbackTest(passed: string): Statement[] {
  return [
    label('accept'),
    loadAncillary(SKF_AD_HATYPE),
    ifEqual(ARPHRD_LOOPBACK, undefined, passed),
    loadAncillary(SKF_AD_PKTTYPE),
    ifEqual(PACKET_OUTGOING, 'refuse', passed),
  ];
}

/**
 * The program for SO_ATTACH_FILTER on a SOCK_DGRAM packet socket: an array of struct sock_filter.
 * @throws Error of one line when `userFilter` is too long for the kernel or has a loop.
 */
export function kernelFilter(settings: FilterSettings): Uint8Array {
  const { ports, interfaceIndices, snaplen, userFilter } = settings;
  if (!(snaplen >= 1)) throw new RangeError('a filter keeps at least one byte');
  const statements = [
    ...interfaceTest(interfaceIndices),
    ...protocolTest(),
    ...tagTest(),
    ...ipv4Test('ipv4', 0),
    ...ipv6Test('ipv6', 0),
    ...ipv4Test('tagged ipv4', TAG_LENGTH),
    ...ipv6Test('tagged ipv6', TAG_LENGTH),
    label('tcp'),
    ...portTest(ports),
    ...payloadTest(),
    ...loopbackTest(userFilter === undefined ? 'keep' : 'user'),
    ...(userFilter === undefined ? [] : [label('user'), ...embed(userFilter, 'keep', 'refuse')]),
    label('keep'),
    end(snaplen),
    label('refuse'),
    end(0),
  ];
  return encode(assemble(statements));
}

/** The program that refuses every packet: it stands on a socket until the real one does. */
export function refuseAll(): Uint8Array {
  return encode(assemble([end(0)]));
}
