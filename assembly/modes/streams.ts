// The way of a connection's bytes: both directions are put in order (flow/reassembly), followed through their messages
// (follow/), and what that finds becomes records (messages).
import { COUNTER_GAPS, COUNTER_RESYNCHRONISATIONS, COUNTER_TUNNEL_BYTES } from '../../layout/counters';
import * as connections from '../flow/connections';
import * as direction from '../flow/direction';
import * as losses from '../flow/losses';
import * as reassembly from '../flow/reassembly';
import * as follower from '../follow/follower';
import * as counters from '../memory/counters';
import * as messages from './messages';
import * as write from './write';

/** Neither end: no packet is at hand. */
export const NO_END: u32 = 2;
/** The end that sent the packet at hand. */
let sender: u32 = NO_END;

/** Says which end sent the packet at hand, or that there is none. */
export function setSender(end: u32): void {
  sender = end;
}

/**
 * Follows both directions as far as they go, first that of this end; the other one only if something waits there or
 * `other` says so. Returns false where a line from a file would find no free area; called again, it goes on.
 */
export function run(flow: usize, end: u32, other: bool): bool {
  const interrupted = connections.interrupted(flow);
  // That direction goes on first, so that all comes in the order in which it would have come.
  if (interrupted !== 0 && !follow(flow, interrupted - 1)) return false;
  if (!follow(flow, end)) return false;
  if (!other && direction.firstStored(connections.direction(flow, 1 - end)) === 0) return true;
  // When neither moves, both wait for packets. Each round that moves one uses up something that is stored.
  for (let vain = 0; vain < 2; ) {
    end = 1 - end;
    const before = direction.expected(connections.direction(flow, end));
    if (!follow(flow, end)) return false;
    vain = direction.expected(connections.direction(flow, end)) === before ? vain + 1 : 0;
  }
  return true;
}

/** Follows one direction as far as it goes. */
function follow(flow: usize, end: u32): bool {
  const bytes = connections.direction(flow, end);
  connections.setInterrupted(flow, 0);
  while (write.isReady()) {
    const kind = reassembly.next(bytes);
    if (kind === reassembly.PIECE) {
      if (!mayPass(flow, end) && reassembly.hold(bytes)) return true;
      ofPiece(flow, end);
    } else if (kind === reassembly.GAP) ofGap(flow, end);
    else if (!ofRest(flow, end, kind === reassembly.FINISHED)) return true;
  }
  connections.setInterrupted(flow, end + 1);
  return false;
}

/**
 * Whether all that the sender of the piece had received was followed: else an answer would come before its request, where
 * the packets of the two directions were captured out of order.
 */
function mayPass(flow: usize, end: u32): bool {
  const other = connections.direction(flow, 1 - end);
  if (!direction.isSeen(other) || direction.isClosed(other)) return true;
  return direction.ahead(reassembly.pieceMark, direction.expected(other)) <= 0;
}

function ofPiece(flow: usize, end: u32): void {
  const at = reassembly.piece;
  const state = connections.follower(flow, end);
  if (follower.phase(state) === follower.TUNNEL) counters.add(COUNTER_TUNNEL_BYTES, reassembly.pieceEnd - at);
  const event = follower.next(
    state,
    at,
    reassembly.pieceEnd,
    reassembly.pieceBegins,
    reassembly.pieceStamp,
    reassembly.pieceMark,
  );
  tell(flow, end, event, <u32>(follower.consumed - at));
}

function ofGap(flow: usize, end: u32): void {
  const state = connections.follower(flow, end);
  const missed = follower.isOpen(state) && follower.phase(state) !== follower.BODY ? losses.PERHAPS : losses.SURELY;
  if (follower.phase(state) === follower.TUNNEL) counters.add(COUNTER_TUNNEL_BYTES, reassembly.gapLength);
  const event = follower.gap(state, reassembly.gapLength, reassembly.gapStamp);
  if (event === follower.EVENT_LOST) losses.note(flow, end, missed);
  // One that ends a message, or cuts a head, comes again with what is left of it.
  if (follower.skipped === reassembly.gapLength) counters.increment(COUNTER_GAPS);
  tell(flow, end, event, follower.skipped);
}

/** What there is to tell without bytes, or at the end of a direction. Returns whether there was anything. */
function ofRest(flow: usize, end: u32, finished: bool): bool {
  const state = connections.follower(flow, end);
  const event = finished ? follower.finish(state, true) : follower.next(state, 0, 0, false, 0, 0);
  if (event === follower.EVENT_NONE && !finished) return false;
  tell(flow, end, event, event === follower.EVENT_NONE ? 1 : 0);
  return true;
}

/** Tells what is left of the messages of a direction that breaks off. Returns false where a line would find no free area. */
export function breakOff(flow: usize, end: u32): bool {
  while (write.isReady()) {
    const event = follower.finish(connections.follower(flow, end), false);
    if (event === follower.EVENT_NONE) return true;
    if (event === follower.EVENT_HEAD) tell(flow, end, event, 0);
    else messages.ends(flow, end, event === follower.EVENT_END, 0);
  }
  return false;
}

/** A direction has to look for the next head: from here on the order of messages tells no more which belong together. */
function loses(flow: usize, end: u32): void {
  counters.increment(COUNTER_RESYNCHRONISATIONS);
  losses.note(flow, end, losses.PERHAPS);
}

/** Makes of an event what it means, and so many numbers of the direction are done with. */
function tell(flow: usize, end: u32, event: u32, taken: u32): void {
  const bytes = connections.direction(flow, end);
  if (event === follower.EVENT_HEAD) {
    const state = connections.follower(flow, end);
    const behind = <u32>(follower.offset(state) - follower.headOffset(state));
    messages.begins(flow, end, direction.expected(bytes) + taken - behind, end === sender);
  } else if (event !== follower.EVENT_NONE) {
    if (event === follower.EVENT_LOST) loses(flow, end);
    messages.ends(flow, end, event === follower.EVENT_END, direction.expected(bytes) + taken);
  }
  if (taken !== 0) reassembly.consume(bytes, taken);
}
