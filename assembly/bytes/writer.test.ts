import { expect, test } from 'vitest';
import { asLatin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, bytes, scratch, read } = openInternals();

/** What a writer writes, which must be all that it changes, but for `behind` bytes that the next one will overwrite. */
function written(write: (at: number) => number, behind = 0): string {
  bytes.fill(0xee, scratch, scratch + 64);
  const end = write(scratch + 16);
  expect(read(scratch, scratch + 16).every((byte) => byte === 0xee)).toBe(true);
  expect(read(end + behind, scratch + 64).every((byte) => byte === 0xee)).toBe(true);
  return asLatin1(read(scratch + 16, end));
}

/** Both sides of each power of a base, up to 32 bits. */
function edges(base: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power < 2 ** 32; power *= base) powers.push(power);
  return [...powers.flatMap((power) => [power - 1, power, power + 1]), 2 ** 31, 2 ** 32 - 1];
}

test('a byte', () => {
  expect(written((at) => code.writer_byte(at, 0xff))).toBe('\xff');
});

test('decimals of all digit counts', () => {
  for (const value of edges(10)) expect(written((at) => code.writer_decimal(at, value), 3)).toBe(String(value));
});

test('decimals of every port', () => {
  for (let port = 0; port <= 65535; port++) {
    const end = code.writer_decimal(scratch, port);
    if (asLatin1(read(scratch, end)) !== String(port)) expect.fail(`${port} is written wrong`);
  }
});

test('a dot stands behind what is written with one', () => {
  for (let value = 0; value < 1000; value++) {
    expect(written((at) => code.writer_dotted(at, value) + 1, 2)).toBe(`${value}.`);
  }
});

test('fixed widths have leading zeros, and lose leading digits', () => {
  for (const value of edges(10)) {
    for (let width = 0; width <= 12; width++) {
      const text = width === 0 ? '' : String(value).padStart(width, '0').slice(-width);
      expect(written((at) => code.writer_fixed(at, value, width))).toBe(text);
    }
  }
});

test('hexadecimals of all digit counts', () => {
  for (const value of edges(2)) expect(written((at) => code.writer_hexadecimal(at, value))).toBe(value.toString(16));
});

test('hexadecimal digits', () => {
  const digits = Array.from({ length: 16 }, (_, value) => String.fromCharCode(code.writer_hexDigit(value)));
  expect(digits.join('')).toBe('0123456789abcdef');
});

test('three digits', () => {
  for (let value = 0; value < 1000; value++) {
    expect(asLatin1(read(scratch, code.writer_three(scratch, value)))).toBe(String(value).padStart(3, '0'));
  }
});

test('decimals of 64 bits', () => {
  for (let power = 1n; power < 2n ** 64n; power *= 10n) {
    for (const value of [power - 1n, power, power + 1n]) {
      expect(written((at) => code.writer_decimal64(at, value), 3)).toBe(String(value));
    }
  }
  expect(written((at) => code.writer_decimal64(at, 2n ** 64n - 1n), 3)).toBe('18446744073709551615');
});

test('nine digits', () => {
  for (const value of [0, 1, 999, 1000, 999_999, 1_000_000, 123_456_789, 999_999_999]) {
    expect(written((at) => code.writer_nine(at, value), 1)).toBe(String(value).padStart(9, '0'));
  }
});
