// Local date and time as text, from tables that are made anew once a minute.
import { COLON, DOT, HYPHEN, RIGHT_BRACKET, SLASH, SP } from '../bytes/ascii';
import { byte, fixed, nine, three } from '../bytes/writer';

/** Seconds to add to UTC for local time in this minute since 1970: the one thing asked of the system. */
declare function localOffset(minute: u32): i32;

const DAY_SECONDS: u64 = 86400;
/** Days from 1 March of the year 0, with which the count of local seconds begins, to 1970. */
const DAYS_BEFORE_1970: u64 = 719468;

/** The UTC minute since 1970 that `offset` is for. */
let minute: u64 = u64.MAX_VALUE;
let offset: i32 = 0;
/** The local second, counted from 1 March of the year 0, that the text is for; and its day, YYYYMMDD as a number. */
let second: u64 = u64.MAX_VALUE;
let day: u32 = 0;
/** `YYYY-MM-DD HH:MM:SS.` of that second. */
const text: usize = memory.data(24, 16);
const TEXT_LENGTH: usize = 20;

/** The UTC second since 1970 that the text `YYYY-MM-DDTHH:MM:SS.` is for. */
let utcSecond: u64 = u64.MAX_VALUE;
const utcText: usize = memory.data(24, 16);

export function start(): void {
  minute = u64.MAX_VALUE;
  second = u64.MAX_VALUE;
  utcSecond = u64.MAX_VALUE;
}

/** Local day of a stamp (nanoseconds since 1970), YYYYMMDD as a number. */
export function localDay(stamp: u64): u32 {
  prepare(stamp / 1000000000);
  return day;
}

/** Writes the local date and time of a stamp, milliseconds truncated: `YYYY-MM-DD HH:MM:SS.mmm`. */
export function dateTime(at: usize, stamp: u64): usize {
  const seconds = stamp / 1000000000;
  prepare(seconds);
  v128.store(at, v128.load(text));
  store<u32>(at, load<u32>(text, 16), 16);
  return three(at + TEXT_LENGTH, <u32>(stamp - seconds * 1000000000) / 1000000);
}

/** Writes a stamp as RFC 3339 says, in UTC, with nanoseconds: `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ`. */
export function utc(at: usize, stamp: u64): usize {
  const seconds = stamp / 1000000000;
  if (seconds !== utcSecond) {
    utcSecond = seconds;
    const days = seconds / DAY_SECONDS;
    writeDate(utcText, days + DAYS_BEFORE_1970);
    store<u8>(utcText, UPPER_T, 10);
    writeTime(utcText, <u32>(seconds - days * DAY_SECONDS));
  }
  v128.store(at, v128.load(utcText));
  store<u32>(at, load<u32>(utcText, 16), 16);
  return byte(nine(at + TEXT_LENGTH, <u32>(stamp - seconds * 1000000000)), UPPER_Z);
}

const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

/** Writes a stamp as the Common Log Format has it, in local time: `DD/Mon/YYYY:HH:MM:SS +hhmm]`. */
export function common(at: usize, stamp: u64): usize {
  prepare(stamp / 1000000000);
  store<u16>(at, load<u16>(text, 8));
  at = byte(at + 2, SLASH);
  store<u32>(at, load<u32>(MONTHS + (((day / 100) % 100) << 2)));
  store<u32>(at, load<u32>(text), 4);
  at = byte(at + 8, COLON);
  store<u64>(at, load<u64>(text, 11));
  const minutes = <u32>abs(offset) / 60;
  at = byte(byte(at + 8, SP), offset < 0 ? HYPHEN : PLUS);
  return byte(fixed(fixed(at, minutes / 60, 2), minutes % 60, 2), RIGHT_BRACKET);
}

const PLUS = 0x2b;
/** The names of the months, a slash behind each, from 1 on. */
const MONTHS: usize = memory.data<u32>([
  0, 0x2f6e614a, 0x2f626546, 0x2f72614d, 0x2f727041, 0x2f79614d, 0x2f6e754a, 0x2f6c754a, 0x2f677541, 0x2f706553,
  0x2f74634f, 0x2f766f4e, 0x2f636544,
]);

/** Makes the text of a UTC second, if it is not there yet. */
function prepare(seconds: u64): void {
  const utcMinute = seconds / 60;
  if (utcMinute !== minute) {
    offset = localOffset(<u32>utcMinute);
    minute = utcMinute;
    second = u64.MAX_VALUE;
  }
  const local = seconds + DAYS_BEFORE_1970 * DAY_SECONDS + <i64>offset;
  if (local === second) return;
  second = local;
  const days = local / DAY_SECONDS;
  day = writeDate(text, days);
  writeTime(text, <u32>(local - days * DAY_SECONDS));
}

/**
 * Writes `YYYY-MM-DD ` of a day counted from 1 March of the year 0, in the Gregorian calendar's eras of 400 years. Returns
 * YYYYMMDD as a number.
 */
function writeDate(to: usize, days: u64): u32 {
  const era = <u32>days / 146097;
  const dayOfEra = <u32>days - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const month = (5 * dayOfYear + 2) / 153;
  const dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  const year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0);
  const at = byte(fixed(to, year, 4), HYPHEN);
  byte(fixed(byte(fixed(at, calendarMonth, 2), HYPHEN), dayOfMonth, 2), SP);
  return year * 10000 + calendarMonth * 100 + dayOfMonth;
}

function writeTime(to: usize, secondOfDay: u32): void {
  let at = byte(fixed(to + 11, secondOfDay / 3600, 2), COLON);
  at = byte(fixed(at, (secondOfDay / 60) % 60, 2), COLON);
  byte(fixed(at, secondOfDay % 60, 2), DOT);
}
