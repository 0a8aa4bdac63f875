import type { Listed } from './ours.ts';
import { etherType, outerIpv4, type Packet } from './packets.ts';
import * as payloads from './payloads.ts';
import { directionOf, followsConnect, hasHandshake, isRepeated } from './segments.ts';

/** One difference between a peer's list and ours, and where to look for its reason. */
export interface Context {
  peer: 'tshark' | 'zeek' | 'suricata';
  /** `missing` in our list, or `extra` in it. */
  side: 'missing' | 'extra';
  listed: Listed;
  packets: readonly Packet[];
  /** All of the peer's list; undefined where there is none for this capture. */
  peers: readonly Listed[] | undefined;
}

/** Why a difference is no mistake of ours: in words, and what must be true of the packets for it to be the reason. */
export interface Reason {
  explanation: string;
  holds(context: Context): boolean;
}

const TCP = 6;
/** Ethernet, BSD null and loopback, Linux cooked, raw IP. */
const READ: readonly (number | undefined)[] = [0, 1, 12, 14, 101, 108, 113, 228, 229, 276];

/** Every reason by its name. Where several hold, the first of them is listed. */
export const REASONS: Readonly<Record<string, Reason>> = {
  'link-type': {
    explanation: 'the link type (ARCNET, NFLOG) is none of those that are read',
    holds: (context) => isMissing(context) && suspects(context).every(({ linkType }) => !READ.includes(linkType)),
  },
  'llc-snap': {
    explanation: 'IP behind LLC/SNAP headers: the Ethernet frame has a length where others have a type',
    holds: (context) => isMissing(context) && suspects(context).some((packet) => (etherType(packet) ?? 0x600) < 0x600),
  },
  tunnel: {
    explanation: 'TCP inside a tunnel (GRE, ERSPAN, VXLAN, GENEVE, GTP): the outer packet is none of TCP',
    holds: (context) => isMissing(context) && suspects(context).every(isOtherProtocol),
  },
  fragments: {
    explanation: 'an IP packet in fragments, which the peer puts together; only the first fragment can show a head',
    holds: (context) => suspects(context).every((packet) => outerIpv4(packet)?.fragment),
  },
  tls: {
    explanation: 'inside TLS, which the peer had the keys of',
    holds: (context) => isMissing(context) && suspects(context).some(payloads.isTls),
  },
  'http2-preface': {
    explanation:
      "HTTP/2's connection preface begins with PRI, a method of the registry; the peer's list leaves HTTP/2 out",
    holds: ({ side, listed }) => side === 'extra' && listed.startLine === 'PRI * HTTP/2.0',
  },
  http2: {
    explanation: 'HTTP/2, of which the main mode sees the connection preface only',
    holds: (context) => isMissing(context) && suspects(context).some(payloads.isHttp2Preface),
  },
  'other-port': {
    explanation: 'tshark gives what is on the port of SSH or DNS to those protocols',
    holds: ({ peer, side, listed }) =>
      peer === 'tshark' && side === 'extra' && [listed.source, listed.destination].some((end) => /#(22|53)$/.test(end)),
  },
  'tshark-skips-retransmission': {
    explanation:
      'the segment repeats bytes that came before: tshark skips it, the main mode logs what it carries again',
    holds: (context) =>
      isExtra(context, 'tshark') && suspects(context).every((one) => isRepeated(one, context.packets)),
  },
  'other-method': {
    explanation: 'a method that tshark does not know; the line ends in a version, so it counts for us',
    holds: (context) => isExtra(context, 'tshark') && suspects(context).every(payloads.hasOtherMethod),
  },
  'no-list': {
    explanation:
      'tshark with assembly finds no whole message in this capture, so there is no list; without assembly it finds the same messages (looked at by hand)',
    holds: (context) => isExtra(context, 'tshark') && context.peers === undefined,
  },
  'request-line': {
    explanation:
      'no request line by our rules: no target, more than one space, or neither a known method nor a whole version',
    holds: (context) =>
      isMissing(context) && context.listed.kind === 'Q' && suspects(context).some(payloads.beginsOtherRequestLine),
  },
  'status-line': {
    explanation:
      'no status line by our rules: another version than d or d.d, or not one space and three digits behind it',
    holds: (context) =>
      isMissing(context) && context.listed.kind === 'R' && suspects(context).some(payloads.beginsOtherStatusLine),
  },
  'zeek-without-status': {
    explanation:
      'Zeek lists an answer without a status (`HTTP/0.9 0`) where there was none or where it did not take the request for one',
    holds: ({ peer, listed, peers = [] }) => peer === 'zeek' && peers.some((one) => isUnknownStatus(one, listed)),
  },
  'control-in-start-line': {
    explanation: 'a bare CR or a NUL stands in the start line: we log the whole line, tshark shows it only up to there',
    holds: (context) => suspects(context).some(payloads.hasControlInStartLine),
  },
  'odd-line-in-head': {
    explanation:
      'a line of the head is no field (no colon, leading white space, controls): for tshark the head ends there, we ignore it',
    holds: (context) => context.peer === 'tshark' && suspects(context).some(payloads.hasOddLine),
  },
  'empty-lines-first': {
    explanation: 'empty lines stand before the start line: we skip up to two, tshark finds no message',
    holds: (context) =>
      isExtra(context, 'tshark') && suspects(context).every((one) => payloads.payloadText(one).startsWith('\r\n')),
  },
  'first-length-counts': {
    explanation:
      'Content-Length stands twice: the first counts for us, the last for tshark, so other messages seem to follow',
    holds: (context) => context.peer === 'tshark' && suspects(context).some(payloads.repeatsLength),
  },
  'transfer-encoding': {
    explanation: 'behind a message with a Transfer-Encoding field: for us the rest of its packet is body',
    holds: (context) => isMissing(context) && suspects(context).some(payloads.isTransferCoded),
  },
  'behind-a-body': {
    explanation:
      'the message begins in the middle of a packet, behind the body of one whose head came in earlier packets',
    holds: (context) => isMissing(context) && suspects(context).some(payloads.hasMessageInside),
  },
  'zeek-skips-interim': {
    explanation: 'a 1xx answer: Zeek lists only the final one',
    holds: (context) => isExtra(context, 'zeek') && / 1[0-9]{2}( |$)/.test(context.listed.startLine),
  },
  'zeek-wants-handshake': {
    explanation: "the connection's beginning is not in the capture: Zeek does not read it",
    holds: (context) =>
      isExtra(context, 'zeek') && suspects(context).every((one) => !hasHandshake(one, context.packets)),
  },
  'zeek-reads-websocket': {
    explanation: 'inside a WebSocket connection, of which Zeek reads what it carries',
    holds: ({ peer, side, packets }) =>
      peer === 'zeek' && side === 'missing' && packets.some(({ messages }) => messages.some(switchesProtocols)),
  },
  'inside-connect': {
    explanation: 'inside a connection that a CONNECT has opened: tshark takes the answer for data',
    holds: (context) =>
      isExtra(context, 'tshark') && suspects(context).every((one) => followsConnect(one, context.packets)),
  },
  'head-spans-packets': {
    explanation: 'the head goes on in the next packet, which the main mode does not see: it logs what is there',
    holds: (context) => suspects(context).some(({ messages }) => messages.some(({ cut }) => cut)),
  },
  'part-of-a-log': {
    explanation: "the publisher's list is a part of Zeek's log and shows only the answers' statuses",
    holds: ({ peer, side, listed, peers = [] }) =>
      peer === 'zeek' && side === 'extra' && listed.kind === 'Q' && peers.every(({ kind }) => kind === 'R'),
  },
};

/** The packets that can tell the reason: the one that is named, or those of the same direction, or where nothing is told all. */
function suspects({ listed, packets }: Context): readonly Packet[] {
  if (listed.frame !== '~') return packets.filter(({ number }) => String(number) === listed.frame);
  if (listed.source === '~') return packets;
  const direction = `${listed.source} ${listed.destination}`;
  const own = packets.filter(({ segment }) => segment && directionOf(segment) === direction);
  return own.length > 0 ? own : packets.filter(({ segment }) => segment === undefined);
}

function isMissing({ side }: Context): boolean {
  return side === 'missing';
}

function isExtra(context: Context, peer: Context['peer']): boolean {
  return context.side === 'extra' && context.peer === peer;
}

function isOtherProtocol(packet: Packet): boolean {
  const ip = outerIpv4(packet);
  return ip !== undefined && ip.protocol !== TCP;
}

function isUnknownStatus(one: Listed, { source, destination }: Listed): boolean {
  return one.startLine.startsWith('HTTP/0.9 0') && one.source === source && one.destination === destination;
}

function switchesProtocols({ startLine }: { startLine: string }): boolean {
  return /^HTTP\/1\.1 101 /.test(startLine);
}
