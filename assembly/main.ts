// The exports of the packet code. Each returns why it stopped (layout/stops) and can be called again to go on.

import { EVERY_MODE } from 'modes';
import { PLACE_LEFT, PLACE_MISSING_LINK_TYPE, PLACE_PACKET, PLACE_RESUME } from '../layout/directory';
import {
  STOP_BROKEN,
  STOP_DONE,
  STOP_LIMIT,
  STOP_LINK_TYPE,
  STOP_MORE,
  STOP_NO_AREA,
  STOP_NO_CAPTURE,
} from '../layout/stops';
import * as writer from './bytes/writer';
import * as filter from './filter/program';
import * as seen from './flow/seen';
import * as table from './flow/table';
import * as time from './format/time';
import * as captureFile from './frames/capture-file';
import * as input from './frames/input';
import * as tpacket from './frames/tpacket';
import * as fields from './http/fields';
import * as methods from './http/methods';
import * as areas from './memory/areas';
import * as counters from './memory/counters';
import * as settings from './memory/settings';
import * as modes from './modes/all';
import * as message from './modes/message';
import * as packet from './modes/packet';
import * as local from './record/local';
import * as decode from './wire/decode';

/** Begins, or begins again on a memory that another instance has left: only what outlives an instance is kept. */
export function start(): i32 {
  settings.start();
  counters.start();
  writer.start();
  areas.start();
  methods.start();
  fields.start();
  seen.start();
  time.start();
  if (EVERY_MODE) modes.start();
  local.refresh();
  return STOP_DONE;
}

/**
 * Walks the ring's block at this address. `clock` is the monotonic time in milliseconds, which wraps. After a trap a new
 * instance goes on behind the packet that trapped.
 */
export function walkBlock(block: usize, clock: u32): i32 {
  local.refresh();
  if (EVERY_MODE) table.setClock(clock);
  if (load<u32>(PLACE_PACKET) === 0) {
    store<u32>(PLACE_LEFT, tpacket.packets(block));
    store<u32>(PLACE_PACKET, <u32>tpacket.firstPacket(block));
  }
  for (let left = load<u32>(PLACE_LEFT); left > 0; left--) {
    if (counters.packets() >= settings.limit) return STOP_LIMIT;
    const frame = <usize>load<u32>(PLACE_PACKET);
    store<u32>(PLACE_LEFT, left - 1);
    store<u32>(PLACE_PACKET, <u32>tpacket.nextPacket(frame));
    if (packet.ofRing(frame)) judge(packet.interfaceOf(frame));
  }
  store<u32>(PLACE_PACKET, 0);
  return counters.packets() >= settings.limit ? STOP_LIMIT : STOP_DONE;
}

/** Walks the input from the walk's place on. */
export function walkFile(): i32 {
  local.refresh();
  while (counters.packets() < settings.limit || load<u32>(PLACE_RESUME) !== 0) {
    const step = captureFile.next();
    if (step === input.OTHER) continue;
    if (step === input.MORE) return STOP_MORE;
    if (step === input.BROKEN) return STOP_BROKEN;
    if (step === captureFile.NO_CAPTURE) return STOP_NO_CAPTURE;
    const stop = walkFrame();
    if (stop !== STOP_DONE) return stop;
  }
  return STOP_LIMIT;
}

/** Judges the frame just found. The walk's place goes behind it first, and back only where it must be judged again. */
function walkFrame(): i32 {
  const program = settings.filtered ? filter.find(input.linkType) : 0;
  if (settings.filtered && program === 0 && decode.isRead(input.linkType)) {
    store<u32>(PLACE_MISSING_LINK_TYPE, input.linkType);
    return STOP_LINK_TYPE;
  }
  const record = input.at();
  input.moveTo(input.next);
  if (!judgeFrame(program)) {
    input.moveTo(record);
    return STOP_NO_AREA;
  }
  store<u32>(PLACE_RESUME, 0);
  return STOP_DONE;
}

/** Judges the frame just found. Returns false where a line found no free area: the same call goes on. */
function judgeFrame(program: usize): bool {
  if (EVERY_MODE && !modes.follow(input.stamp)) return false;
  return !packet.ofFile(program) || judge(packet.NO_INTERFACE);
}

/** Gives the segment that was decoded, which came by this interface, to the mode of this run. */
function judge(interfaceIndex: u32): bool {
  return EVERY_MODE ? modes.segment(interfaceIndex) : message.segment(interfaceIndex);
}

/**
 * No packet came for a while: forgets flows that were silent too long, hands over every line that waits, and takes the
 * local addresses that hold now. `clock` as in `walkBlock`.
 */
export function tick(clock: u32): i32 {
  local.refresh();
  if (EVERY_MODE && settings.live) {
    table.setClock(clock);
    modes.expire();
  }
  areas.handOverAll();
  return STOP_DONE;
}

/** The end: writes all that waits, and hands it over. Called again after `STOP_NO_AREA`. */
export function finish(): i32 {
  const done = EVERY_MODE ? modes.finish() : true;
  areas.handOverAll();
  return done ? STOP_DONE : STOP_NO_AREA;
}
