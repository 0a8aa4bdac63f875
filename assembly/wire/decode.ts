// The one pass over a packet's headers. It can begin at any header, so that tunnels can call it again further in.
// What it finds is borrowed: valid until the block or the input is released, and until the next call.
import {
  DLT_RAW,
  DLT_RAW_OPENBSD,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from '../../layout/link-types';
import {
  VERDICT_EMPTY,
  VERDICT_FRAGMENT,
  VERDICT_MALFORMED,
  VERDICT_NOT_IP,
  VERDICT_NOT_TCP,
  VERDICT_SEGMENT,
  VERDICT_SHORT,
} from '../../layout/verdicts';
import * as ethernet from './ethernet';
import * as ipv4 from './ipv4';
import * as ipv6 from './ipv6';
import * as loopback from './loopback';
import * as mpls from './mpls';
import * as pppoe from './pppoe';
import * as sll from './sll';
import * as sll2 from './sll2';
import * as tcp from './tcp';
import * as vlan from './vlan';

/** 4 or 6. */
export let version: u32 = 0;
/** Addresses of the IP addresses' bytes (4 or 16 of them). */
export let source: usize = 0;
export let destination: usize = 0;
export let sourcePort: u32 = 0;
export let destinationPort: u32 = 0;
/** The TCP header. */
export let segment: usize = 0;
/** The TCP payload. */
export let payload: usize = 0;
export let payloadEnd: usize = 0;
/** Address of the first VLAN tag in the packet, and how many follow each other. */
export let tags: usize = 0;
export let tagCount: u32 = 0;

/** Decodes a frame of this link type (layout/link-types) that was captured from `at` to `end`. Returns a verdict. */
export function frame(linkType: u32, at: usize, end: usize): u32 {
  tagCount = 0;
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      if (!ethernet.fits(at, end)) return VERDICT_SHORT;
      return network(ethernet.etherType(at), at + ethernet.HEADER_LENGTH, end);
    case LINKTYPE_LINUX_SLL:
      if (!sll.fits(at, end)) return VERDICT_SHORT;
      return network(sll.protocol(at), at + sll.HEADER_LENGTH, end);
    case LINKTYPE_LINUX_SLL2:
      if (!sll2.fits(at, end)) return VERDICT_SHORT;
      return network(sll2.protocol(at), at + sll2.HEADER_LENGTH, end);
    case LINKTYPE_NULL:
      if (!loopback.fits(at, end)) return VERDICT_SHORT;
      return ofFamily(loopback.familyOfEitherOrder(at), at + loopback.HEADER_LENGTH, end);
    case LINKTYPE_LOOP:
      if (!loopback.fits(at, end)) return VERDICT_SHORT;
      return ofFamily(loopback.family(at), at + loopback.HEADER_LENGTH, end);
    case LINKTYPE_RAW:
    case DLT_RAW:
    case DLT_RAW_OPENBSD:
      return ip(at, end);
    case LINKTYPE_IPV4:
      return ipv4Packet(at, end);
    case LINKTYPE_IPV6:
      return ipv6Packet(at, end);
    default:
      return VERDICT_NOT_IP;
  }
}

/** Whether frames of this link type are read. */
export function isRead(linkType: u32): bool {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
    case LINKTYPE_LINUX_SLL:
    case LINKTYPE_LINUX_SLL2:
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
    case LINKTYPE_RAW:
    case DLT_RAW:
    case DLT_RAW_OPENBSD:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
      return true;
    default:
      return false;
  }
}

/**
 * Decodes a packet of a SOCK_DGRAM packet socket: `protocol` is the socket address's, `tagged` whether the kernel took
 * a tag off, `length` the packet's length on the wire. Some kernels leave further tags in front of the IP header, and
 * name the tag or what is behind it: only the bytes tell which it is.
 */
