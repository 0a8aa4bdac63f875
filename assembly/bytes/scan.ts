import { CR, HTAB, isUpper, SP, UPPER_A } from './ascii';

/** Address of the first `byte` in `at`..`end`, or `end`. Reads sixteen bytes at a time and nothing outside. */
export function find(at: usize, end: usize, byte: u32): usize {
  const wanted = i8x16.splat(<i8>byte);
  while (at + 16 <= end) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits !== 0) return at + <usize>ctz(hits);
    at += 16;
  }
  while (at < end && load<u8>(at) !== byte) at++;
  return at;
}

/** Bytes that `matches` looks at. */
export const MATCHES: usize = 64;

/**
 * Bit n is set where the byte at `at` + n is `byte`, for at most 64 bytes before `end`. Reads nothing before `begin`,
 * which is at most `at`, and nothing from `end` on.
 */
export function matches(at: usize, begin: usize, end: usize, byte: u32): u64 {
  if (at + MATCHES <= end) return matches64(at, byte);
  if (end - begin >= MATCHES) return matches64(end - MATCHES, byte) >> <u64>(at + MATCHES - end);
  let bits: u64 = 0;
  for (let i: usize = 0; at + i < end; i++) bits |= (<u64>(<u32>load<u8>(at + i) === byte)) << (<u64>i);
  return bits;
}

function matches64(at: usize, byte: u32): u64 {
  return matches32(at, byte) | (matches32(at + 32, byte) << 32);
}

function matches32(at: usize, byte: u32): u64 {
  const wanted = i8x16.splat(<i8>byte);
  const upper = <u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted));
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted)) | (upper << 16));
}

/** First address in `at`..`end` that holds neither SP nor HTAB, or `end`. */
export function skipBlanks(at: usize, end: usize): usize {
  while (at < end && isBlank(load<u8>(at))) at++;
  return at;
}

/** Address behind the last byte of `at`..`end` that is neither SP nor HTAB, or `at`. */
export function trimBlanks(at: usize, end: usize): usize {
  while (end > at && isBlank(load<u8>(end - 1))) end--;
  return end;
}

/** Address behind the last byte of `at`..`end` that is neither SP, HTAB nor CR, or `at`. */
export function trimBlanksAndReturns(at: usize, end: usize): usize {
  while (end > at) {
    const byte = load<u8>(end - 1);
    if (!isBlank(byte) && byte !== CR) break;
    end--;
  }
  return end;
}

/**
 * Whether the bytes at `at` are the lower case `text` of this length, ASCII letters compared without case. Bytes up to
 * `bound` may be read along, and 16 of `text`.
 */
export function equalsIgnoringCase(at: usize, text: usize, length: usize, bound: usize): bool {
  if (length <= 16 && at + 16 <= bound) {
    const differing = ~i8x16.bitmask(i8x16.eq(lowerCase(v128.load(at)), v128.load(text)));
    return (differing & ((1 << (<i32>length)) - 1)) === 0;
  }
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    const lower = isUpper(byte) ? byte | 0x20 : byte;
    if (lower !== <u32>load<u8>(text + i)) return false;
  }
  return true;
}

/** Sixteen bytes, of which the capital letters of ASCII are made small ones. */
function lowerCase(bytes: v128): v128 {
  const capital = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(<i8>UPPER_A)), i8x16.splat(26));
  return v128.or(bytes, v128.and(capital, i8x16.splat(0x20)));
}

/** Whether the bytes at `at` and `other` are equal over this length. */
export function equals(at: usize, other: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(at + i) !== load<u8>(other + i)) return false;
  }
  return true;
}

function isBlank(byte: u8): bool {
  return byte === SP || byte === HTAB;
}
