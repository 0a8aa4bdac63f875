import { REGION_METHODS } from '../../layout/directory';
import { METHOD_ENTRY_BYTES, METHOD_LENGTH, METHOD_WORD_MAXIMUM } from '../../layout/methods';
import { DOT, HYPHEN, isDigit, isUpper, LF, SLASH, SP, UNDERSCORE } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as directory from '../memory/directory';

let table: usize = 0;
let tableEnd: usize = 0;

export function start(): void {
  table = directory.address(REGION_METHODS);
  tableEnd = table + directory.size(REGION_METHODS);
}

/**
 * Whether a request begins at `at`: a method, one space and a printable byte. A word that is no known method counts
 * if its line, which must be there whole, ends in a version of HTTP (caches, UPnP and WebDAV invent methods).
 */
export function beginsRequest(at: usize, end: usize): bool {
  // Most requests are one of two; the first letter turns most other payloads away.
  if (at + 4 < end && load<u32>(at) === GET) return isPrintable(load<u8>(at, 4));
  if (at + 5 < end && load<u32>(at) === POST && load<u8>(at, 4) === SP) return isPrintable(load<u8>(at, 5));
  return at < end && isUpper(load<u8>(at)) && beginsWord(at, end);
}

/** `GET ` and `POST` as little-endian words. */
const GET: u32 = 0x20544547;
const POST: u32 = 0x54534f50;

function beginsWord(at: usize, end: usize): bool {
  const length = wordLength(at, end);
  const behind = at + length;
  if (behind + 2 > end || load<u8>(behind) !== SP || !isPrintable(load<u8>(behind, 1))) return false;
  return isKnown(at, length) || (isInvented(at, length) && endsInVersion(behind, end));
}

/**
 * Whether more bytes may make a request of these, of which `beginsRequest` makes none: they end within the method, behind
 * it, or within the line of a method that is not known.
 */
export function mayBeginRequest(at: usize, end: usize): bool {
  if (at === end || !isUpper(load<u8>(at))) return false;
  const length = wordLength(at, end);
  if (length > <usize>METHOD_WORD_MAXIMUM) return false;
  const behind = at + length;
  if (behind === end) return true;
  if (load<u8>(behind) !== SP || !(isKnown(at, length) || isInvented(at, length))) return false;
  return behind + 1 === end || (isPrintable(load<u8>(behind, 1)) && scan.find(behind, end, LF) === end);
}

/** Length of the run of letters, `-` and `_` at `at`; one more than the longest word at the most. */
function wordLength(at: usize, end: usize): usize {
  const bound = min(end, at + METHOD_WORD_MAXIMUM + 1);
  let behind = at;
  while (behind < bound && isWordByte(load<u8>(behind))) behind++;
  return behind - at;
}

function isKnown(at: usize, length: usize): bool {
  for (let entry = table; entry < tableEnd; entry += METHOD_ENTRY_BYTES) {
    if (<usize>load<u8>(entry, METHOD_LENGTH) === length && scan.equals(at, entry, length)) return true;
  }
  return false;
}

/** Whether a word of letters, `-` and `_` may be a method that is not registered: three letters first, or `M-SEARCH`. */
function isInvented(at: usize, length: usize): bool {
  if (length < 3 || length > <usize>METHOD_WORD_MAXIMUM) return false;
  if (length === 8 && load<u64>(at) === M_SEARCH) return true;
  return isUpper(load<u8>(at)) && isUpper(load<u8>(at, 1)) && isUpper(load<u8>(at, 2));
}

/** `M-SEARCH` as a little-endian word. */
const M_SEARCH: u64 = 0x4843524145532d4d;

/** Whether the line from `at` has its LF and ends in ` HTTP/d` or ` HTTP/d.d`. */
function endsInVersion(at: usize, end: usize): bool {
  const lineFeed = scan.find(at, end, LF);
  if (lineFeed === end) return false;
  const behind = scan.trimBlanksAndReturns(at, lineFeed);
  return isVersion(behind - 7, at, behind) || isVersion(behind - 9, at, behind);
}

/** Whether all of `from`..`end`, which must not begin before `at`, is a space and a version of HTTP. */
function isVersion(from: usize, at: usize, end: usize): bool {
  if (<isize>(from - at) < 0) return false;
  if (load<u8>(from) !== SP || load<u32>(from, 1) !== HTTP || load<u8>(from, 5) !== SLASH) return false;
  if (!isDigit(load<u8>(from, 6))) return false;
  return end - from === 7 || (load<u8>(from, 7) === DOT && isDigit(load<u8>(from, 8)));
}

/** `HTTP` as a little-endian word. */
export const HTTP: u32 = 0x50545448;

function isWordByte(byte: u32): bool {
  return isUpper(byte) || byte === HYPHEN || byte === UNDERSCORE;
}

function isPrintable(byte: u32): bool {
  return byte > SP && byte !== 0x7f;
}
