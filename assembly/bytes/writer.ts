import { ZERO } from './ascii';

/** Writes one byte; returns the address behind it, as every function here does. */
export function byte(at: usize, value: u32): usize {
  store<u8>(at, value);
  return at + 1;
}

/** Writes a number in decimal, without leading zeros. */
export function decimal(at: usize, value: u32): usize {
  let end = at + <usize>digits(value);
  const behind = end;
  do {
    const rest = value / 10;
    store<u8>(--end, value - rest * 10 + ZERO);
    value = rest;
  } while (value !== 0);
  return behind;
}

/** Writes the last `width` decimal digits of a number, with leading zeros. */
export function fixed(at: usize, value: u32, width: usize): usize {
  for (let i = width; i > 0; i--) {
    const rest = value / 10;
    store<u8>(at + i - 1, value - rest * 10 + ZERO);
    value = rest;
  }
  return at + width;
}

/** Writes a number in lower case hexadecimal, without leading zeros. */
export function hexadecimal(at: usize, value: u32): usize {
  let shift: u32 = 0;
  while (shift < 28 && value >> (shift + 4) !== 0) shift += 4;
  while (true) {
    at = byte(at, hexDigit((value >> shift) & 15));
    if (shift === 0) return at;
    shift -= 4;
  }
}

/** The lower case hexadecimal digit of 0 to 15. */
export function hexDigit(value: u32): u32 {
  return value < 10 ? value + 0x30 : value + 0x57;
}

function digits(value: u32): u32 {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10000) return 4;
  if (value < 100000) return 5;
  let count: u32 = 5;
  for (value /= 100000; value !== 0; value /= 10) count++;
  return count;
}
