// Messages each on its own as in the main mode, but in another format than the plain text: each becomes a half, from which
// its line is written.
import { COUNTER_COPIES } from '../../layout/counters';
import { VERDICT_NO_MESSAGE } from '../../layout/verdicts';
import * as seen from '../flow/seen';
import * as head from '../http/head';
import * as counters from '../memory/counters';
import * as record from '../record/record';
import * as decode from '../wire/decode';
import * as count from './count';
import * as packet from './packet';
import * as write from './write';

/**
 * Judges the segment that was decoded, which came by this interface. Returns false where a line from a file would find no
 * free area: the same call goes on. Live such a line is lost and counted.
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
    record.ofMessage(kind);
    record.halve();
    write.write();
    count.message(record.type);
    if (head.messageEnd === 0) break;
    at = head.messageEnd;
  }
  return true;
}
