import { trimEnd } from './start-line.ts';

/** The head of a message. All text here is latin1: one character is one byte. */
export interface Head {
  startLine: string;
  /** Name in lower case and value, in their order. */
  fields: (readonly [string, string])[];
  /** Behind its empty line; undefined if it is cut. */
  end: number | undefined;
}

interface Line {
  text: string;
  hasLineFeed: boolean;
  /** Where the next line begins. */
  next: number;
}

/** "A line ends at LF or at the payload's end; one CR at its end is dropped in both cases." */
function lineAt(text: string, at: number): Line {
  const lineFeed = text.indexOf('\n', at);
  const hasLineFeed = lineFeed >= 0;
  const whole = text.slice(at, hasLineFeed ? lineFeed : text.length);
  return {
    text: whole.endsWith('\r') ? whole.slice(0, -1) : whole,
    hasLineFeed,
    next: hasLineFeed ? lineFeed + 1 : text.length,
  };
}

/** Reads the head that `text` begins with. "The head ends at the first empty line that has its LF." */
export function readHead(text: string): Head {
  const start = lineAt(text, 0);
  const head: Head = { startLine: start.text, fields: [], end: undefined };
  let at = start.next;
  while (at < text.length) {
    const line = lineAt(text, at);
    at = line.next;
    if (line.text === '' && line.hasLineFeed) {
      head.end = at;
      break;
    }
    const field = readField(line.text);
    if (field) head.fields.push(field);
  }
  return head;
}

/**
 * "A field line is a name, at once `:`, and a value, white space around the value removed; names match without regard to case; [...] a line
 * that begins with white space is ignored (no folding)."
 */
function readField(line: string): readonly [string, string] | undefined {
  const colon = line.indexOf(':');
  if (colon < 0 || line.startsWith(' ') || line.startsWith('\t')) return undefined;
  return [line.slice(0, colon).toLowerCase(), trimBlanks(line.slice(colon + 1))];
}

/** "White space is SP and HTAB." */
function trimBlanks(text: string): string {
  let start = 0;
  while (start < text.length && ' \t'.includes(text.charAt(start))) start++;
  return trimEnd(text.slice(start), ' \t');
}

/** "Of a repeated field the first counts." Undefined if there is none; an empty value is a value. */
export function field(head: Head, name: string): string | undefined {
  return head.fields.find(([fieldName]) => fieldName === name)?.[1];
}
