// The bytes of HTTP's grammar (RFC 9112), by the names that RFC 5234 gives them.
export const HTAB: u32 = 0x09;
export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const SP: u32 = 0x20;
export const QUOTE: u32 = 0x22;
export const HASH: u32 = 0x23;
export const PERCENT: u32 = 0x25;
export const AMPERSAND: u32 = 0x26;
export const COMMA: u32 = 0x2c;
export const HYPHEN: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const SLASH: u32 = 0x2f;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const SEMICOLON: u32 = 0x3b;
export const EQUALS: u32 = 0x3d;
export const QUESTION: u32 = 0x3f;
export const AT: u32 = 0x40;
export const UPPER_A: u32 = 0x41;
export const LEFT_BRACKET: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const RIGHT_BRACKET: u32 = 0x5d;
export const UNDERSCORE: u32 = 0x5f;
export const DEL: u32 = 0x7f;

export function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

export function isUpper(byte: u32): bool {
  return byte - UPPER_A < 26;
}
