// Whole streams: each segment goes to its connection, whose two directions are put in order and followed.
import {
  COUNTER_COPIES,
  COUNTER_FLOWS_EVICTED,
  COUNTER_OUT_OF_ORDER,
  COUNTER_RETRANSMISSIONS,
} from '../../layout/counters';
import * as connections from '../flow/connections';
import * as direction from '../flow/direction';
import * as exchanges from '../flow/exchanges';
import * as losses from '../flow/losses';
import * as reassembly from '../flow/reassembly';
import * as seen from '../flow/seen';
import * as table from '../flow/table';
import * as follower from '../follow/follower';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as decode from '../wire/decode';
import * as tcp from '../wire/tcp';
import * as messages from './messages';
import * as packet from './packet';
import * as streams from './streams';

/** As what a segment with payload is looked for among copies: no kind of http/head. */
const SEGMENT_KIND: u32 = 3;

/** No flow: the segment begins none. */
const NO_FLOW: usize = 0;
/** No flow: before one can be made a line must be written, which would find no free area. */
const NO_ROOM: usize = 1;
/** The largest window that is common. */
const WINDOW: i32 = 4194304;
/** Bytes by which a SYN may be seen too late. */
const LATE: i32 = 1048576;

/**
 * Takes up the segment that was decoded, which came by this interface. Returns false where a line from a file would find
 * no free area: the same call goes on. Live such a line is lost and counted.
 */
export function segment(interfaceIndex: u32): bool {
  if (!packet.isResumed() && interfaceIndex !== packet.NO_INTERFACE && isCopy(interfaceIndex)) return true;
  stage = <u32>(packet.resumedAt() - decode.payload);
  const end: u32 = isFirst() ? 0 : 1;
  if (goes(end)) return true;
  packet.resumeAt(decode.payload + stage);
  return false;
}

/** How far the way of the segment at hand has come: kept in the place where judging goes on. */
let stage: u32 = 0;
/** It was taken up: what it tells and what it acknowledges is noted. */
const TAKEN_UP: u32 = 1;
/** So it was, and the other direction is to be followed too. */
const TAKEN_UP_BOTH: u32 = 2;

function isCopy(interfaceIndex: u32): bool {
  if (decode.payload === decode.payloadEnd || !seen.isCopy(SEGMENT_KIND, interfaceIndex, record.stamp)) return false;
  counters.increment(COUNTER_COPIES);
  return true;
}

/** The segment's way. Returns false where a line would find no free area. */
function goes(end: u32): bool {
  const flow = flowOf(end);
  if (flow === NO_ROOM) return false;
  if (flow === NO_FLOW || table.isLingering(flow)) return true;
  const flags = tcp.flags(decode.segment);
  const again = stage !== 0;
  if (!again) begins(flow, end, flags);
  const acknowledgement = tcp.acknowledgmentNumber(decode.segment);
  const other = connections.direction(flow, 1 - end);
  const acknowledges =
    !again && (flags & tcp.ACK) !== 0 && reassembly.acknowledged(other, acknowledgement, record.stamp);
  if (!again && !acknowledges && isBare(flags) && direction.isSeen(connections.direction(flow, end))) return true;
  offer(flow, end, flags, acknowledgement, again);
  if (!again) stage = acknowledges || direction.firstStored(other) !== 0 ? TAKEN_UP_BOTH : TAKEN_UP;
  streams.setSender(end);
  const done = streams.run(flow, end, stage === TAKEN_UP_BOTH);
  streams.setSender(streams.NO_END);
  if (!done) return false;
  return !hasEnded(flow, end, flags) || endConnection(flow, end, flags);
}

