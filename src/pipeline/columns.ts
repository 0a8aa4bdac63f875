// What the packet code is told of a run's format: which header fields it wants, and of what columns a line is made.

import { COLUMNS, type Column, type ColumnUse, HOST_KEY } from '../../layout/columns.table.ts';
import {
  ABSENT_EMPTY,
  ABSENT_HYPHEN,
  ABSENT_LEFT_OUT,
  COLUMN_CLOSING,
  COLUMN_CLOSING_LENGTH,
  COLUMN_ENTRY_BYTES,
  COLUMN_KEY,
  COLUMN_KEY_LENGTH,
  COLUMN_SLOT,
  COLUMN_VALUE,
  COLUMNS_ABSENT,
  COLUMNS_BYTES,
  COLUMNS_COUNT,
  COLUMNS_END,
  COLUMNS_END_LENGTH,
  COLUMNS_ENTRIES,
  COLUMNS_MAXIMUM,
  VALUE_PEER_ADDRESS,
  VALUE_PEER_PORT,
  VALUE_REQUEST_HEADER,
  VALUE_RESPONSE_HEADER,
} from '../../layout/columns.ts';
import { FIELDS } from '../../layout/fields.table.ts';
import type { FormatSettings } from './format-settings.ts';
import type { TransactionSettings } from './transaction-settings.ts';
import { PROXY_FIELDS, ZEEK_COLUMNS, type ZeekColumn, zeekHeader } from './zeek-columns.ts';

/** What decides how lines are written. */
export interface LineSettings extends FormatSettings, Pick<TransactionSettings, 'pair' | 'assemble'> {
  readonly addVlan: boolean;
  /** Each record goes to the spool as json, whatever the format of the lines is. */
  readonly records?: boolean;
}

/** Whether records are written beside the lines: lines of json are records themselves. */
export function areRecordsApart({ records = false, format = 'text' }: Partial<LineSettings>): boolean {
  return records && format !== 'json';
}

/** One column of a run: a value with the bytes before and behind it. */
interface LineColumn {
  readonly value: number;
  readonly slot: number;
  readonly key: string;
  readonly closing: string;
}

/** `request.referer` of -fields, and as OpenTelemetry names it. */
const HEADER_COLUMN: RegExp =
  /^(?:http\.(request|response)\.header|(request|response))\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;

/** Names of the header fields of a run, in lower case; each one's place is its slot. */
export function wantedFields(settings: LineSettings): string[] {
  const { headers, fields } = settings;
  const client = clientField(settings);
  const asked = [...ofFormat(settings), ...headers, ...columnsOf(fields), ...(client === '' ? [] : [client])];
  return [...new Set([...FIELDS.map(({ name }) => name), ...asked].map((name) => name.toLowerCase()))];
}

/** The field with the client's address, where that is shown; lines of text and Zeek's have the connection's two ends. */
export function clientField({ format, clientHeader, records }: LineSettings): string {
  return records !== true && (format === 'text' || format === 'zeek') ? '' : clientHeader.toLowerCase();
}

/** The fields that a format has in any case. The packet code knows their slots: they stand first behind the fixed ones. */
function ofFormat({ format }: LineSettings): readonly string[] {
  if (format === 'combined' || format === 'vcombined') return ['referer'];
  return format === 'zeek' ? ['referer', ...PROXY_FIELDS, 'origin'] : [];
}

/** The header fields among the columns of -fields. */
function columnsOf(fields: readonly string[]): string[] {
  return fields.flatMap((name) => (known(name) === undefined ? (HEADER_COLUMN.exec(name)?.[3] ?? []) : []));
}

function known(name: string): Column | undefined {
  return COLUMNS.find(({ key, short }) => key === name || short === name);
}

/** Whether -fields may name this. */
export function isColumn(name: string): boolean {
  return known(name) !== undefined || HEADER_COLUMN.test(name);
}

/** Every name that -fields may have, but those of header fields. */
export const COLUMN_NAMES: readonly string[] = COLUMNS.flatMap(({ key, short }) => [short, key]);

const USUAL_FIELDS = ['time', 'type', 'client', 'server', 'method', 'target', 'host', 'status', 'length'];

/** The columns of tsv: those that were asked for, or the usual ones. */
function tsvFields({ fields, pair }: LineSettings): readonly string[] {
  if (fields.length > 0) return fields;
  return pair ? [...USUAL_FIELDS, 'duration'] : USUAL_FIELDS;
}

/** The lines that a file of this format begins with; most have none. */
export function preambleOf(settings: LineSettings): Uint8Array {
  if (settings.format === 'tsv') return Buffer.from(`${tsvFields(settings).join('\t')}\n`, 'latin1');
  return settings.format === 'zeek' ? zeekHeader(new Date()) : new Uint8Array();
}

/** The columns region of a run. Throws a RangeError for a column that there is not. */
export function columnsRegion(settings: LineSettings): Uint8Array {
  const slotOf = slots(settings);
  switch (settings.format) {
    case 'json':
      return recordColumnsRegion(settings);
    case 'tsv':
      return encoded(
        separated(tsvFields(settings).map((name) => tsvColumn(name, settings, slotOf))),
        ABSENT_EMPTY,
        '\n',
      );
    case 'zeek':
      return encoded(separated(ZEEK_COLUMNS.map((column) => zeekColumn(column, slotOf))), ABSENT_HYPHEN, '\n');
    default:
      return encoded([], ABSENT_LEFT_OUT, '');
  }
}

