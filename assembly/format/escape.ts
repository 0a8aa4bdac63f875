// Escaping of the text format: a byte that could forge a line or drive a terminal becomes `\xhh`.
import { BACKSLASH, DEL, SP } from '../bytes/ascii';
import { byte, hexDigit } from '../bytes/writer';

/**
 * Writes the bytes `from`..`end` at `at`, escaped. Returns the address behind what it wrote; that is at most four bytes
 * for each byte.
 */
export function escaped(at: usize, from: usize, end: usize): usize {
  while (from + 16 <= end) {
    const chunk = v128.load(from);
    if (isHarmless(chunk)) {
      v128.store(at, chunk);
      at += 16;
      from += 16;
    } else {
      const bound = from + 16;
      while (from < bound) {
        const length = harmlessLength(from, end);
        at = length === 0 ? escapedByte(at, load<u8>(from)) : copied(at, from, length);
        from += max<usize>(length, 1);
      }
    }
  }
  while (from < end) {
    const length = harmlessLength(from, end);
    at = length === 0 ? escapedByte(at, load<u8>(from)) : copied(at, from, length);
    from += max<usize>(length, 1);
  }
  return at;
}

/** Whether sixteen bytes are all printable ASCII and none is the backslash. As signed numbers, 0x80 and above are below SP. */
function isHarmless(chunk: v128): bool {
  const low = i8x16.lt_s(chunk, i8x16.splat(<i8>SP));
  const other = v128.or(i8x16.eq(chunk, i8x16.splat(<i8>DEL)), i8x16.eq(chunk, i8x16.splat(<i8>BACKSLASH)));
  return !v128.any_true(v128.or(low, other));
}

/**
 * Length of the character at `at` where it may be written as it is: printable ASCII but the backslash, or well-formed
 * UTF-8 (the Unicode Standard, table 3-7) that is no C1 control. Else 0.
 */
function harmlessLength(at: usize, end: usize): usize {
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

function copied(at: usize, from: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i++) store<u8>(at + i, load<u8>(from + i));
  return at + length;
}

function escapedByte(at: usize, value: u32): usize {
  at = byte(at, BACKSLASH);
  at = byte(at, 0x78);
  at = byte(at, hexDigit(value >> 4));
  return byte(at, hexDigit(value & 15));
}
