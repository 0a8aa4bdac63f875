// The header fields that an OTLP server knows its client by, as a file has them: a line `Name: value` each.
import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Fields of each request. */
export type OtlpHeaders = Readonly<Record<string, string>>;

const FIELD: RegExp = /^([^\s:]+):[ \t]*(.*)$/;

/** What says where a request begins and ends, and what it is: httplog says that itself. */
const FRAMING: readonly string[] = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Reads the lines of a file; empty ones and those that begin with # say nothing. A text where one is wrong: its number, and what is wrong
 * with it without a word of what may be secret.
 */
export function readOtlpHeaders(text: string): OtlpHeaders | string {
  const headers: Record<string, string> = {};
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = FIELD.exec(line) ?? [];
    const mistake = mistakeOf(name, value);
    if (mistake !== undefined) return `${i + 1}: ${mistake}`;
    headers[name] = value;
  }
  return headers;
}

function mistakeOf(name: string, value: string): string | undefined {
  if (!isValid(() => validateHeaderName(name))) return 'is no "Name: value"; write one header field a line';
  if (FRAMING.includes(name.toLowerCase())) return `${name} is what httplog says itself; leave it out`;
  if (!isValid(() => validateHeaderValue(name, value)))
    return 'its value has a character that no header field may have';
  return undefined;
}

function isValid(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
