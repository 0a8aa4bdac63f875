/** Start lines. All text here is latin1: one character is one byte. */

/** The IANA HTTP method registry "(but not its reserved `*`)", then `QUERY` and `PURGE`. */
export const METHODS: readonly string[] = [
  ...['ACL', 'BASELINE-CONTROL', 'BIND', 'CHECKIN', 'CHECKOUT', 'CONNECT', 'COPY', 'DELETE', 'GET', 'HEAD', 'LABEL'],
  ...['LINK', 'LOCK', 'MERGE', 'MKACTIVITY', 'MKCALENDAR', 'MKCOL', 'MKREDIRECTREF', 'MKWORKSPACE', 'MOVE', 'OPTIONS'],
  ...['ORDERPATCH', 'PATCH', 'POST', 'PRI', 'PROPFIND', 'PROPPATCH', 'PUT', 'REBIND', 'REPORT', 'SEARCH', 'TRACE'],
  ...['UNBIND', 'UNCHECKOUT', 'UNLINK', 'UNLOCK', 'UPDATE', 'UPDATEREDIRECTREF', 'VERSION-CONTROL'],
  ...['QUERY', 'PURGE'],
];

/** `text` without those of `characters` that stand at its end. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** "Request line and status line are written whole, as sent, trailing SP, HTAB and CR removed." */
export function trimStartLine(line: string): string {
  return trimEnd(line, ' \t\r');
}

/** What begins here; `text` is all that is left of the payload. */
export function recognise(text: string): 'request' | 'response' | undefined {
  if (isRequest(text)) return 'request';
  if (isResponse(text)) return 'response';
  return undefined;
}

/** "A payload is a request when it begins with a method, one space and a printable byte (0x21-0x7e, or 0x80 and above)." */
function isRequest(text: string): boolean {
  const space = text.indexOf(' ');
  if (space < 0 || space + 1 >= text.length) return false;
  const after = text.charCodeAt(space + 1);
  const printable = (after >= 0x21 && after <= 0x7e) || after >= 0x80;
  const word = text.slice(0, space);
  return printable && (METHODS.includes(word) || (isOtherMethod(word) && lineEndsInVersion(text)));
}

/**
 * "Any other word counts too if it has 3 to 24 bytes, of which the first three are capital letters and the others capital letters, `-` or
 * `_` (`M-SEARCH` as well)"
 */
function isOtherMethod(word: string): boolean {
  return word === 'M-SEARCH' || (word.length <= 24 && /^[A-Z]{3}[A-Z_-]*$/.test(word));
}

/** "and if its line has its LF and ends (trailing SP, HTAB and CR aside) in ` HTTP/d` or ` HTTP/d.d`." */
function lineEndsInVersion(text: string): boolean {
  const end = text.indexOf('\n');
  return end >= 0 && / HTTP\/[0-9](\.[0-9])?$/.test(trimStartLine(text.slice(0, end)));
}

/** `HTTP/d[.d] SP ddd` with 0 for every digit. */
const STATUS_PATTERNS: readonly string[] = ['HTTP/0 000', 'HTTP/0.0 000'];
const TO_FIRST_DIGIT = 'HTTP/0'.length;

/**
 * "A payload is a response when it begins with `HTTP/d[.d] SP ddd` and no fourth digit (anything else may follow), or when the whole payload
 * is a beginning of that pattern that reaches at least its first digit."
 */
function isResponse(text: string): boolean {
  // One byte more than the longest pattern shows a fourth digit.
  const start = text.slice(0, 'HTTP/0.0 0000'.length).replace(/[0-9]/g, '0');
  return STATUS_PATTERNS.some(
    (pattern) =>
      (start.startsWith(pattern) && start.charAt(pattern.length) !== '0') ||
      (pattern.startsWith(text.replace(/[0-9]/g, '0')) && text.length >= TO_FIRST_DIGIT),
  );
}

/** The three digits of a status line, or '' where they are cut. */
export function statusCode(line: string): string {
  return /^HTTP\/[0-9](?:\.[0-9])? ([0-9]{3})/.exec(line)?.[1] ?? '';
}
