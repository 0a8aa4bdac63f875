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
  encode,
  type Instruction,
  SKF_AD_HATYPE,
  SKF_AD_IFINDEX,
  SKF_AD_PKTTYPE,
  SKF_AD_PROTOCOL,
} from '../linux/socket-filter-abi.ts';
import { assemble } from './bpf.ts';
import { embed } from './bpf-join.ts';
import { searchRanges } from './bpf-ranges.ts';
import {
  add,
  and,
  copyAToX,
  copyXToA,
  end,
  goTo,
  ifAtLeast,
  ifEqual,
  ifEqualToX,
  label,
  loadAncillary,
  loadByte,
  loadConstantToX,
  loadHalf,
  loadHeaderLengthToX,
  loadLength,
  loadWord,
  type Statement,
} from './bpf-statements.ts';
import { payloadAt, payloadTest, portTest, type TestedPorts, tcpTest, wholeTcp } from './bpf-tcp.ts';
import { joinRanges } from './ports.ts';

// The kernel's program: it refuses the packets that cannot begin a message (or, where whole streams are wanted, are no segment of a
// wanted port), so that they are never copied into the ring. The packet code judges what it lets through once more, so in doubt it
// lets through. Packets begin at their network header (SOCK_DGRAM).
//
// Loads from offsets written in the program become instructions; loads by X, and those beyond the packet's first piece of memory, call
// a function of the kernel. So the usual headers have a way of their own without X, and the general way takes the others.
//
// Labels: "accept" and "refuse" are the verdicts, "ipv4 general" and "ipv6 general" take any header at 0, "tcp" goes
// on with X = where the TCP header begins, "payload", which whole streams do not need, with A = the first four bytes of the payload.

/** What the kernel's program is made of. */
export interface FilterSettings {
  /** A packet is wanted when its source or its destination port is in here. */
  readonly ports: TestedPorts;
  /** The interfaces that are read. An empty list lets nothing through: just now there is none. */
  readonly interfaceIndices: readonly number[] | 'any';
  /** Bytes kept of a packet from its network header on, 1 to 65535. */
  readonly snaplen: number;
  /** Every segment of the wanted ports passes, with payload or without, not only those that may begin a message. */
  readonly wholeStreams?: boolean | undefined;
  /** A compiled `-f`, for packets that begin at their network header (`compileLiveFilter`), that must let a packet through as well. */
  readonly userFilter?: readonly Instruction[] | undefined;
}

/** Every range costs some instructions, for which old kernels give a socket little room (optmem_max, 20 KB): with more, all ports pass. */
export const MOST_PORT_RANGES = 100;

/** With more, only the general test is written: the usual ones would each bring the ranges once more. */
const MOST_USUAL_RANGES = 16;

const TAGS: readonly number[] = [ETH_P_8021Q, ETH_P_8021AD, ETH_P_QINQ1, ETH_P_QINQ2];
/** What the program does not walk. */
const ENCAPSULATIONS: readonly number[] = [ETH_P_MPLS_UC, ETH_P_MPLS_MC, ETH_P_PPP_SES];
const TAG_LENGTH = 4;

const IPV4_TOTAL_LENGTH = 2;
const IPV4_FRAGMENT = 6;
const IPV4_FRAGMENT_OFFSET_BITS = 0x1fff;
const IPV4_HEADER_LENGTH = 20;
/** Version 4, and five words of header. */
const IPV4_WITHOUT_OPTIONS = 0x45;
const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_NEXT_HEADER = 6;
const IPV6_HEADER_LENGTH = 40;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
/** Hop-by-hop, routing, fragment, authentication, destination options, mobility (RFC 8200 section 4, RFC 6275 section 6.1). */
const EXTENSION_HEADERS: readonly number[] = [0, 43, 44, 51, 60, 135];

function testedPorts(ports: TestedPorts): TestedPorts {
  return ports === 'any' || joinRanges(ports).length > MOST_PORT_RANGES ? 'any' : ports;
}

function isLong(ports: TestedPorts): boolean {
  return ports !== 'any' && joinRanges(ports).length > MOST_USUAL_RANGES;
}

function interfaceTest(indices: FilterSettings['interfaceIndices']): Statement[] {
  if (indices === 'any') return [];
  const ranges = indices.map((index) => ({ first: index, last: index }));
  return [loadAncillary(SKF_AD_IFINDEX), ...searchRanges(ranges, 'interface', 'refuse', 'interface')];
}

/** Shares the packets out by what they say they are. */
function protocolTest(ports: TestedPorts, wholeStreams: boolean): Statement[] {
  const [ipv4, ipv6] = wholeStreams ? [wholeIpv4, wholeIpv6] : [usualIpv4, usualIpv6];
  return [
    label('interface'),
    loadAncillary(SKF_AD_PROTOCOL),
    ifEqual(ETH_P_IP, undefined, 'not ipv4'),
    ...(isLong(ports) ? [goTo('ipv4 general')] : ipv4(ports)),
    label('not ipv4'),
    ifEqual(ETH_P_IPV6, undefined, 'not ip'),
    ...(isLong(ports) ? [goTo('ipv6 general')] : ipv6(ports)),
    label('not ip'),
    ifAtLeast(Math.min(...TAGS, ...ENCAPSULATIONS), undefined, 'refuse'),
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
    ifEqualToX('ipv4 general', 'accept'),
    label('tag outgoing ipv6'),
    loadHalf(IPV6_PAYLOAD_LENGTH),
    add(IPV6_HEADER_LENGTH),
    ifEqualToX('ipv6 general', 'accept'),
  ];
}

