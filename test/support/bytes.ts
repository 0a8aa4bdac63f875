/** The smallest pieces that frames and capture files are put together from. */

export type ByteOrder = 'big' | 'little';

/** The parts, one behind the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `value` as `width` bytes; what does not fit into them is cut off at the top, so negative numbers become two's complement. */
export function integer(value: number | bigint, width: number, order: ByteOrder = 'big'): Uint8Array {
  const bytes = new Uint8Array(width);
  let left = BigInt(value);
  for (let i = 0; i < width; i++) {
    bytes[order === 'little' ? i : width - 1 - i] = Number(left & 0xffn);
    left >>= 8n;
  }
  return bytes;
}

/** A byte. */
export function u8(value: number): Uint8Array {
  return integer(value, 1);
}

/** 16 bits, in network order unless told. */
export function u16(value: number, order: ByteOrder = 'big'): Uint8Array {
  return integer(value, 2, order);
}

/** 32 bits, in network order unless told. */
export function u32(value: number, order: ByteOrder = 'big'): Uint8Array {
  return integer(value, 4, order);
}

/** `count` bytes of 0. */
export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

/** The bytes, and as many zeros behind them as the next multiple of `width` needs. */
export function padded(bytes: Uint8Array, width: number): Uint8Array {
  return join(bytes, zeros((width - (bytes.length % width)) % width));
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of which every character (U+0000-U+00ff) is one byte. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** The bytes as text, a character (U+0000-U+00ff) for each byte. */
export function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
