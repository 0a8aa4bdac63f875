import { NAME_MAXIMUM } from '../../layout/fields.ts';
import { COLUMN_NAMES, isColumn } from '../pipeline/columns.ts';
import { nearest } from './nearest.ts';
import { quoted } from './printable.ts';
import { items, type Reading } from './reading.ts';

/** The most names that one setting takes. */
export const MOST_NAMES = 40;

/** `token` of RFC 9110 section 5.6.2. */
const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What can stand before the `=` of a query parameter in a request line: printable ASCII but what ends a parameter or its name. */
const PARAMETER: RegExp = /^[!-~]+$/;
const ENDS_PARAMETER: RegExp = /[&;=#?]/;

/** The header fields whose values say who somebody is. */
const SECRETS: readonly string[] = ['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization'];
const NO_SECRETS = 'none';

/** The default of -redact, as a user would write it. */
export const SECRETS_SHOWN: string = SECRETS.join(',');

function whyNoName(name: string): string | undefined {
  if (name === '') return 'has an empty item';
  return name.length > NAME_MAXIMUM ? `holds a name of more than ${NAME_MAXIMUM} bytes` : undefined;
}

function whyNoHeader(name: string): string | undefined {
  return whyNoName(name) ?? (TOKEN.test(name) ? undefined : 'holds what cannot be the name of a header field');
}

function whyNoSecret(name: string): string | undefined {
  if (name === NO_SECRETS) return `names "${NO_SECRETS}" beside others`;
  const isName = TOKEN.test(name) || (PARAMETER.test(name) && !ENDS_PARAMETER.test(name));
  return whyNoName(name) ?? (isName ? undefined : 'holds what cannot be the name of a header field or query parameter');
}

function whyNoColumn(name: string): string | undefined {
  const reason = whyNoName(name);
  if (reason !== undefined || isColumn(name)) return reason;
  const near = nearest(name, COLUMN_NAMES);
  return `holds ${quoted(name)}, which is no field${near === undefined ? '' : `; "${near}" is one`}`;
}

/** The names without those that were there before, written in another case perhaps. */
function once(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, i) => lower.indexOf(lower[i] ?? '') === i);
}

function readNames(text: string, whyNot: (name: string) => string | undefined): Reading<readonly string[]> {
  if (text.trim() === '') return { value: [] };
  const names = items(text);
  if (names.length > MOST_NAMES) return { reason: `holds more than ${MOST_NAMES} names` };
  for (const name of names) {
    const reason = whyNot(name);
    if (reason !== undefined) return { reason };
  }
  return { value: names };
}

/** A list of at most 40 header fields, `Referer,X-Request-Id`, each once; the empty text is none. */
export function readHeaders(text: string): Reading<readonly string[]> {
  const reading = readNames(text, whyNoHeader);
  return 'value' in reading ? { value: once(reading.value) } : reading;
}

/** The name of one header field; the empty text is none. */
export function readHeader(text: string): Reading<string> {
  const name = text.trim();
  const reason = name === '' ? undefined : whyNoHeader(name);
  return reason === undefined ? { value: name } : { reason };
}

/** A list of at most 40 columns of tsv, `time,status,request.referer`, in their order; the empty text is none. */
export function readColumns(text: string): Reading<readonly string[]> {
  const reading = readNames(text, whyNoColumn);
  if ('reason' in reading) return reading;
  return once(reading.value).length < reading.value.length ? { reason: 'names a field twice' } : reading;
}

/** What is hidden: the usual header fields, and these; `none` alone is nothing at all. */
export function readSecrets(text: string): Reading<readonly string[]> {
  if (text.trim() === NO_SECRETS) return { value: [] };
  const reading = readNames(text, whyNoSecret);
  return 'value' in reading ? { value: once([...SECRETS, ...reading.value]) } : reading;
}
