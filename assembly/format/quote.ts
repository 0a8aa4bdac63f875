// Escaping between quotation marks: JSON (RFC 8259, section 7), and the log lines of nginx (its `log_format … escape=default`).
import { BACKSLASH, DEL, QUOTE, SP } from '../bytes/ascii';
import { byte } from '../bytes/writer';
import { copied, harmlessLength } from './escape';

/** What is escaped how. */
export const AS_JSON: u32 = 0;
export const AS_NGINX: u32 = 1;

/**
 * Writes the bytes `from`..`end` at `at`, escaped. Bytes up to `bound` may be read along, and up to 32 bytes behind the
 * result be overwritten. Returns the address behind what it wrote; that is at most six bytes for each byte.
 */
export function quoted(at: usize, from: usize, end: usize, bound: usize, style: u32): usize {
  while (from < end) {
    if (from + 16 <= bound) {
      const bits = from + 32 <= bound ? copied32(at, from) : copied16(at, from);
      const run: usize = bits === 0 ? 32 : ctz(bits);
      if (run >= end - from) return at + (end - from);
      at += run;
      from += run;
      if (bits === 0) continue;
    }
    if (style === AS_JSON) {
      const length: usize = load<u8>(from) === QUOTE ? 0 : harmlessLength(from, end);
      at = length === 0 ? jsonEscape(at, from, end) : copied(at, from, length);
      from += length === 0 ? escapedLength(from, end) : length;
    } else {
      at = nginxByte(at, load<u8>(from++));
    }
  }
  return at;
}

/** Writes 32 bytes as they are. Returns a bit for each, lowest first, that may not be written so. */
function copied32(at: usize, from: usize): i32 {
  const upper = v128.load(from, 16);
  v128.store(at, upper, 16);
  return (copied16(at, from) & 0xffff) | (harmful(upper) << 16);
}

function copied16(at: usize, from: usize): i32 {
  const chunk = v128.load(from);
  v128.store(at, chunk);
  return harmful(chunk) | ~0xffff;
}

/** A bit for each byte that is no printable ASCII, or a quotation mark or backslash. */
function harmful(chunk: v128): i32 {
  const low = i8x16.lt_s(chunk, i8x16.splat(<i8>SP));
  const marks = v128.or(i8x16.eq(chunk, i8x16.splat(<i8>QUOTE)), i8x16.eq(chunk, i8x16.splat(<i8>BACKSLASH)));
  return i8x16.bitmask(v128.or(v128.or(low, marks), i8x16.eq(chunk, i8x16.splat(<i8>DEL))));
}

/** Whether a C1 control, U+0080 to U+009f, stands at `at`. */
function isC1(at: usize, end: usize): bool {
  return load<u8>(at) === 0xc2 && at + 1 < end && (load<u8>(at, 1) & 0xe0) === 0x80;
}

/** Bytes that `jsonEscape` takes at once. */
function escapedLength(from: usize, end: usize): usize {
  return isC1(from, end) ? 2 : 1;
}

/** Writes a quotation mark, backslash or control as JSON's escape, and a byte that is no UTF-8 as the text `\xhh`. */
function jsonEscape(at: usize, from: usize, end: usize): usize {
  const value = <u32>load<u8>(from);
  if (value === QUOTE || value === BACKSLASH) return byte(byte(at, BACKSLASH), value);
  if (isC1(from, end)) return lowerHex(unicode(at), load<u8>(from, 1));
  if (value >= 0x80) {
    store<u32>(at, BACKSLASHES_X);
    return lowerHex(at + 3, value);
  }
  const letter = shortEscape(value);
  return letter !== 0 ? byte(byte(at, BACKSLASH), letter) : lowerHex(unicode(at), value);
}

/** `\\x` as a little-endian word. */
const BACKSLASHES_X: u32 = 0x785c5c;

/** `\u00` as a little-endian word. */
const BACKSLASH_U00: u32 = 0x3030755c;

function unicode(at: usize): usize {
  store<u32>(at, BACKSLASH_U00);
  return at + 4;
}

/** The letter of `\b`, `\t`, `\n`, `\f`, `\r`, or 0. */
function shortEscape(value: u32): u32 {
  if (value === 0x0a) return 0x6e;
  if (value === 0x0d) return 0x72;
  if (value === 0x09) return 0x74;
  if (value === 0x08) return 0x62;
  return value === 0x0c ? 0x66 : 0;
}

function lowerHex(at: usize, value: u32): usize {
  return byte(byte(at, digit(value >> 4, 0x57)), digit(value & 15, 0x57));
}

/** A hexadecimal digit; letters are `letters` + 10 and on. */
function digit(value: u32, letters: u32): u32 {
  return value < 10 ? value + 0x30 : value + letters;
}

/** Writes a byte as nginx does: printable ASCII but `"` and `\` as it is, all others as `\xHH`. */
function nginxByte(at: usize, value: u32): usize {
  if (value >= SP && value < DEL && value !== QUOTE && value !== BACKSLASH) return byte(at, value);
  at = byte(byte(at, BACKSLASH), 0x78);
  return byte(byte(at, digit(value >> 4, 0x37)), digit(value & 15, 0x37));
}
