// The head of an HTTP/1 message (RFC 9112): its start line, the wanted fields, its end, and where the message ends.
// What it finds is borrowed: valid until the block or the input is released, and until the next call.
import { HEAD_MAXIMUM } from '../../layout/areas';
import { FIELD_CONTENT_LENGTH, FIELD_TRANSFER_ENCODING } from '../../layout/fields';
import { CR, DOT, isDigit, LF, SLASH, SP, ZERO } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as fields from './fields';
import * as methods from './methods';

export const NONE = 0;
export const REQUEST = 1;
export const RESPONSE = 2;

/** The start line, trailing SP, HTAB and CR removed. */
export let startLine: usize = 0;
export let startLineEnd: usize = 0;
/** Status code of a response whose three digits are there, else 0. */
export let status: u32 = 0;
/** Whether the empty line that ends the head is there. */
export let whole: bool = false;
/** Address behind the empty line that ends the head; where it is not there, behind the last byte that was read. */
export let headEnd: usize = 0;
/** Bytes before this address may be read along with those of the head. */
export let bound: usize = 0;
/** Address behind the message, where that is known; else 0. */
export let messageEnd: usize = 0;

/** Reads the message that begins at `at`. Returns `REQUEST`, `RESPONSE` or, where none begins, `NONE`. */
export function read(at: usize, end: usize): u32 {
  bound = end;
  at = skipEmptyLines(at, end);
  const kind = recognise(at, end);
  if (kind === NONE) return NONE;
  const behind = readLines(at, min(end, at + HEAD_MAXIMUM));
  headEnd = behind;
  messageEnd = whole ? endOfMessage(kind, behind, end) : 0;
  return kind;
}

/** Skips up to two CRLF in front of a start line (RFC 9112, section 2.2). */
function skipEmptyLines(at: usize, end: usize): usize {
  for (let i = 0; i < 2; i++) {
    if (at + 2 > end || load<u8>(at) !== CR || load<u8>(at, 1) !== LF) break;
    at += 2;
  }
  return at;
}

function recognise(at: usize, end: usize): u32 {
  if (beginsResponse(at, end)) return RESPONSE;
  status = 0;
  return methods.beginsRequest(at, min(end, at + HEAD_MAXIMUM)) ? REQUEST : NONE;
}

/** Whether bytes that `read` does not recognise may be the beginning of a message whose rest is not there yet. */
export function mayBegin(at: usize, end: usize): bool {
  return isPartOfHttp(at, end) || methods.mayBeginRequest(at, min(end, at + HEAD_MAXIMUM));
}

/** Whether all there is is a beginning of `HTTP/`. */
function isPartOfHttp(at: usize, end: usize): bool {
  const length = end - at;
  if (length === 0 || length > 5) return false;
  for (let i: usize = 0; i < length; i++) {
    if (<u64>load<u8>(at + i) !== ((HTTP_SLASH >> ((<u64>i) << 3)) & 0xff)) return false;
  }
  return true;
}

/** `HTTP/` as a little-endian word. */
const HTTP_SLASH: u64 = 0x2f50545448;

/** Whether `HTTP/d[.d] SP ddd` and no fourth digit stands at `at`, or the payload ends within it, behind its first digit. */
function beginsResponse(at: usize, end: usize): bool {
  status = 0;
  if (at + 6 > end || load<u32>(at) !== methods.HTTP || load<u8>(at, 4) !== SLASH || !isDigit(load<u8>(at, 5)))
    return false;
  at += 6;
  if (at < end && load<u8>(at) === DOT) {
    if (at + 1 < end && !isDigit(load<u8>(at, 1))) return false;
    at += 2;
  }
  if (at >= end) return true;
  if (load<u8>(at++) !== SP) return false;
  return beginsStatusCode(at, end);
}

function beginsStatusCode(at: usize, end: usize): bool {
  let code: u32 = 0;
  for (let i = 0; i < 3; i++) {
    if (at === end) return true;
    const digit = <u32>load<u8>(at++);
    if (!isDigit(digit)) return false;
    code = code * 10 + (digit - ZERO);
  }
  if (at < end && isDigit(load<u8>(at))) return false;
  status = code;
  return true;
}

/** Reads the lines of a head up to its end or `end`. Returns the address behind the empty line, where `whole`. */
function readLines(begin: usize, end: usize): usize {
  whole = false;
  fields.clear();
  startLine = begin;
  let line = begin;
  for (let at = begin; at < end; at += scan.MATCHES) {
    for (let lineFeeds = scan.matches(at, begin, end, LF); lineFeeds !== 0; lineFeeds &= lineFeeds - 1) {
      const lineFeed = at + <usize>ctz(lineFeeds);
      if (isEmpty(line, lineFeed)) {
        whole = true;
        return lineFeed + 1;
      }
      if (line === begin) startLineEnd = scan.trimBlanksAndReturns(line, lineFeed);
      else if (fields.mayBeWanted(line, lineFeed)) takeField(line, lineFeed, end);
      line = lineFeed + 1;
    }
  }
  if (line === begin) startLineEnd = scan.trimBlanksAndReturns(line, end);
  else takeField(line, end, end);
  return end;
}

/** Whether nothing, or one CR, stands between a line's begin and its LF. */
function isEmpty(line: usize, lineFeed: usize): bool {
  return lineFeed - line <= 1 && (lineFeed === line || load<u8>(line) === CR);
}

/** Takes the field line before `end`. Bytes up to `bound` may be read along. */
function takeField(line: usize, end: usize, bound: usize): void {
  fields.take(line, end > line && load<u8>(end - 1) === CR ? end - 1 : end, bound);
}

/** Where a message with a whole head ends (RFC 9112, section 6.3), or 0 where this packet can't tell. */
function endOfMessage(kind: u32, behind: usize, end: usize): usize {
  if (fields.has(FIELD_TRANSFER_ENCODING)) return 0;
  if (kind === RESPONSE && (status / 100 === 1 || status === 204 || status === 304)) return behind;
  const value = fields.value(FIELD_CONTENT_LENGTH);
  const valueEnd = fields.valueEnd(FIELD_CONTENT_LENGTH);
  if (!isNumber(value, valueEnd)) return kind === REQUEST ? behind : 0;
  const length = number(value, valueEnd);
  return length <= <u64>(end - behind) ? behind + <usize>length : 0;
}

/** Whether `at`..`end` is one digit or more and nothing else. */
export function isNumber(at: usize, end: usize): bool {
  if (at === end) return false;
  while (at < end && isDigit(load<u8>(at))) at++;
  return at === end;
}

/** The number that these digits are; anything above 2^32 is as good as any other. */
function number(at: usize, end: usize): u64 {
  let value: u64 = 0;
  for (; at < end && value <= u32.MAX_VALUE; at++) value = value * 10 + <u64>(<u32>load<u8>(at) - ZERO);
  return value;
}
