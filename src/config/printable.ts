/** The most characters of a foreign text that a message repeats. */
const LONGEST = 120;

// Controls drive terminals (Cc); direction marks and joiners (Cf) and foreign line ends (Zl, Zp) make one line look like another; half a surrogate
// pair (Cs) is no character.
const UNSAFE: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * A text that came from outside, made fit to stand inside one line of a message: what could drive a terminal or break the line is escaped
 * (`\x1b`), and what is longer than 120 characters is cut.
 */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return oneLine(cut.replaceAll('\\', '\\\\'));
}

/** A whole message made fit to be one line: parts of it may be escaped already, and stay as they are. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** The same in double quotes: what a user wrote, shown as a value. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}
