// What every mode does first: it counts a packet, asks whether it is wanted, and decodes it.
import { COUNTER_BYTES, COUNTER_PACKETS, COUNTER_VERDICTS } from '../../layout/counters';
import { PLACE_RESUME, PLACE_STAMP } from '../../layout/directory';
import {
  VERDICT_EMPTY,
  VERDICT_FILTERED,
  VERDICT_OTHER_INTERFACE,
  VERDICT_OTHER_PORT,
  VERDICT_SEGMENT,
} from '../../layout/verdicts';
import * as filter from '../filter/program';
import * as input from '../frames/input';
import * as tpacket from '../frames/tpacket';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as decode from '../wire/decode';

/** No interface: copies are not looked for. */
export const NO_INTERFACE: u32 = 0;

/** Decodes the packet of a ring whose header stands at `at`. Returns whether it is wanted. */
export function ofRing(at: usize): bool {
  const length = tpacket.originalLength(at);
  count(length, tpacket.stamp(at));
  if (tpacket.outgoingLoopback(at) || !settings.interfaceWanted(tpacket.interfaceIndex(at))) {
    return reject(VERDICT_OTHER_INTERFACE);
  }
  const network = tpacket.network(at);
  const tagged = tpacket.tagged(at);
  const verdict = decode.cooked(tpacket.protocol(at), tagged, network, network + tpacket.capturedLength(at), length);
  if (!isWanted(verdict)) return false;
  record.ofPacket(tpacket.stamp(at), tagged ? <i32>tpacket.vlanIdentifier(at) : -1);
  return true;
}

/** The interface on which copies of a ring's packet are looked for. */
export function interfaceOf(at: usize): u32 {
  return settings.copies ? tpacket.interfaceIndex(at) : NO_INTERFACE;
}

/** Decodes the frame that `frames/input` found. Returns whether it is wanted. It is counted once, however often it is judged. */
export function ofFile(program: usize): bool {
  const end = input.frame + min<usize>(input.frameEnd - input.frame, settings.snaplen);
  if (load<u32>(PLACE_RESUME) === 0) {
    count(input.originalLength, input.stamp);
    if (program !== 0 && !filter.passes(program, input.frame, end, input.originalLength)) {
      return reject(VERDICT_FILTERED);
    }
  }
  const verdict = decode.frame(input.linkType, input.frame, end);
  if (!isWanted(verdict)) return false;
  record.ofPacket(input.stamp, -1);
  return true;
}

/** Where in the payload judging goes on, after a stop for want of an area; else its beginning. */
export function resumedAt(): usize {
  const resumed = <usize>load<u32>(PLACE_RESUME);
  return decode.payload + (resumed === 0 ? 0 : resumed - 1);
}

/** Notes that judging goes on at this address of the payload when the same frame is given again. */
export function resumeAt(at: usize): void {
  store<u32>(PLACE_RESUME, <u32>(at - decode.payload) + 1);
}

function count(length: usize, stamp: u64): void {
  counters.increment(COUNTER_PACKETS);
  counters.add(COUNTER_BYTES, length);
  store<u64>(PLACE_STAMP, stamp);
}

/** Whether a verdict is that of a segment on a wanted port; counts the packet where not. Without payload only whole streams want it. */
function isWanted(verdict: u32): bool {
  if (verdict !== VERDICT_SEGMENT && !(verdict === VERDICT_EMPTY && settings.assemble)) return reject(verdict);
  if (settings.portWanted(decode.sourcePort) || settings.portWanted(decode.destinationPort)) return true;
  return reject(VERDICT_OTHER_PORT);
}

/** Counts a packet that gives no line; false. */
export function reject(verdict: u32): bool {
  counters.increment(COUNTER_VERDICTS + verdict);
  return false;
}
