import { CR, HTAB, isUpper, SP } from './ascii';

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

/** Whether the bytes at `at` are the lower case `text` of this length, ASCII letters compared without case. */
export function equalsIgnoringCase(at: usize, text: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    const lower = isUpper(byte) ? byte | 0x20 : byte;
    if (lower !== <u32>load<u8>(text + i)) return false;
  }
  return true;
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
