// Strings of the formats that are made of columns, each escaped as its format wants it.
import { AREA_FULL_BYTES, AREA_HEADER_BYTES, AREA_STRIDE } from '../../layout/areas';
import { FORMAT_JSON, FORMAT_ZEEK } from '../../layout/formats';
import { HYPHEN } from '../bytes/ascii';
import { byte } from '../bytes/writer';
import { escaped, escapedByte } from './escape';
import { AS_JSON, quoted } from './quote';

/** What a line may have of an area, but for its keys and numbers. */
const LINE_ROOM: usize = AREA_STRIDE - AREA_FULL_BYTES - AREA_HEADER_BYTES - 65536;
/** Where the line at hand must end, and its format. */
let limit: usize = 0;
let format: u32 = 0;

/** Begins a line at `at`, in a format of layout/formats. */
export function begin(at: usize, lineFormat: u32): void {
  limit = at + LINE_ROOM;
  format = lineFormat;
}

/**
 * Writes the bytes `from`..`end`, of which those up to `bound` may be read along; 0 where `from` is, for that is absent. What
 * a column repeats of a huge head is cut where the line would leave its area.
 */
export function string(at: usize, from: usize, end: usize, bound: usize): usize {
  if (from === 0) return 0;
  const most = at < limit ? (limit - at) >> 3 : 0;
  if (end - from > most) end = from + most;
  if (format === FORMAT_JSON) return quoted(at, from, end, bound, AS_JSON);
  if (format === FORMAT_ZEEK && end - from <= 1) return short(at, from, end);
  return escaped(at, from, end, bound);
}

/** Writes an empty string, and one that could be taken for an absent one, as Zeek does. */
function short(at: usize, from: usize, end: usize): usize {
  if (from === end) {
    store<u64>(at, EMPTY);
    return at + 7;
  }
  return load<u8>(from) === HYPHEN ? escapedByte(at, HYPHEN) : escaped(at, from, end, end);
}

/** `(empty)` as a little-endian word. */
const EMPTY: u64 = 0x297974706d6528;

/** Writes a string of the packet code's own, of at most eight bytes that need no escape. */
export function own(at: usize, letters: u64, length: usize): usize {
  store<u64>(at, letters);
  return at + length;
}

/** Writes `-`. */
export function hyphen(at: usize): usize {
  return byte(at, HYPHEN);
}
