// A pcap file (draft-ietf-opsawg-pcap): a header, then records.
import { FRAME_MAXIMUM } from '../../layout/areas';
import {
  FILE_PCAP,
  PLACE_FILE_KIND,
  PLACE_FILE_LINK_TYPE,
  PLACE_FILE_RECORD_HEADER,
  PLACE_FILE_SWAPPED,
  PLACE_FILE_UNIT,
} from '../../layout/directory';
import * as input from './input';

export const HEADER_LENGTH = 24;
const NETWORK = 20;

const RECORD_SECONDS = 0;
const RECORD_FRACTION = 4;
const RECORD_CAPTURED_LENGTH = 8;
const RECORD_ORIGINAL_LENGTH = 12;

const MAGIC_MICROSECONDS: u32 = 0xa1b2c3d4;
const MAGIC_NANOSECONDS: u32 = 0xa1b23c4d;
/** Kuznetzov's variant of early Linux: eight bytes more in each record's header. */
const MAGIC_MODIFIED: u32 = 0xa1b2cd34;

/** Whether this is the first word of a pcap file, in either byte order. */
export function isMagic(word: u32): bool {
  return isNativeMagic(word) || isNativeMagic(bswap<u32>(word));
}

function isNativeMagic(word: u32): bool {
  return word === MAGIC_MICROSECONDS || word === MAGIC_NANOSECONDS || word === MAGIC_MODIFIED;
}

/** Reads the file's header at the walk's place. */
export function readHeader(): u32 {
  if (!input.has(HEADER_LENGTH)) return input.MORE;
  const at = input.at();
  const swapped = !isNativeMagic(load<u32>(at));
  store<u32>(PLACE_FILE_SWAPPED, swapped ? 1 : 0);
  const magic = input.u32At(at);
  store<u32>(PLACE_FILE_UNIT, magic === MAGIC_NANOSECONDS ? 1 : 1000);
  store<u32>(PLACE_FILE_RECORD_HEADER, magic === MAGIC_MODIFIED ? 24 : 16);
  store<u32>(PLACE_FILE_LINK_TYPE, input.u32At(at + NETWORK) & 0xffff);
  store<u32>(PLACE_FILE_KIND, FILE_PCAP);
  input.moveTo(at + HEADER_LENGTH);
  return input.OTHER;
}

/** Reads the record at the walk's place. */
export function next(): u32 {
  const headerLength = load<u32>(PLACE_FILE_RECORD_HEADER);
  if (!input.has(headerLength)) return input.MORE;
  const at = input.at();
  const length = input.u32At(at + RECORD_CAPTURED_LENGTH);
  if (length > <u32>FRAME_MAXIMUM) return input.BROKEN;
  if (!input.has(<u64>headerLength + <u64>length)) return input.MORE;
  const frame = at + <usize>headerLength;
  return input.found(
    frame,
    length,
    input.u32At(at + RECORD_ORIGINAL_LENGTH),
    load<u32>(PLACE_FILE_LINK_TYPE),
    stamp(at),
    frame + <usize>length,
  );
}

function stamp(record: usize): u64 {
  const fraction = <u64>input.u32At(record + RECORD_FRACTION) * <u64>load<u32>(PLACE_FILE_UNIT);
  return <u64>input.u32At(record + RECORD_SECONDS) * 1000000000 + fraction;
}
