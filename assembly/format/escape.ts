// Escaping of the text format: a byte that could forge a line or drive a terminal becomes `\xhh`.
import { BACKSLASH, DEL, SP } from '../bytes/ascii';
import { byte, hexDigit } from '../bytes/writer';

/**
 * Writes the bytes `from`..`end` at `at`, escaped. Bytes up to `bound`, the end of what `end` is a part of, may be read
 * along, and up to 32 bytes behind the result be overwritten. Returns the address behind what it wrote; that is at most
 * four bytes for each byte.
 */
export function escaped(at: usize, from: usize, end: usize, bound: usize): usize {
  while (from < end) {
    if (from + 16 <= bound) {
      // A chunk is written whole, and of that as much counts as is harmless and wanted.
      const bits = from + 32 <= bound ? copied32(at, from) : copied16(at, from);
      const run: usize = bits === 0 ? 32 : ctz(bits);
      if (run >= end - from) return at + (end - from);
      at += run;
      from += run;
      if (bits === 0) continue;
    }
    const length = harmlessLength(from, end);
    at = length === 0 ? escapedByte(at, load<u8>(from)) : copied(at, from, length);
    from += max<usize>(length, 1);
  }
  return at;
}

/** Writes 32 bytes as they are. Returns a bit for each, lowest first, that may not be written so. */
function copied32(at: usize, from: usize): i32 {
  const upper = v128.load(from, 16);
  v128.store(at, upper, 16);
  return (copied16(at, from) & 0xffff) | (harmful(upper) << 16);
}

/** Writes sixteen bytes as they are. Returns as many bits, lowest first, and bits that are set for those behind. */
function copied16(at: usize, from: usize): i32 {
  const chunk = v128.load(from);
  v128.store(at, chunk);
  return harmful(chunk) | ~0xffff;
}

/**
 * A bit for each of sixteen bytes, lowest first, that may not be written as it is: all but printable ASCII, and the
 * backslash. As signed numbers, 0x80 and above are below SP.
 */
function harmful(chunk: v128): i32 {
  const low = i8x16.lt_s(chunk, i8x16.splat(<i8>SP));
  const other = v128.or(i8x16.eq(chunk, i8x16.splat(<i8>DEL)), i8x16.eq(chunk, i8x16.splat(<i8>BACKSLASH)));
  return i8x16.bitmask(v128.or(low, other));
}

/**
 * Length of the character at `at` where it may be written as it is: printable ASCII but the backslash, or well-formed
 * UTF-8 (the Unicode Standard, table 3-7) that is no C1 control. Else 0.
 */
export function harmlessLength(at: usize, end: usize): usize {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return lead >= SP && lead !== DEL && lead !== BACKSLASH ? 1 : 0;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end || !secondFits(lead, load<u8>(at, 1))) return 0;
  if (length > 2 && !isContinuation(load<u8>(at, 2))) return 0;
  if (length > 3 && !isContinuation(load<u8>(at, 3))) return 0;
  return length;
}

/** Whether this second byte may follow this first byte: no overlong form, no surrogate, nothing above U+10FFFF, no C1. */
function secondFits(lead: u32, second: u32): bool {
  if (lead === 0xc2 || lead === 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (lead === 0xed) return second >= 0x80 && second <= 0x9f;
  if (lead === 0xf0) return second >= 0x90 && second <= 0xbf;
  if (lead === 0xf4) return second >= 0x80 && second <= 0x8f;
  return isContinuation(second);
}

function isContinuation(value: u32): bool {
  return (value & 0xc0) === 0x80;
}

export function copied(at: usize, from: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i++) store<u8>(at + i, load<u8>(from + i));
  return at + length;
}

export function escapedByte(at: usize, value: u32): usize {
  at = byte(at, BACKSLASH);
  at = byte(at, 0x78);
  at = byte(at, hexDigit(value >> 4));
  return byte(at, hexDigit(value & 15));
}
