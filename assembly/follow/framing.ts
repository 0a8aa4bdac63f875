// How the end of a message is told (RFC 9112, section 6.3), read from the head that `http/head` has read.
import { FIELD_CONTENT_LENGTH, FIELD_TRANSFER_ENCODING } from '../../layout/fields';
import { isDigit, ZERO } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as fields from '../http/fields';
import { RESPONSE, whole } from '../http/head';

/** Nothing tells: a request has no body, a response goes on until the connection is closed. */
export const UNTOLD: u32 = 0;
export const LENGTH: u32 = 1;
export const CHUNKED: u32 = 2;
/** A coding whose end is the connection's end. */
export const CLOSE: u32 = 3;
/** The end cannot be known: the head is cut, or a request has another coding than chunked. */
export const UNKNOWN: u32 = 4;

/** The length, where that is the framing. */
export let length: u64 = 0;

const COMMA: u32 = 0x2c;

/** The framing of the message whose head was read. */
export function ofHead(kind: u32): u32 {
  length = 0;
  if (!whole) return UNKNOWN;
  if (fields.has(FIELD_TRANSFER_ENCODING)) {
    const coding = lastCoding(fields.value(FIELD_TRANSFER_ENCODING), fields.valueEnd(FIELD_TRANSFER_ENCODING));
    if (coding === CHUNKED) return CHUNKED;
    if (coding === CLOSE) return kind === RESPONSE ? CLOSE : UNKNOWN;
  }
  return readLength(fields.value(FIELD_CONTENT_LENGTH), fields.valueEnd(FIELD_CONTENT_LENGTH)) ? LENGTH : UNTOLD;
}

/**
 * The last coding of a list: chunked, another, or none; `identity` was none (RFC 2616, section 3.6). Empty elements don't
 * count (RFC 9110, section 5.6.1.2).
 */
function lastCoding(at: usize, end: usize): u32 {
  end = scan.trimBlanks(at, end);
  while (end > at && load<u8>(end - 1) === COMMA) end = scan.trimBlanks(at, end - 1);
  let begin = end;
  while (begin > at && load<u8>(begin - 1) !== COMMA) begin--;
  begin = scan.skipBlanks(begin, end);
  const size = end - begin;
  if (size === 7 && isWord(begin, CHUNKED_BEGINNING, CHUNKED_END)) return CHUNKED;
  return size === 0 || (size === 8 && isWord(begin, IDENTITY_BEGINNING, IDENTITY_END)) ? UNTOLD : CLOSE;
}

// `chun` and `nked`, `iden` and `tity` as little-endian words.
const CHUNKED_BEGINNING: u32 = 0x6e756863;
const CHUNKED_END: u32 = 0x64656b6e;
const IDENTITY_BEGINNING: u32 = 0x6e656469;
const IDENTITY_END: u32 = 0x79746974;

/** Whether a word, of 7 or 8 letters without regard to case, begins and ends with these four each. */
function isWord(at: usize, beginning: u32, ending: u32): bool {
  const last = ending === CHUNKED_END ? 3 : 4;
  return (load<u32>(at) | 0x20202020) === beginning && (load<u32>(at + last) | 0x20202020) === ending;
}

/** Reads a length: digits, or a list of equal numbers (RFC 9110, section 8.6). Anything else is none. */
function readLength(at: usize, end: usize): bool {
  if (at === end) return false;
  let first = true;
  while (true) {
    at = scan.skipBlanks(at, end);
    const comma = scan.find(at, end, COMMA);
    const behind = scan.trimBlanks(at, comma);
    if (!readDigits(at, behind)) return false;
    if (!first && digits !== length) return false;
    length = digits;
    first = false;
    if (comma === end) return true;
    at = comma + 1;
  }
}

let digits: u64 = 0;

/** Reads a number; those above 2^63 are as good as 2^63. */
function readDigits(at: usize, end: usize): bool {
  if (at === end) return false;
  digits = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at);
    if (!isDigit(digit)) return false;
    digits = digits > LARGE ? ENDLESS : digits * 10 + <u64>(digit - ZERO);
  }
  return true;
}

const LARGE: u64 = 900000000000000000;
const ENDLESS: u64 = 1 << 63;
