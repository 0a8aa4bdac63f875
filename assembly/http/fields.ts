// The header fields that this run wants, and where the message at hand has them.

import { REGION_NAMES, REGION_SLOTS } from '../../layout/directory';
import {
  FIELD_FIXED,
  NAME_ENTRY_BYTES,
  NAME_ENTRY_TEXT,
  NAME_HASH_FACTOR,
  NAME_HASH_SHIFT,
  NAME_MAXIMUM,
  NAMES_BEGINNINGS,
  NAMES_COUNT,
  NAMES_ENTRIES,
  NAMES_LENGTHS,
  SLOT_BYTES,
  SLOT_END,
} from '../../layout/fields';
import { COLON } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as directory from '../memory/directory';

let names: usize = 0;
let slots: usize = 0;
/** Header fields that this run wants, and so its slots. */
export let count: u32 = 0;
let slotsEnd: usize = 0;
/** What the wanted names begin with and how long they are: most lines are done with after a look at these. */
let beginnings: u64 = 0;
let lengths: u64 = 0;

export function start(): void {
  names = directory.address(REGION_NAMES);
  slots = directory.address(REGION_SLOTS);
  count = load<u32>(names, NAMES_COUNT);
  slotsEnd = slots + <usize>count * SLOT_BYTES;
  beginnings = load<u64>(names, NAMES_BEGINNINGS);
  lengths = load<u64>(names, NAMES_LENGTHS);
}

/** Forgets the fields of the message before. */
export function clear(): void {
  // Stores, for filling memory is a call out of the module, which costs more than these few words.
  v128.store(slots, i64x2.splat(0));
  v128.store(slots, i64x2.splat(0), 16);
  store<u64>(slots, 0, 32);
  for (let slot = slots + FIELD_FIXED * SLOT_BYTES; slot < slotsEnd; slot += SLOT_BYTES) store<u64>(slot, 0);
}

/** Whether the first four bytes of a line may be a wanted name's. Other bytes than letters may be taken for such. */
export function mayBeWanted(at: usize, end: usize): bool {
  if (at + 4 > end) return true;
  const hash = ((load<u32>(at) | 0x20202020) * <u32>NAME_HASH_FACTOR) >> NAME_HASH_SHIFT;
  return ((beginnings >> <u64>hash) & 1) !== 0;
}

/**
 * Takes one line of a head, its line end not included, into its slot if it is a wanted field that was not
 * there yet. Bytes up to `bound` may be read along.
 */
export function take(at: usize, end: usize, bound: usize): void {
  const colon = scan.find(at, min(end, at + NAME_MAXIMUM + 1), COLON);
  if (colon === end || load<u8>(colon) !== COLON) return;
  const length = colon - at;
  if (length > <usize>NAME_MAXIMUM || ((lengths >> <u64>length) & 1) === 0) return;
  for (let number: u32 = 0; number < count; number++) {
    const name = names + NAMES_ENTRIES + <usize>number * NAME_ENTRY_BYTES;
    if (load<u32>(name) !== <u32>length || !scan.equalsIgnoringCase(at, name + NAME_ENTRY_TEXT, length, bound))
      continue;
    const slot = slots + <usize>number * SLOT_BYTES;
    if (load<u32>(slot) !== 0) return;
    const value = scan.skipBlanks(colon + 1, end);
    store<u32>(slot, <u32>value);
    store<u32>(slot, <u32>scan.trimBlanks(value, end), SLOT_END);
    return;
  }
}

/** Copies the spans of all slots. */
export function copyTo(at: usize): void {
  for (let slot = slots; slot < slotsEnd; slot += SLOT_BYTES, at += SLOT_BYTES) store<u64>(at, load<u64>(slot));
}

/** Whether the message has the field of this slot. */
export function has(slot: usize): bool {
  return load<u32>(slots + slot * SLOT_BYTES) !== 0;
}

/** Address of the field's value, white space around it removed; 0 where the message lacks it. Borrowed from the packet. */
export function value(slot: usize): usize {
  return load<u32>(slots + slot * SLOT_BYTES);
}

/** Address behind the field's value; 0 where the message lacks it. */
export function valueEnd(slot: usize): usize {
  return load<u32>(slots + slot * SLOT_BYTES, SLOT_END);
}
