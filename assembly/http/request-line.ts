// A request line taken apart (RFC 9112, section 3), leniently: what is between the method and a version at the end is the
// target. What it finds is borrowed from the line.
import { AT, COLON, DOT, HYPHEN, isDigit, QUESTION, SLASH, SP } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import { HTTP } from './methods';

export let method: usize = 0;
export let methodEnd: usize = 0;
export let target: usize = 0;
export let targetEnd: usize = 0;
/** The digits of the version, `1.1`; 0 where the line does not end in one. */
export let version: usize = 0;
export let versionEnd: usize = 0;
/** Of a target: its parts; 0 where it lacks them. */
export let scheme: usize = 0;
export let schemeEnd: usize = 0;
export let authority: usize = 0;
export let authorityEnd: usize = 0;
export let path: usize = 0;
export let pathEnd: usize = 0;
export let query: usize = 0;
export let queryEnd: usize = 0;

/** Whether the line is a method, a target without blanks and a version, so that nothing of it is lost in these. */
export let wellFormed: bool = false;

/** Forgets the line before. */
export function clear(): void {
  method = 0;
  methodEnd = 0;
  target = 0;
  targetEnd = 0;
  version = 0;
  versionEnd = 0;
  clearParts();
  wellFormed = true;
}

function clearParts(): void {
  scheme = 0;
  schemeEnd = 0;
  authority = 0;
  authorityEnd = 0;
  path = 0;
  pathEnd = 0;
  query = 0;
  queryEnd = 0;
}

/** Takes the line `at`..`end` apart, the target in its four forms (RFC 9112, section 3.2) as well. */
export function read(at: usize, end: usize): void {
  method = at;
  methodEnd = scan.find(at, end, SP);
  target = min(methodEnd + 1, end);
  version = versionAt(methodEnd, end);
  versionEnd = version === 0 ? 0 : end;
  targetEnd = version === 0 ? end : scan.trimBlanks(target, max(target, version - VERSION_PREFIX));
  wellFormed = version !== 0 && scan.find(target, version, SP) + VERSION_PREFIX === version;
  clearParts();
  if (target === targetEnd) return;
  if (methodEnd - method === CONNECT_LENGTH && load<u32>(method) === CONN) readAuthority(target, targetEnd);
  else readTarget();
}

/** ` HTTP/` before the digits of a version. */
const VERSION_PREFIX: usize = 6;
const CONNECT_LENGTH: usize = 7;
/** `CONN` as a little-endian word: no other method begins so and has seven letters. */
const CONN: u32 = 0x4e4e4f43;

/** The digits of the version that `at`..`end` ends in, behind a space that may be the first byte, or 0. */
function versionAt(at: usize, end: usize): usize {
  if (end < at + VERSION_PREFIX + 2 || !isDigit(load<u8>(end - 1))) return 0;
  const digits: usize = load<u8>(end - 2) === DOT ? 3 : 1;
  const first = end - digits;
  if (first < at + VERSION_PREFIX || !isDigit(load<u8>(first)) || load<u8>(first - 1) !== SLASH) return 0;
  return load<u32>(first - 5) === HTTP && load<u8>(first - VERSION_PREFIX) === SP ? first : 0;
}

function readTarget(): void {
  let at = target;
  if (load<u8>(at) !== SLASH) {
    const colon = scan.find(at, min(targetEnd, at + 16), COLON);
    if (colon + 2 < targetEnd && load<u8>(colon) === COLON && load<u16>(colon, 1) === SLASHES && isScheme(at, colon)) {
      scheme = at;
      schemeEnd = colon;
      at = endOfAuthority(colon + 3);
      readAuthority(colon + 3, at);
    }
  }
  const mark = scan.find(at, targetEnd, QUESTION);
  if (mark > at) {
    path = at;
    pathEnd = mark;
  }
  if (mark < targetEnd) {
    query = mark + 1;
    queryEnd = targetEnd;
  }
}

/** Whether this is a letter, then letters, digits, `+`, `-` and `.` (RFC 3986, section 3.1). */
function isScheme(at: usize, end: usize): bool {
  if (at === end || !isLetter(load<u8>(at))) return false;
  for (let i = at + 1; i < end; i++) {
    const byte = <u32>load<u8>(i);
    if (!isLetter(byte) && !isDigit(byte) && byte !== PLUS && byte !== HYPHEN && byte !== DOT) return false;
  }
  return true;
}

function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

const PLUS: u32 = 0x2b;
/** `//` as a little-endian word. */
const SLASHES: u16 = 0x2f2f;

function endOfAuthority(at: usize): usize {
  return scan.find(at, scan.find(at, targetEnd, QUESTION), SLASH);
}

/** Takes an authority without what is before its `@`: that may be a password. */
function readAuthority(at: usize, end: usize): void {
  const mark = scan.find(at, end, AT);
  authority = mark < end ? mark + 1 : at;
  authorityEnd = end;
}

/** Of an authority or a Host field: where its port's digits begin, or `end` where it has none of at most 65535. */
export function portOf(at: usize, end: usize): usize {
  let digits = end;
  while (digits > at && end - digits < 6 && isDigit(load<u8>(digits - 1))) digits--;
  if (digits === end || end - digits > 5 || digits === at || load<u8>(digits - 1) !== COLON) return end;
  return portNumber(digits, end) <= 0xffff ? digits : end;
}

/** The number that these digits, at most five, are. */
export function portNumber(at: usize, end: usize): u32 {
  let value: u32 = 0;
  for (; at < end; at++) value = value * 10 + (<u32>load<u8>(at) - 0x30);
  return value;
}