/** Whether the packet's source is end 0: the ends are ordered, so that both directions have one flow. */
function isFirst(): bool {
  if (decode.sourcePort !== decode.destinationPort) return decode.sourcePort < decode.destinationPort;
  const length: usize = decode.version === 4 ? 4 : 16;
  for (let i: usize = 0; i < length; i++) {
    const byte = load<u8>(decode.source + i);
    const other = load<u8>(decode.destination + i);
    if (byte !== other) return byte < other;
  }
  return true;
}

/** Whether the segment does nothing but acknowledge. */
function isBare(flags: u32): bool {
  return (flags & (tcp.SYN | tcp.FIN | tcp.RST)) === 0 && decode.payloadLength() === 0;
}

/**
 * The packet's flow, which is made where a SYN or bytes begin one; or `NO_FLOW`, `NO_ROOM`. A connection that had the same
 * ports before is ended, and where the table is full the one to forget first.
 */
function flowOf(end: u32): usize {
  const found = table.findDecoded(end === 0);
  if (found !== 0) {
    if (!connections.isReplaced(found)) {
      if (!isAnother(found, end)) return found;
      connections.setReplaced(found);
    }
    if (!close(found)) return NO_ROOM;
  }
  const flags = tcp.flags(decode.segment);
  if ((flags & tcp.RST) !== 0 || ((flags & tcp.SYN) === 0 && decode.payload === decode.payloadEnd)) return NO_FLOW;
  if (table.isFull() && !evict()) return NO_ROOM;
  // Who was ended has been looked for meanwhile.
  table.findDecoded(end === 0);
  const flow = table.take();
  connections.setBegin(flow, record.stamp);
  return flow;
}

/** Ends the connection to forget first. Returns false where a line would find no free area. */
function evict(): bool {
  const oldest = table.oldest();
  const counts = !table.isLingering(oldest);
  if (!close(oldest)) return false;
  if (counts) counters.increment(COUNTER_FLOWS_EVICTED);
  return true;
}

/** Whether the packet begins another connection than the one that is known, or shows that this one did not end. */
function isAnother(flow: usize, end: u32): bool {
  const flags = tcp.flags(decode.segment);
  const bytes = connections.direction(flow, end);
  if (direction.isClosed(bytes) && (flags & (tcp.SYN | tcp.RST)) === 0) return goesOn(bytes);
  const sequence = tcp.sequenceNumber(decode.segment);
  if ((flags & (tcp.SYN | tcp.RST)) === 0) return reassembly.isElsewhere(bytes, sequence, decode.payloadLength());
  if ((flags & (tcp.SYN | tcp.ACK)) !== tcp.SYN || !direction.isSeen(bytes)) return false;
  if (connections.knowsInitial(flow, end)) return connections.initial(flow, end) !== sequence;
  const late = direction.ahead(direction.expected(bytes), sequence);
  return late < 0 || late > LATE;
}

/**
 * Whether an end that has sent its FIN or a RST sends new bytes: whoever received that did not take it (a wrong checksum, a
 * number out of its window, a packet that died on the way), and it shall not hide what follows.
 */
function goesOn(bytes: usize): bool {
  const length = decode.payloadLength();
  return length !== 0 && direction.ahead(tcp.sequenceNumber(decode.segment) + length, direction.expected(bytes)) > 0;
}

/** What the packet's flags tell of the connection's beginning. */
function begins(flow: usize, end: u32, flags: u32): void {
  if ((flags & tcp.SYN) !== 0) {
    synchronises(flow, end, flags);
    return;
  }
  if (connections.isClient(flow, end) && (flags & tcp.ACK) !== 0) connections.handshakeAt(flow, record.stamp);
  if (!direction.isSeen(connections.direction(flow, end))) losses.note(flow, end, losses.PERHAPS);
}

