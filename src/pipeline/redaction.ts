// The redaction region: which values the packet code replaces before it writes anything.
import {
  FIELD_CONTENT_LENGTH,
  FIELD_TRANSFER_ENCODING,
  NAME_ENTRY_BYTES,
  NAME_ENTRY_TEXT,
} from '../../layout/fields.ts';
import {
  REDACTION_BYTES,
  REDACTION_COUNT,
  REDACTION_ENTRIES,
  REDACTION_LENGTHS,
  REDACTION_MAXIMUM,
  REDACTION_SLOTS,
  REDACTION_URLS,
} from '../../layout/redaction.ts';

/** Names that are those of header fields only: a query is not looked through for them. */
const FIELDS_ONLY: readonly string[] = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization'];
/** Header fields whose values are URLs. */
const URL_FIELDS: readonly string[] = [
  'referer',
  'location',
  'content-location',
  'refresh',
  'x-original-uri',
  'x-original-url',
];
/** What tells where a message ends is no secret. */
const KEPT: readonly number[] = [FIELD_CONTENT_LENGTH, FIELD_TRANSFER_ENCODING];

/** The region for these names, of a run whose header fields have their place in `fields` as slot, in lower case. */
export function redactionRegion(redact: readonly string[], fields: readonly string[]): Uint8Array {
  const region = Buffer.alloc(REDACTION_BYTES);
  const names = redact.map((name) => name.toLowerCase());
  region.writeBigUInt64LE(
    bitsOf(fields, (name, slot) => names.includes(name) && !KEPT.includes(slot)),
    REDACTION_SLOTS,
  );
  region.writeBigUInt64LE(
    bitsOf(fields, (name) => URL_FIELDS.includes(name)),
    REDACTION_URLS,
  );
  const parameters = parametersOf(redact);
  if (parameters.length > REDACTION_MAXIMUM) throw new RangeError(`more than ${REDACTION_MAXIMUM} names to redact`);
  region.writeBigUInt64LE(
    parameters.reduce((bits, { length }) => bits | (1n << BigInt(length)), 0n),
    REDACTION_LENGTHS,
  );
  region.writeUInt32LE(parameters.length, REDACTION_COUNT);
  parameters.forEach((name, i) => {
    const entry = REDACTION_ENTRIES + i * NAME_ENTRY_BYTES;
    region.writeUInt32LE(name.length, entry);
    region.write(name, entry + NAME_ENTRY_TEXT, 'latin1');
  });
  return region;
}

/** Whether a text line of a message has something that may have to be replaced: it has none of the usual secrets. */
export function concernsText(redact: readonly string[]): boolean {
  return parametersOf(redact).length > 0;
}

function parametersOf(redact: readonly string[]): string[] {
  return redact.map((name) => name.toLowerCase()).filter((name) => !FIELDS_ONLY.includes(name));
}

function bitsOf(fields: readonly string[], wanted: (name: string, slot: number) => boolean): bigint {
  return fields.reduce((bits, name, slot) => (wanted(name, slot) ? bits | (1n << BigInt(slot)) : bits), 0n);
}
