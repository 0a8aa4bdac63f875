// A request's target as Zeek logs it: percent-encoded bytes decoded (unescape_URI of its HTTP analyzer).
import { isDigit, PERCENT } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as requestLine from '../http/request-line';
import * as half from '../record/half';
import { request } from '../record/record';
import * as redaction from '../record/redaction';
import { string } from './strings';

/** Writes the target; 0 where there is none. */
export function unescaped(at: usize): usize {
  if (request === 0) return 0;
  const from = requestLine.target;
  const end = requestLine.targetEnd;
  const percent = scan.find(from, end, PERCENT);
  // Decoded, a parameter could have a name that shall not be shown.
  if (percent === end || redaction.hidesParameters()) return string(at, from, end, half.bound(request));
  const room = redaction.take(end - from);
  if (room === 0) return string(at, from, end, half.bound(request));
  memory.copy(room, from, percent - from);
  const decodedEnd = decoded(room + (percent - from), percent, end);
  return string(at, room, decodedEnd, decodedEnd);
}

/** Writes `from`..`end` with each `%hh` as the byte that it is; `%%` is one `%`, and a `%` before anything else stays. */
function decoded(at: usize, from: usize, end: usize): usize {
  while (from < end) {
    const value = load<u8>(from++);
    store<u8>(at++, value);
    if (value !== PERCENT || from === end) continue;
    if (load<u8>(from) === PERCENT) {
      from++;
    } else if (from + 2 <= end && isHex(load<u8>(from)) && isHex(load<u8>(from, 1))) {
      store<u8>(at - 1, (nibble(load<u8>(from)) << 4) | nibble(load<u8>(from, 1)));
      from += 2;
    }
  }
  return at;
}

function isHex(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 6;
}

function nibble(digit: u32): u32 {
  return isDigit(digit) ? digit - 0x30 : (digit | 0x20) - 0x57;
}
