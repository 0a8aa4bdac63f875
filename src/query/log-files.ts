// Which files of a directory hold the log, each of one local day: http-YYYYMMDD.log, one a type with -log_split, packed or not,
// renamed by logrotate or not, and what `httplog export` wrote. Other names are never read.
import { accessSync, constants, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isInCalendar } from '../sink/calendar.ts';
import { codeOf } from '../sink/destination.ts';

/** A file of the log. */
export interface LogFile {
  /** From the log directory on; made of letters, digits, `-`, `.`, `=` and `/` only. */
  readonly path: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly isParquet: boolean;
}

/** Days that are wanted, YYYY-MM-DD, both included. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** Why there is nothing to ask: one line that says what to do. */
export class NoAnswer extends Error {}

const LOG_NAME = /^http-(?:(?:CQ|CR|SQ|SR)-)?(\d{4})(\d\d)(\d\d)\.log(?:\.\d{1,4})?(?:\.gz|\.zst)?$/;
const PARTITION = /^date=(\d{4}-\d\d-\d\d)$/;
const PARQUET_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]*\.parquet$/;

/** The day of a log file's name, YYYY-MM-DD; undefined where it is none, or of no day that there is. */
export function dayOfName(name: string): string | undefined {
  const [, year, month, date] = LOG_NAME.exec(name) ?? [];
  const day = `${year}-${month}-${date}`;
  return year !== undefined && isDay(day) ? day : undefined;
}

/** Whether this is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return isInCalendar(Number(year), Number(month), Number(date));
}

/**
 * The files of these days, in their order. Throws NoAnswer where the directory or a file may not be read, or there is none.
 */
export function findLogFiles(directory: string, days?: Days): LogFile[] {
  const all = namesIn(directory).flatMap((name) => filesOf(directory, name));
  if (all.length === 0) {
    throw new NoAnswer(`${directory} has no log files (http-YYYYMMDD.log); name their directory with -d`);
  }
  const wanted = all.filter(({ day }) => days === undefined || (day >= days.first && day <= days.last));
  if (wanted.length === 0) throw new NoAnswer(noneOf(directory, all));
  for (const { path } of wanted) proveReadable(join(directory, path));
  return wanted.sort((a, b) => (a.day === b.day ? (a.path < b.path ? -1 : 1) : a.day < b.day ? -1 : 1));
}

function noneOf(directory: string, all: readonly LogFile[]): string {
  const days = all.map(({ day }) => day).sort();
  return `${directory} has no log files of these days; it has those of ${days[0]} to ${days.at(-1)}`;
}

function filesOf(directory: string, name: string): LogFile[] {
  const day = dayOfName(name);
  if (day !== undefined) return kindOf(join(directory, name))?.isFile() ? [{ path: name, day, isParquet: false }] : [];
  const [, partition] = PARTITION.exec(name) ?? [];
  if (partition === undefined || !isDay(partition) || !kindOf(join(directory, name))?.isDirectory()) return [];
  return namesIn(join(directory, name))
    .filter((file) => PARQUET_NAME.test(file) && kindOf(join(directory, name, file))?.isFile())
    .map((file) => ({ path: `${name}/${file}`, day: partition, isParquet: true }));
}

/** What it is (a pipe would be waited for); undefined where there is nothing, or links that lead nowhere. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === 'ELOOP') return undefined;
    throw unreadable(path, error);
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function proveReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): NoAnswer {
  const code = codeOf(error);
  if (code === 'ENOENT') return new NoAnswer(`there is no directory ${path}; name that of the log files with -d`);
  if (code === 'ENOTDIR') return new NoAnswer(`${path} is no directory; name that of the log files with -d`);
  if (code !== 'EACCES') return new NoAnswer(`${path} cannot be read: ${code}`);
  return new NoAnswer(
    `${path} may not be read by this user (EACCES): run it as root or as a member of the file’s group`,
  );
}
