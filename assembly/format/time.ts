// Local date and time as text, from tables that are made anew once a minute.
import { COLON, DOT, HYPHEN, SP } from '../bytes/ascii';
import { byte, fixed, three } from '../bytes/writer';

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

export function start(): void {
  minute = u64.MAX_VALUE;
  second = u64.MAX_VALUE;
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
  writeDate(days);
  writeTime(<u32>(local - days * DAY_SECONDS));
}

/** Writes the date of a day counted from 1 March of the year 0, in the Gregorian calendar's eras of 400 years. */
function writeDate(days: u64): void {
  const era = <u32>days / 146097;
  const dayOfEra = <u32>days - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const month = (5 * dayOfYear + 2) / 153;
  const dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  const year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0);
  day = year * 10000 + calendarMonth * 100 + dayOfMonth;
  let at = byte(fixed(text, year, 4), HYPHEN);
  at = byte(fixed(at, calendarMonth, 2), HYPHEN);
  byte(fixed(at, dayOfMonth, 2), SP);
}

function writeTime(secondOfDay: u32): void {
  let at = byte(fixed(text + 11, secondOfDay / 3600, 2), COLON);
  at = byte(fixed(at, (secondOfDay / 60) % 60, 2), COLON);
  byte(fixed(at, secondOfDay % 60, 2), DOT);
}
