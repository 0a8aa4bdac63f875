// The header fields that an OTLP server knows its client by, as a file has them: a line `Name: value` each.
import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Fields of each request. */
export type OtlpHeaders = Readonly<Record<string, string>>;

const FIELD: RegExp = /^([^\s:]+):[ \t]*(.*)$/;

/** Reads the lines of a file; empty ones and those that begin with # say nothing. A number: that of the first line that is no field. */
export function readOtlpHeaders(text: string): OtlpHeaders | number {
  const headers: Record<string, string> = {};
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = FIELD.exec(line) ?? [];
    if (!isField(name, value)) return i + 1;
    headers[name] = value;
  }
  return headers;
}

function isField(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
