import { expect, test } from 'vitest';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code } = openInternals();
const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

test('of all bytes exactly ten are digits, and exactly twenty-six are capital letters', () => {
  const text = (of: (byte: number) => number): string => String.fromCharCode(...BYTES.filter((byte) => of(byte) !== 0));
  expect(text(code.ascii_isDigit)).toBe('0123456789');
  expect(text(code.ascii_isUpper)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
});
