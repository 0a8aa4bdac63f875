// What a JSON string of a line must say of bytes from the network: a slow, clear second writing.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The character that well-formed UTF-8 has at the beginning of these bytes, if it has one. */
function firstCharacter(bytes: Uint8Array): string | undefined {
  for (let length = 1; length <= Math.min(4, bytes.length); length++) {
    try {
      return decoder.decode(bytes.subarray(0, length));
    } catch {
      // Not one of this length.
    }
  }
  return undefined;
}

/** The text that these bytes are; each one that is no UTF-8 as the four characters `\xhh`. */
export function readable(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = firstCharacter(bytes.subarray(at));
    text += character ?? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
    at += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return text;
}
