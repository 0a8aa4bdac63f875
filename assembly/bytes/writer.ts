import { DOT, ZERO } from './ascii';

/** Writes one byte; returns the address behind it, as every function here does. */
export function byte(at: usize, value: u32): usize {
  store<u8>(at, value);
  return at + 1;
}

/** For each number below 1000 its three digits. */
const threeDigits: usize = memory.data(4000, 4);
/** The same without leading zeros, and a dot behind. */
const dottedDigits: usize = memory.data(4000, 4);

/** Makes the tables of digits. */
export function start(): void {
  for (let value: u32 = 0; value < 1000; value++) {
    const entry = (<usize>value) << 2;
    fixed(threeDigits + entry, value, 3);
    const digits = digitsBelow1000(value);
    byte(fixed(dottedDigits + entry, value, digits), DOT);
  }
}

/** Digits of a number below 1000. */
function digitsBelow1000(value: u32): usize {
  return 1 + <usize>(value > 9) + <usize>(value > 99);
}

/** Writes a number below 1000 in decimal and a dot; returns the address of the dot. Up to two bytes behind it are overwritten. */
export function dotted(at: usize, value: u32): usize {
  store<u32>(at, load<u32>(dottedDigits + ((<usize>value) << 2)));
  return at + digitsBelow1000(value);
}

/** Writes a number in decimal, without leading zeros. Up to three bytes behind it are overwritten. */
export function decimal(at: usize, value: u32): usize {
  if (value < 1000) return dotted(at, value);
  const thousands = value / 1000;
  const behind = thousands < 1000 ? dotted(at, thousands) : decimal(at, thousands);
  return three(behind, value - thousands * 1000);
}

/** Writes a number of 64 bits in decimal, without leading zeros. Up to three bytes behind it are overwritten. */
export function decimal64(at: usize, value: u64): usize {
  if (value <= u32.MAX_VALUE) return decimal(at, <u32>value);
  const billions = value / 1000000000;
  return nine(decimal64(at, billions), <u32>(value - billions * 1000000000));
}

/** Writes a number below 10^9 as nine digits. One byte behind them is overwritten. */
export function nine(at: usize, value: u32): usize {
  const thousands = value / 1000;
  const millions = thousands / 1000;
  at = three(three(at, millions), thousands - millions * 1000);
  return three(at, value - thousands * 1000);
}

/** Writes a number below 1000 as three digits. One byte behind them is overwritten. */
export function three(at: usize, value: u32): usize {
  store<u32>(at, load<u32>(threeDigits + ((<usize>value) << 2)));
  return at + 3;
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
