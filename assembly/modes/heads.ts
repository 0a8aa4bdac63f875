// The heads of a packet that is judged alone, for every mode but the main one (which has its own loop, for speed) and whole
// streams: each goes to the mode of the run.
import { COUNTER_COPIES } from '../../layout/counters';
import { VERDICT_NO_MESSAGE } from '../../layout/verdicts';
import * as seen from '../flow/seen';
import * as head from '../http/head';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as decode from '../wire/decode';
import * as formatted from './formatted';
import * as packet from './packet';
import * as pair from './pair';
import * as write from './write';

/**
 * Takes up each message of the segment that was decoded, which came by this interface. Returns false where a line from a
 * file would find no free area: the same call goes on. Live such a line is lost and counted.
 */
export function segment(interfaceIndex: u32): bool {
  const first = decode.payload;
  let at = packet.resumedAt();
  while (at < decode.payloadEnd) {
    if (!write.isReady()) {
      packet.resumeAt(at);
      return false;
    }
    const kind = head.read(at, decode.payloadEnd);
    if (kind === head.NONE) {
      if (at === first) packet.reject(VERDICT_NO_MESSAGE);
      break;
    }
    if (at === first && interfaceIndex !== packet.NO_INTERFACE && seen.isCopy(kind, interfaceIndex, record.stamp)) {
      counters.increment(COUNTER_COPIES);
      break;
    }
    if (settings.pair) pair.message(kind);
    else formatted.message(kind);
    if (head.messageEnd === 0) break;
    at = head.messageEnd;
  }
  return true;
}
