// The engine of json, tsv and zeek: a line is a list of columns (layout/columns), each a key and a value.
import {
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
  COLUMNS_COUNT,
  COLUMNS_END,
  COLUMNS_END_LENGTH,
  COLUMNS_ENTRIES,
} from '../../layout/columns';
import { REGION_COLUMNS, REGION_RECORD_COLUMNS } from '../../layout/directory';
import { FORMAT_JSON } from '../../layout/formats';
import * as requestLine from '../http/request-line';
import * as directory from '../memory/directory';
import * as settings from '../memory/settings';
import * as half from '../record/half';
import { request } from '../record/record';
import * as strings from './strings';
import { value } from './values';

/** The columns of the run's format, and those of records for delivery. */
let ofFormat: usize = 0;
let ofRecords: usize = 0;

export function start(): void {
  ofFormat = directory.address(REGION_COLUMNS);
  ofRecords = directory.address(REGION_RECORD_COLUMNS);
}

/** Writes the line of the record in the run's format; returns the address behind its LF. */
export function line(at: usize): usize {
  return written(at, ofFormat, settings.format);
}

/** Writes the record as json for delivery; returns the address behind its LF. */
export function record(at: usize): usize {
  return written(at, ofRecords, FORMAT_JSON);
}

function written(at: usize, region: usize, format: u32): usize {
  const entriesEnd = region + COLUMNS_ENTRIES + <usize>load<u32>(region, COLUMNS_COUNT) * COLUMN_ENTRY_BYTES;
  const absent = load<u32>(region, COLUMNS_ABSENT);
  strings.begin(at, format);
  if (request !== 0) requestLine.read(half.startLine(request), half.startLineEnd(request));
  else requestLine.clear();
  for (let entry = region + COLUMNS_ENTRIES; entry < entriesEnd; entry += COLUMN_ENTRY_BYTES) {
    const begin = key(at, region + load<u32>(entry, COLUMN_KEY), load<u32>(entry, COLUMN_KEY_LENGTH));
    const behind = value(begin, load<u32>(entry, COLUMN_VALUE), load<u32>(entry, COLUMN_SLOT));
    if (behind !== 0) {
      store<u32>(behind, load<u32>(entry, COLUMN_CLOSING));
      at = behind + load<u32>(entry, COLUMN_CLOSING_LENGTH);
    } else if (absent !== ABSENT_LEFT_OUT) {
      at = absent === ABSENT_HYPHEN ? strings.hyphen(begin) : begin;
    }
  }
  store<u32>(at, load<u32>(region, COLUMNS_END));
  return at + load<u32>(region, COLUMNS_END_LENGTH);
}

/** Copies the bytes of a key, sixteen at a time; what is copied too much is overwritten. */
function key(at: usize, from: usize, length: usize): usize {
  for (let copied: usize = 0; copied < length; copied += 16) v128.store(at + copied, v128.load(from + copied));
  return at + length;
}
