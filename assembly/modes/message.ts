// The main mode: a packet's whole way on one page. Each packet is judged alone; each message that begins in it gives a line.
import {
  COUNTER_BYTES,
  COUNTER_COPIES,
  COUNTER_HEADS_CUT,
  COUNTER_LINES_NO_AREA,
  COUNTER_MESSAGES_CQ,
  COUNTER_PACKETS,
  COUNTER_VERDICTS,
} from '../../layout/counters';
import { PLACE_RESUME, PLACE_STAMP } from '../../layout/directory';
import { FORMAT_TEXT } from '../../layout/formats';
import { TYPE_CQ } from '../../layout/types';
import {
  VERDICT_FILTERED,
  VERDICT_NO_MESSAGE,
  VERDICT_OTHER_INTERFACE,
  VERDICT_OTHER_PORT,
  VERDICT_SEGMENT,
} from '../../layout/verdicts';
import * as filter from '../filter/program';
import * as seen from '../flow/seen';
import { line } from '../format/line';
import * as text from '../format/text';
import * as time from '../format/time';
import * as input from '../frames/input';
import * as tpacket from '../frames/tpacket';
import * as head from '../http/head';
import * as areas from '../memory/areas';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as decode from '../wire/decode';

/** No interface: copies are not looked for. */
const NO_INTERFACE: u32 = 0;

/** Judges the packet of a ring whose header stands at `at`. A line that finds no free area is lost and counted. */
export function ringPacket(at: usize): void {
  const length = tpacket.originalLength(at);
  countPacket(length, tpacket.stamp(at));
  if (tpacket.outgoingLoopback(at) || !settings.interfaceWanted(tpacket.interfaceIndex(at))) {
    reject(VERDICT_OTHER_INTERFACE);
    return;
  }
  const network = tpacket.network(at);
  const tagged = tpacket.tagged(at);
  const verdict = decode.cooked(tpacket.protocol(at), tagged, network, network + tpacket.capturedLength(at), length);
  if (!isWanted(verdict)) return;
  record.ofPacket(tpacket.stamp(at), tagged ? <i32>tpacket.vlanIdentifier(at) : -1);
  messages(decode.payload, settings.copies ? tpacket.interfaceIndex(at) : NO_INTERFACE);
}

/** Judges the frame that `frames/input` found. Returns false where a line found no free area: the same call goes on. */
export function filePacket(program: usize): bool {
  const end = input.frame + min<usize>(input.frameEnd - input.frame, settings.snaplen);
  const resumed = <usize>load<u32>(PLACE_RESUME);
  if (resumed === 0) {
    countPacket(input.originalLength, input.stamp);
    if (program !== 0 && !filter.passes(program, input.frame, end, input.originalLength)) {
      reject(VERDICT_FILTERED);
      return true;
    }
  }
  const verdict = decode.frame(input.linkType, input.frame, end);
  if (!isWanted(verdict)) return true;
  record.ofPacket(input.stamp, -1);
  return messages(decode.payload + (resumed === 0 ? 0 : resumed - 1), NO_INTERFACE);
}

function countPacket(length: usize, stamp: u64): void {
  counters.increment(COUNTER_PACKETS);
  counters.add(COUNTER_BYTES, length);
  store<u64>(PLACE_STAMP, stamp);
}

/** Whether a verdict is that of a segment on a wanted port; counts the packet where not. */
function isWanted(verdict: u32): bool {
  if (verdict !== VERDICT_SEGMENT) {
    reject(verdict);
    return false;
  }
  if (settings.portWanted(decode.sourcePort) || settings.portWanted(decode.destinationPort)) return true;
  reject(VERDICT_OTHER_PORT);
  return false;
}

function reject(verdict: u32): void {
  counters.increment(COUNTER_VERDICTS + verdict);
}

/** Writes a line for each message from `at` on. Returns false where one from a file found no free area. */
function messages(at: usize, interfaceIndex: u32): bool {
  const first = decode.payload;
  while (at < decode.payloadEnd) {
    const kind = head.read(at, decode.payloadEnd);
    if (kind === head.NONE) {
      if (at === first) reject(VERDICT_NO_MESSAGE);
      break;
    }
    if (at === first && interfaceIndex !== NO_INTERFACE && seen.isCopy(kind, interfaceIndex, record.stamp)) {
      counters.increment(COUNTER_COPIES);
      break;
    }
    record.ofMessage(kind);
    if (!writeLine()) {
      store<u32>(PLACE_RESUME, <u32>(at - first) + 1);
      return false;
    }
    if (head.messageEnd === 0) break;
    at = head.messageEnd;
  }
  return true;
}

/** Writes the record's line and counts the message. Where no area is free: live the line is lost and counted, from a file false. */
function writeLine(): bool {
  const split = settings.split ? record.type : 0;
  const place = areas.place(split, time.localDay(record.stamp));
  if (place !== 0) areas.commit(split, settings.plain ? text.line(place) : other(place));
  else if (settings.live) counters.increment(COUNTER_LINES_NO_AREA);
  else return false;
  counters.increment(COUNTER_MESSAGES_CQ + (record.type - TYPE_CQ));
  if (!head.whole) counters.increment(COUNTER_HEADS_CUT);
  return true;
}

/** Writes the message's line in another format than the plain text. */
function other(place: usize): usize {
  if (settings.format !== FORMAT_TEXT) record.halve();
  return line(place);
}