function synchronises(flow: usize, end: u32, flags: u32): void {
  const bytes = connections.direction(flow, end);
  if (!direction.isSeen(bytes)) follower.begin(connections.follower(flow, end));
  connections.setInitial(flow, end, tcp.sequenceNumber(decode.segment));
  if ((flags & tcp.ACK) === 0) {
    connections.synAt(flow, record.stamp);
    if (!connections.knowsClient(flow)) connections.setClient(flow, end);
    return;
  }
  connections.setAnsweredUpTo(flow, tcp.sequenceNumber(decode.segment) + 1);
  const other = connections.direction(flow, 1 - end);
  if (!connections.knowsClient(flow)) connections.setClient(flow, 1 - end);
  if (direction.isSeen(other)) return;
  reassembly.beginAt(other, tcp.acknowledgmentNumber(decode.segment));
  follower.begin(connections.follower(flow, 1 - end));
}

/** Offers the segment to the reassembly of its direction. */
function offer(flow: usize, end: u32, flags: u32, acknowledgement: u32, again: bool): void {
  const verdict = reassembly.offer(
    connections.direction(flow, end),
    tcp.sequenceNumber(decode.segment),
    flags,
    decode.payload,
    decode.payloadEnd,
    decode.payloadLength(),
    record.stamp,
    acknowledgement,
    again,
  );
  if (again) return;
  if (verdict === reassembly.AHEAD) counters.increment(COUNTER_OUT_OF_ORDER);
  if (verdict !== reassembly.REPEATED) return;
  counters.increment(COUNTER_RETRANSMISSIONS);
  exchanges.repeated(flow);
}

function hasEnded(flow: usize, end: u32, flags: u32): bool {
  if ((flags & tcp.RST) !== 0 && isReset(flow, end)) return true;
  return direction.isClosed(connections.direction(flow, 0)) && direction.isClosed(connections.direction(flow, 1));
}

/**
 * Whether the receiver can have taken the packet's RST for one: it stands in no window of it otherwise (RFC 9293, section
 * 3.10.7.4), and whoever forges one shall not hide what follows.
 */
function isReset(flow: usize, end: u32): bool {
  const bytes = connections.direction(flow, end);
  const ahead = direction.ahead(tcp.sequenceNumber(decode.segment), direction.expected(bytes));
  return ahead >= 0 && ahead <= WINDOW;
}

/** The connection has ended; it is remembered for a moment. Returns false where a line would find no free area. */
function endConnection(flow: usize, end: u32, flags: u32): bool {
  if (!breakOff(flow)) return false;
  if ((flags & tcp.RST) !== 0) direction.close(connections.direction(flow, end));
  table.linger(flow);
  return true;
}

/** Tells what is left of a connection. Returns false where a line would find no free area; called again, it goes on. */
function breakOff(flow: usize): bool {
  const client: u32 = connections.isClient(flow, 1) ? 1 : 0;
  if (!connections.isEnding(flow)) {
    reassembly.giveUp(connections.direction(flow, client));
    reassembly.giveUp(connections.direction(flow, 1 - client));
    if (!streams.run(flow, client, true)) return false;
    connections.setEnding(flow);
  }
  if (!streams.breakOff(flow, client) || !streams.breakOff(flow, 1 - client)) return false;
  messages.leaveAll(flow);
  for (let end: u32 = 0; end < 2; end++) {
    follower.release(connections.follower(flow, end));
    reassembly.release(connections.direction(flow, end));
  }
  return true;
}

/** Forgets a flow. Returns false where a line would find no free area. */
function close(flow: usize): bool {
  if (!table.isLingering(flow) && !breakOff(flow)) return false;
  table.remove(flow);
  return true;
}

/** Forgets the flows that were silent too long. Returns false where a line would find no free area. */
export function expire(): bool {
  for (let flow = table.expired(settings.timeout); flow !== 0; flow = table.expired(settings.timeout)) {
    if (!close(flow)) return false;
  }
  return true;
}

/** Forgets every flow. Returns false where a line would find no free area. */
export function closeAll(): bool {
  for (let flow = table.oldest(); flow !== 0; flow = table.oldest()) {
    if (!close(flow)) return false;
  }
  return true;
}
