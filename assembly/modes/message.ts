// The main mode: a packet's whole way on one page. Each packet is judged alone; each message that begins in it gives a line.
import { COUNTER_COPIES, COUNTER_HEADS_CUT, COUNTER_LINES_NO_AREA, COUNTER_MESSAGES_CQ } from '../../layout/counters';
import { TYPE_CQ } from '../../layout/types';
import { VERDICT_NO_MESSAGE } from '../../layout/verdicts';
import * as seen from '../flow/seen';
import * as text from '../format/text';
import * as time from '../format/time';
import * as head from '../http/head';
import * as areas from '../memory/areas';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as decode from '../wire/decode';
import * as packet from './packet';

/**
 * Judges the segment that was decoded, which came by this interface. Returns false where a line from a file found no free
 * area: the same call goes on. Live such a line is lost and counted.
 */
export function segment(interfaceIndex: u32): bool {
  const first = decode.payload;
  let at = packet.resumedAt();
  while (at < decode.payloadEnd) {
    const kind = head.read(at, decode.payloadEnd);
    if (kind === head.NONE) {
      if (at === first) packet.reject(VERDICT_NO_MESSAGE);
      break;
    }
    if (at === first && interfaceIndex !== packet.NO_INTERFACE && seen.isCopy(kind, interfaceIndex, record.stamp)) {
      counters.increment(COUNTER_COPIES);
      break;
    }
    record.ofMessage(kind);
    if (!writeLine()) {
      packet.resumeAt(at);
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
  if (place !== 0) areas.commit(split, text.line(place));
  else if (settings.live) counters.increment(COUNTER_LINES_NO_AREA);
  else {
    // Perhaps all are begun and none is full: the writer gets them, or nobody would ever free one.
    areas.handOverAll();
    return false;
  }
  counters.increment(COUNTER_MESSAGES_CQ + (record.type - TYPE_CQ));
  if (!head.whole) counters.increment(COUNTER_HEADS_CUT);
  return true;
}