/** An IPv4 header at `at`: TCP, and not a later fragment. Both stand in one word. */
function ipv4ProtocolTest(at: number): Statement[] {
  return [
    loadWord(at + IPV4_FRAGMENT),
    and(IPV4_FRAGMENT_OFFSET_BITS * 0x10000 + 0xff),
    ifEqual(PROTOCOL_TCP, undefined, 'refuse'),
  ];
}

/** An IPv4 header at `at`, of any length. */
function ipv4Test(name: string, at: number): Statement[] {
  return [
    label(name),
    ...ipv4ProtocolTest(at),
    loadHeaderLengthToX(at),
    ...(at === 0 ? [] : [copyXToA(), add(at), copyAToX()]),
    goTo('tcp'),
  ];
}

/** Whether TCP follows an IPv6 header at `at`. */
function ipv6ProtocolTest(at: number): Statement[] {
  return [loadByte(at + IPV6_NEXT_HEADER), ifEqual(PROTOCOL_TCP, undefined, 'ipv6 not tcp')];
}

/** A = what follows an IPv6 header. Extension headers, which the program does not walk, pass. */
function extensionTest(): Statement[] {
  const extensions = EXTENSION_HEADERS.map((header) => ({ first: header, last: header }));
  return [
    label('ipv6 not tcp'),
    ifEqual(PROTOCOL_UDP, 'refuse'),
    ...searchRanges(extensions, 'accept', 'refuse', 'extension'),
  ];
}

/** An IPv6 header at `at`. */
function ipv6Test(name: string, at: number): Statement[] {
  return [label(name), ...ipv6ProtocolTest(at), loadConstantToX(at + IPV6_HEADER_LENGTH), goTo('tcp')];
}

/**
 * IPv4 without options. Where ports are named they come first, since they refuse most (of what is not TCP, any four bytes are taken
 * for ports), and the protocol last, for few packets get there.
 */
function usualIpv4(ports: TestedPorts): Statement[] {
  const header = [loadByte(0), ifEqual(IPV4_WITHOUT_OPTIONS, undefined, 'ipv4 general')];
  if (ports === 'any') {
    return [...ipv4ProtocolTest(0), ...header, ...payloadAt('ipv4', IPV4_HEADER_LENGTH, 'payload', [])];
  }
  return [
    ...header,
    ...portTest('ipv4', loadWord(IPV4_HEADER_LENGTH), ports),
    ...payloadAt('ipv4', IPV4_HEADER_LENGTH, 'ipv4 payload', ipv4ProtocolTest(0)),
    ...payloadTest('ipv4 payload', 'ipv4 beginning'),
    label('ipv4 beginning'),
    ...ipv4ProtocolTest(0),
    goTo('accept'),
  ];
}

function usualIpv6(ports: TestedPorts): Statement[] {
  return [
    ...ipv6ProtocolTest(0),
    ...portTest('ipv6', loadWord(IPV6_HEADER_LENGTH), ports),
    ...payloadAt('ipv6', IPV6_HEADER_LENGTH, 'payload', []),
  ];
}

/** IPv4 without options where every segment passes: no header of TCP is looked behind. */
function wholeIpv4(ports: TestedPorts): Statement[] {
  if (ports === 'any') return [...ipv4ProtocolTest(0), goTo('accept')];
  return [
    loadByte(0),
    ifEqual(IPV4_WITHOUT_OPTIONS, undefined, 'ipv4 general'),
    ...portTest('ipv4', loadWord(IPV4_HEADER_LENGTH), ports),
    ...ipv4ProtocolTest(0),
    goTo('accept'),
  ];
}

function wholeIpv6(ports: TestedPorts): Statement[] {
  return [...ipv6ProtocolTest(0), ...portTest('ipv6', loadWord(IPV6_HEADER_LENGTH), ports), goTo('accept')];
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
  const { interfaceIndices, snaplen, wholeStreams = false, userFilter } = settings;
  const ports = testedPorts(settings.ports);
  if (!(snaplen >= 1)) throw new RangeError('a filter keeps at least one byte');
  const statements = [
    ...interfaceTest(interfaceIndices),
    ...protocolTest(ports, wholeStreams),
    ...tagTest(),
    ...ipv4Test('ipv4 general', 0),
    ...ipv4Test('tagged ipv4', TAG_LENGTH),
    ...ipv6Test('ipv6 general', 0),
    ...ipv6Test('tagged ipv6', TAG_LENGTH),
    ...extensionTest(),
    ...(wholeStreams ? wholeTcp(ports) : [...tcpTest(ports), ...payloadTest('payload', 'accept')]),
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