export function cooked(protocol: u32, tagged: bool, at: usize, end: usize, length: usize): u32 {
  tagCount = 0;
  const ambiguous = tagged || vlan.isTag(protocol);
  if (!ambiguous || at >= end) return network(protocol, at, end);
  if (ipStands(at, end, length, true)) return ip(at, end);
  if (tagsStand(protocol, at, end, length)) return tagStack(at, end);
  if (ipStands(at, end, length, false)) return ip(at, end);
  return network(protocol, at, end);
}

/** Decodes what an Ethernet type announces. */
export function network(etherType: u32, at: usize, end: usize): u32 {
  // Nearly all packets, before the tests that they would fail.
  if (etherType === ethernet.ETHERTYPE_IPV4) return ipv4Packet(at, end);
  if (vlan.isTag(etherType)) return tagStack(at, end);
  switch (etherType) {
    case ethernet.ETHERTYPE_IPV6:
      return ipv6Packet(at, end);
    case ethernet.ETHERTYPE_MPLS_UNICAST:
    case ethernet.ETHERTYPE_MPLS_MULTICAST:
      return labelled(at, end);
    case ethernet.ETHERTYPE_PPPOE_SESSION:
      return session(at, end);
    default:
      return VERDICT_NOT_IP;
  }
}

/** Decodes an IP packet of the version that its first byte tells. */
export function ip(at: usize, end: usize): u32 {
  if (at >= end) return VERDICT_SHORT;
  const version = ipv4.version(at);
  if (version === 4) return ipv4Packet(at, end);
  if (version === 6) return ipv6Packet(at, end);
  return VERDICT_NOT_IP;
}

function tagStack(at: usize, end: usize): u32 {
  tags = at;
  let etherType: u32;
  do {
    if (!vlan.fits(at, end)) return VERDICT_SHORT;
    etherType = vlan.etherType(at);
    tagCount++;
    at += vlan.HEADER_LENGTH;
  } while (vlan.isTag(etherType));
  return network(etherType, at, end);
}

function labelled(at: usize, end: usize): u32 {
  while (mpls.fits(at, end)) {
    const last = mpls.bottomOfStack(at);
    at += mpls.HEADER_LENGTH;
    if (last) return ip(at, end);
  }
  return VERDICT_SHORT;
}

function session(at: usize, end: usize): u32 {
  if (!pppoe.fits(at, end)) return VERDICT_SHORT;
  if (!pppoe.isSession(at)) return VERDICT_NOT_IP;
  const packet = at + pppoe.HEADER_LENGTH + pppoe.protocolLength(at);
  if (pppoe.protocol(at) === pppoe.PROTOCOL_IPV4) return ipv4Packet(packet, end);
  if (pppoe.protocol(at) === pppoe.PROTOCOL_IPV6) return ipv6Packet(packet, end);
  return VERDICT_NOT_IP;
}

function ofFamily(family: u32, at: usize, end: usize): u32 {
  if (loopback.isIpv4(family)) return ipv4Packet(at, end);
  if (loopback.isIpv6(family)) return ipv6Packet(at, end);
  return VERDICT_NOT_IP;
}

function ipv4Packet(at: usize, end: usize): u32 {
  if (!ipv4.fits(at, end)) return VERDICT_SHORT;
  const headerLength = ipv4.headerLength(at);
  if (ipv4.version(at) !== 4 || headerLength < ipv4.HEADER_LENGTH) return VERDICT_MALFORMED;
  const totalLength = <usize>ipv4.totalLength(at);
  if (totalLength !== 0 && totalLength < headerLength) return VERDICT_MALFORMED;
  if (ipv4.fragmentOffset(at) !== 0) return VERDICT_FRAGMENT;
  if (ipv4.protocol(at) !== tcp.PROTOCOL) return VERDICT_NOT_TCP;
  version = 4;
  source = ipv4.source(at);
  destination = ipv4.destination(at);
  return tcpSegment(at + headerLength, endOf(at, totalLength, end));
}