/** The region of the columns of json, which is what records for delivery are written in. */
export function recordColumnsRegion(settings: LineSettings): Uint8Array {
  return encoded(jsonColumns(settings, slots(settings)), ABSENT_LEFT_OUT, '}\n');
}

/** The slot of a header field's name. */
type SlotOf = (name: string) => number;

function slots(settings: LineSettings): SlotOf {
  const names = wantedFields(settings);
  return (name) => names.indexOf(name.toLowerCase());
}

/** Whether a run can have this value at all, so that lines are not looked through for what never is there. */
function isPossible({ value }: Column, { clientHeader }: LineSettings): boolean {
  return clientHeader !== '' || (value !== VALUE_PEER_ADDRESS && value !== VALUE_PEER_PORT);
}

function jsonColumns(settings: LineSettings, slotOf: SlotOf): LineColumn[] {
  const { pair, assemble, addVlan, host = '' } = settings;
  const isUsed: Record<ColumnUse, boolean> = {
    always: true,
    pair,
    assemble: pair && assemble,
    vlan: addVlan,
    host: host !== '',
    tsv: false,
  };
  const columns = COLUMNS.filter((column) => isUsed[column.json] && isPossible(column, settings)).map((column) =>
    jsonColumn(column, settings),
  );
  const headers = settings.headers.flatMap((name) => [
    jsonHeader('request', VALUE_REQUEST_HEADER, name.toLowerCase(), slotOf),
    jsonHeader('response', VALUE_RESPONSE_HEADER, name.toLowerCase(), slotOf),
  ]);
  return [...columns, ...headers].map((column, i) => ({ ...column, key: `${i === 0 ? '{' : ','}${column.key}` }));
}

function jsonColumn(column: Column, settings: LineSettings): LineColumn {
  const { value, slot = 0, key, kind } = column;
  const quote = kind === 'text' ? '"' : '';
  return { value, slot, key: `"${key}":${quote}${constantOf(column, settings)}`, closing: quote };
}

/** What is the same in every line; no name of a host has a character that json escapes. */
function constantOf({ key, always = '' }: Column, { host = '' }: LineSettings): string {
  return key === HOST_KEY ? host : always;
}

/** A header field is an array, as OpenTelemetry says; only the first of repeated fields is in it. */
function jsonHeader(side: string, value: number, name: string, slotOf: SlotOf): LineColumn {
  return { value, slot: slotOf(name), key: `"http.${side}.header.${name}":["`, closing: '"]' };
}

function tsvColumn(name: string, settings: LineSettings, slotOf: SlotOf): LineColumn {
  const column = known(name);
  if (column !== undefined)
    return { value: column.value, slot: column.slot ?? 0, key: constantOf(column, settings), closing: '' };
  const [, long, short, field] = HEADER_COLUMN.exec(name) ?? [];
  if (field === undefined) throw new RangeError(`there is no field "${name}"`);
  const value = (long ?? short) === 'request' ? VALUE_REQUEST_HEADER : VALUE_RESPONSE_HEADER;
  return { value, slot: slotOf(field), key: '', closing: '' };
}

function zeekColumn({ value, field, constant = '' }: ZeekColumn, slotOf: SlotOf): LineColumn {
  return { value, slot: field === undefined ? 0 : slotOf(field), key: constant, closing: '' };
}

/** The columns with a tab before each but the first. */
function separated(columns: readonly LineColumn[]): LineColumn[] {
  return columns.map((column, i) => ({ ...column, key: `${i === 0 ? '' : '\t'}${column.key}` }));
}

function encoded(columns: readonly LineColumn[], absent: number, end: string): Uint8Array {
  const region = Buffer.alloc(COLUMNS_BYTES);
  if (columns.length > COLUMNS_MAXIMUM) throw new RangeError(`more than ${COLUMNS_MAXIMUM} columns`);
  region.writeUInt32LE(columns.length, COLUMNS_COUNT);
  region.writeUInt32LE(absent, COLUMNS_ABSENT);
  region.write(end, COLUMNS_END, 'latin1');
  region.writeUInt32LE(end.length, COLUMNS_END_LENGTH);
  let place = COLUMNS_ENTRIES + columns.length * COLUMN_ENTRY_BYTES;
  columns.forEach(({ value, slot, key, closing }, i) => {
    const entry = COLUMNS_ENTRIES + i * COLUMN_ENTRY_BYTES;
    region.writeUInt32LE(value, entry + COLUMN_VALUE);
    region.writeUInt32LE(slot, entry + COLUMN_SLOT);
    region.writeUInt32LE(place, entry + COLUMN_KEY);
    region.writeUInt32LE(key.length, entry + COLUMN_KEY_LENGTH);
    region.write(closing, entry + COLUMN_CLOSING, 'latin1');
    region.writeUInt32LE(closing.length, entry + COLUMN_CLOSING_LENGTH);
    place += region.write(key, place, 'latin1');
  });
  return region;
}
