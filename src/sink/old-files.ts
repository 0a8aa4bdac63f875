// Which files of a log directory are of days that are over, and what is to be done with them. Other names are never touched.
import { isInCalendar } from './calendar.ts';

/** How files are packed; `packing` has the way. */
export type PackingName = 'gzip' | 'zstd';

/** Whether this Node.js has zstd: 22.15 and later, 23.8 and later. */
export const HAS_ZSTD: boolean = 'zstd' in process.versions;

/** What becomes of the days that are over. */
export interface OldDays {
  /** A file goes when its day is more than so many days ago; undefined: none goes. */
  readonly keepDays: number | undefined;
  /** How it is packed meanwhile; undefined: not at all. */
  readonly compress: PackingName | undefined;
}

/** The name of a log file, taken apart. */
export interface LogName {
  /** Without the ending of a packed one. */
  readonly log: string;
  readonly ending: string;
  /** Days from 1970-01-01 to its day. */
  readonly day: number;
  /** When its day ends here, in milliseconds since 1970. */
  readonly ends: number;
}

/** A file that was found: its name, when it was last written, and what else tells whether it is the same later. */
export interface FoundFile {
  readonly name: string;
  readonly written: number;
  readonly size: number;
  readonly inode: number;
}

/** What is to be done: packing looks by itself whether a file has changed since. */
export interface Plan {
  /** What a run left that was killed while it packed, in this order. */
  readonly leftovers: readonly string[];
  readonly remove: readonly FoundFile[];
  readonly pack: readonly string[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Milliseconds since a day ended, and since its file was last written, after which it is over. */
const QUIET = HOUR;

const NAME = /^(http-(?:(?:CQ|CR|SQ|SR)-)?(\d{4})(\d\d)(\d\d)\.log)(\.gz|\.zst)?$/;
const LEFTOVER = /^\.(http-.*\.log)(?:(?:\.gz|\.zst)\.(?:part|(?:new|\d+)\.\d+\.\d+\.\d+\.ready)|\.\d+\.aside)$/;

/** Reads the name of a log file, packed or not; undefined where it is none of ours, or of no day that there is. */
export function readLogName(name: string): LogName | undefined {
  const [, log, years, months, days, ending = ''] = NAME.exec(name) ?? [];
  if (log === undefined) return undefined;
  const [year, month, date] = [Number(years), Number(months), Number(days)];
  if (!isInCalendar(year, month, date)) return undefined;
  return { log, ending, day: dayNumber(year, month, date), ends: new Date(year, month - 1, date + 1).getTime() };
}

/** Whether packing gives this name to files of its own while it works. */
export function isLeftover(name: string): boolean {
  const [, log] = LEFTOVER.exec(name) ?? [];
  return log !== undefined && readLogName(log)?.ending === '';
}

function dayNumber(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY;
}

/** What was set aside comes last: what is left of it then has nothing packed to finish that it belongs to. */
function byTurn(one: string, other: string): number {
  return Number(one.endsWith('.aside')) - Number(other.endsWith('.aside'));
}

/** What is to be done now with these files; nothing is removed where that may not be. */
export function planOldDays(
  found: readonly FoundFile[],
  { keepDays, compress }: OldDays,
  now: Date,
  mayRemove = true,
): Plan {
  const today = dayNumber(now.getFullYear(), now.getMonth() + 1, now.getDate());
  const isBefore = (milliseconds: number): boolean => milliseconds < now.getTime() - QUIET;
  const over = found.flatMap((file) => {
    const read = readLogName(file.name);
    return read !== undefined && isBefore(read.ends) && isBefore(file.written) ? [{ file, ...read }] : [];
  });
  const goes = ({ day }: LogName): boolean => keepDays !== undefined && today - day > keepDays;
  return {
    leftovers: found
      .map(({ name }) => name)
      .filter(isLeftover)
      .sort(byTurn),
    remove: over.filter((one) => mayRemove && goes(one)).map(({ file }) => file),
    pack: over.filter((one) => compress !== undefined && one.ending === '' && !goes(one)).map(({ file }) => file.name),
  };
}
