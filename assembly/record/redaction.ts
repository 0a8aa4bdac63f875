// Redaction: values that must not be written are replaced by `REDACTED` in the record, before any format sees it. Header
// fields lose their whole value; in the query of a target, and of URLs in header fields, single parameters do.
import { REGION_REDACTION, REGION_SETTLED } from '../../layout/directory';
import { NAME_ENTRY_BYTES, NAME_ENTRY_TEXT, NAME_MAXIMUM } from '../../layout/fields';
import {
  REDACTION_COUNT,
  REDACTION_ENTRIES,
  REDACTION_LENGTHS,
  REDACTION_SLOTS,
  REDACTION_URLS,
} from '../../layout/redaction';
import { AMPERSAND, EQUALS, HASH, QUESTION, SEMICOLON } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as requestLine from '../http/request-line';
import * as directory from '../memory/directory';
import * as half from './half';
import * as record from './record';

let region: usize = 0;
/** Slots whose values are replaced, a bit each, and those whose values are URLs. */
let slots: u64 = 0;
let urls: u64 = 0;
/** Names of query parameters, and the lengths that they have, a bit each. */
let count: u32 = 0;
let lengths: u64 = 0;
/** `REDACTED`, with room behind it that may be read along. */
const word: usize = memory.data(48, 16);
const WORD_LENGTH: usize = 8;
/** Rooms for halves of which something changes. */
const requestRoom: usize = memory.data(half.HALF_BYTES, 16);
const responseRoom: usize = memory.data(half.HALF_BYTES, 16);
/** Where spans go whose bytes change, and the end of that room. */
let room: usize = 0;
let roomEnd: usize = 0;
/** What may be read along behind each span. */
const READ_ALONG: usize = 64;

export function start(): void {
  region = directory.address(REGION_REDACTION);
  slots = load<u64>(region, REDACTION_SLOTS);
  urls = load<u64>(region, REDACTION_URLS);
  count = load<u32>(region, REDACTION_COUNT);
  lengths = load<u64>(region, REDACTION_LENGTHS);
  store<u64>(word, REDACTED);
  empty();
}

/** Whether this run hides parameters of queries. */
export function hidesParameters(): bool {
  return count !== 0;
}

/** `REDACTED` as a little-endian word. */
const REDACTED: u64 = 0x4445544341444552;

/** Forgets the spans of the record before. */
function empty(): void {
  room = directory.address(REGION_SETTLED);
  roomEnd = room + directory.size(REGION_SETTLED) - READ_ALONG;
}

/** So many bytes of room for a span, until the next record is settled; 0 where there are not. */
export function take(length: usize): usize {
  if (length > roomEnd - room) return 0;
  const at = room;
  room += length;
  return at;
}

/** Settles the record at hand. Where a query changes, a half becomes another one: that which was given stays as it is. */
export function settle(): void {
  empty();
  if (count === 0 && slots === 0) return;
  record.replace(settled(record.request, requestRoom), settled(record.response, responseRoom));
}

/** The half, or the one that it becomes, which stands in `to`. */
function settled(message: usize, to: usize): usize {
  if (message === 0) return 0;
  for (let bits = slots; bits !== 0; bits &= bits - 1) {
    const slot = <usize>ctz(bits);
    if (half.has(message, slot)) half.setValue(message, slot, word, word + WORD_LENGTH);
  }
  return count === 0 ? message : withoutParameters(message, to);
}

function withoutParameters(message: usize, to: usize): usize {
  let changed = message;
  const line = half.startLine(message);
  const end = half.startLineEnd(message);
  if (scan.find(line, end, QUESTION) !== end && hidden(line, targetEnd(line, end), end)) {
    changed = copied(message, to);
    half.setStartLine(changed, begin, room);
  }
  for (let bits = urls; bits !== 0; bits &= bits - 1) {
    const slot = <usize>ctz(bits);
    const end = half.valueEnd(message, slot);
    if (!hidden(half.value(message, slot), end, end)) continue;
    if (changed === message) changed = copied(message, to);
    half.setValue(changed, slot, begin, room);
  }
  return changed;
}

function copied(message: usize, to: usize): usize {
  memory.copy(to, message, half.length());
  return to;
}

function targetEnd(line: usize, end: usize): usize {
  requestLine.read(line, end);
  return requestLine.targetEnd;
}

/** Where the span that `hidden` made begins; it ends at `room`. */
let begin: usize = 0;

/**
 * Whether parameters of `at`..`end` that are named stand behind a `?` before `stop`. If so, makes a copy in which their
 * values are replaced.
 */
function hidden(at: usize, stop: usize, end: usize): bool {
  let name = scan.find(at, stop, QUESTION);
  let copiedTo = at;
  while (name < stop) {
    const equals = endOfName(++name, stop);
    if (equals < stop && load<u8>(equals) === EQUALS) {
      const valueEnd = endOfValue(equals + 1, stop);
      if (isNamed(name, equals - name, stop)) {
        if (copiedTo === at) begin = room;
        append(copiedTo, equals + 1);
        append(word, word + WORD_LENGTH);
        copiedTo = valueEnd;
        name = valueEnd;
        continue;
      }
    }
    name = equals;
    while (name < stop && !beginsName(load<u8>(name))) name++;
  }
  if (copiedTo === at) return false;
  append(copiedTo, end);
  return true;
}

/** Whether a name may stand behind this byte. Better one too many than a value that is shown. */
function beginsName(value: u32): bool {
  return value === AMPERSAND || value === SEMICOLON || value === QUESTION || value === HASH;
}

/** Address of the `=` behind a name, or of what ends it otherwise. */
function endOfName(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) !== EQUALS && !beginsName(load<u8>(at))) at++;
  return at;
}

function endOfValue(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) !== AMPERSAND && load<u8>(at) !== HASH) at++;
  return at;
}

function isNamed(at: usize, length: usize, bound: usize): bool {
  if (length > <usize>NAME_MAXIMUM || ((lengths >> <u64>length) & 1) === 0) return false;
  let entry = region + REDACTION_ENTRIES;
  for (let i: u32 = 0; i < count; i++, entry += NAME_ENTRY_BYTES) {
    if (load<u32>(entry) === <u32>length && scan.equalsIgnoringCase(at, entry + NAME_ENTRY_TEXT, length, bound))
      return true;
  }
  return false;
}

/** Appends bytes to the span in the room; what finds no room is left out. */
function append(from: usize, end: usize): void {
  const length = min(end - from, roomEnd - room);
  memory.copy(room, from, length);
  room += length;
}