function ipv6Packet(at: usize, end: usize): u32 {
  if (!ipv6.fits(at, end)) return VERDICT_SHORT;
  if (ipv6.version(at) !== 6) return VERDICT_MALFORMED;
  const payloadLength = <usize>ipv6.payloadLength(at);
  const packetEnd = endOf(at, payloadLength === 0 ? 0 : payloadLength + ipv6.HEADER_LENGTH, end);
  version = 6;
  source = ipv6.source(at);
  destination = ipv6.destination(at);
  return extensions(ipv6.nextHeader(at), at + ipv6.HEADER_LENGTH, packetEnd);
}

function extensions(header: u32, at: usize, end: usize): u32 {
  while (ipv6.isExtension(header)) {
    if (!ipv6.extensionFits(header, at, end)) return VERDICT_SHORT;
    if (header === ipv6.HEADER_FRAGMENT && ipv6.fragmentOffset(at) !== 0) return VERDICT_FRAGMENT;
    const length = ipv6.extensionLength(header, at);
    header = ipv6.extensionNextHeader(at);
    at += length;
  }
  return header === tcp.PROTOCOL ? tcpSegment(at, end) : VERDICT_NOT_TCP;
}

function tcpSegment(at: usize, end: usize): u32 {
  if (!tcp.fits(at, end)) return VERDICT_SHORT;
  const dataOffset = tcp.dataOffset(at);
  if (dataOffset < tcp.HEADER_LENGTH) return VERDICT_MALFORMED;
  segment = at;
  sourcePort = tcp.sourcePort(at);
  destinationPort = tcp.destinationPort(at);
  payload = at + dataOffset;
  payloadEnd = end;
  return payload < end ? VERDICT_SEGMENT : VERDICT_EMPTY;
}

/** Where an IP packet ends: where its header says (frames are padded), but not behind the captured bytes. */
function endOf(at: usize, length: usize, end: usize): usize {
  return length !== 0 && at + length < end ? at + length : end;
}

/** Whether an IP header stands here whose length is that of the packet (`exact`), or at most that. */
function ipStands(at: usize, end: usize, length: usize, exact: bool): bool {
  if (at >= end) return false;
  let claimed: usize = 0;
  if (ipv4.version(at) === 4) {
    if (!ipv4.fits(at, end) || ipv4.headerLength(at) < ipv4.HEADER_LENGTH) return false;
    claimed = <usize>ipv4.totalLength(at);
    if (claimed !== 0 && claimed < ipv4.headerLength(at)) return false;
  } else {
    if (!ipv6.fits(at, end) || ipv6.version(at) !== 6) return false;
    claimed = <usize>ipv6.payloadLength(at);
    if (claimed !== 0) claimed += ipv6.HEADER_LENGTH;
  }
  return claimed === 0 || (exact ? claimed === length : claimed <= length);
}

/** Whether tags stand here that end at the type `protocol` (or, if that is a tag, at any that leads to IP), with such a packet behind. */
function tagsStand(protocol: u32, at: usize, end: usize, length: usize): bool {
  let etherType: u32 = 0;
  const begin = at;
  do {
    if (!vlan.fits(at, end)) return false;
    etherType = vlan.etherType(at);
    at += vlan.HEADER_LENGTH;
  } while (vlan.isTag(etherType));
  if (!vlan.isTag(protocol) && etherType !== protocol) return false;
  if (etherType === ethernet.ETHERTYPE_IPV4 || etherType === ethernet.ETHERTYPE_IPV6) {
    return ipStands(at, end, length - (at - begin), false);
  }
  return isCarrier(etherType);
}

/** Whether what carries IP follows a tag. Any other type gives no line, and may be the length of a padded IPv4 packet. */
function isCarrier(etherType: u32): bool {
  return (
    etherType === ethernet.ETHERTYPE_MPLS_UNICAST ||
    etherType === ethernet.ETHERTYPE_MPLS_MULTICAST ||
    etherType === ethernet.ETHERTYPE_PPPOE_SESSION
  );
}
