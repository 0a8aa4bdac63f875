import { isUtf8 } from 'node:buffer';

import { asLatin1, latin1 } from '../bytes.ts';

/**
 * "Bytes that could forge a line or drive a terminal are escaped as `\xhh` (lower case): 0x00-0x1f, 0x7f, the C1 controls U+0080-U+009f (both
 * their bytes), any byte that is not part of well-formed UTF-8, and the backslash itself, so that the escape can be undone. Other UTF-8 text
 * is written as it is." Text in and out is latin1: one character is one byte.
 */
export function escapeField(field: string): string {
  const bytes = latin1(field);
  let escaped = '';
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    const character = bytes.subarray(at, at + Math.max(length, 1));
    escaped += length > 0 && isHarmless(character) ? asLatin1(character) : hexadecimal(character);
    at += character.length;
  }
  return escaped;
}

/** The length (1-4) of the well-formed UTF-8 character that stands at `at`; 0 if none does. The platform judges what is well-formed. */
function characterLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}

function isHarmless(character: Uint8Array): boolean {
  const codePoint = new TextDecoder('utf-8', { ignoreBOM: true }).decode(character).codePointAt(0) ?? 0;
  const control = codePoint < 0x20 || codePoint === 0x7f || (codePoint >= 0x80 && codePoint <= 0x9f);
  return !control && codePoint !== 0x5c;
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Undoes `escapeField`. */
export function unescapeField(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
