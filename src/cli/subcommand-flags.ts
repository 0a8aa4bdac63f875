// The flags of the subcommands: few, and the same words mean the same everywhere.
import { TRUTH } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';
import { quoted } from '../config/printable.ts';
import type { Reader } from '../config/reading.ts';
import { readBoolean, readPath, wholeNumber } from '../config/scalars.ts';
import { type Days, isDay } from '../query/log-files.ts';

/** What every flag's value is. */
export interface SubcommandSettings {
  readonly directory: string;
  readonly config: string;
  readonly days: Days;
  /** Seconds. */
  readonly since: number;
  readonly rows: number;
  readonly csv: boolean;
  readonly json: boolean;
  readonly parquet: string;
  readonly help: boolean;
}

export type FlagName = keyof SubcommandSettings;

/** One flag. */
export interface Flag<T> {
  readonly flag: string;
  readonly aliases?: readonly string[];
  /** What stands for the value; a flag without it is boolean. */
  readonly argument?: string;
  readonly allowed: string;
  readonly help: string;
  readonly read: Reader<T>;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function readDuration(text: string): ReturnType<Reader<number>> {
  const [, digits, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  return digits === undefined ? { reason: 'is no duration' } : { value: Number(digits) * (UNITS[unit] ?? 1) };
}

/** 20261123, 2026-11-23, or two of them with `..` between. */
function readDays(text: string): ReturnType<Reader<Days>> {
  const [first, last = first] = text
    .split('..')
    .map((part) => (/^\d{8}$/.test(part) ? part.replace(/(....)(..)(..)/, '$1-$2-$3') : part));
  if (first === undefined || last === undefined || text.split('..').length > 2) return { reason: 'is no day' };
  const wrong = [first, last].find((day) => !isDay(day));
  if (wrong !== undefined) return { reason: `is no day of the calendar: ${quoted(wrong)}` };
  return first > last ? { reason: 'ends before it begins' } : { value: { first, last } };
}

/** All of them, in the order of the texts. */
export const SUBCOMMAND_FLAGS: { readonly [K in FlagName]: Flag<SubcommandSettings[K]> } = {
  directory: {
    flag: 'd',
    argument: 'DIRECTORY',
    allowed: 'the path of a directory',
    help: 'Directory of the log files, or of what export wrote. [HTTPLOG_DIR, from the environment or the configuration file, as httplog itself takes it]',
    read: readPath,
  },
  days: {
    flag: 'day',
    argument: 'DAY',
    allowed: 'a day as 20261123 or 2026-11-23, or the first and the last as 20261120..20261123',
    help: 'Read the files of this day, or of these days (20261120..20261123), only.',
    read: readDays,
  },
  since: {
    flag: 'since',
    argument: 'DURATION',
    allowed: 'a whole number and s, m, h, d or w: 90s, 15m, 1h, 7d',
    help: 'Only what was logged in this time up to now: 15m, 1h, 7d.',
    read: readDuration,
  },
  rows: {
    flag: 'n',
    argument: 'ROWS',
    allowed: 'a whole number from 1 to 1000000',
    help: 'As many rows at most. [default: 20]',
    read: wholeNumber(1, 1_000_000),
  },
  csv: { flag: 'csv', allowed: TRUTH, help: 'Print CSV, names of columns first.', read: readBoolean },
  json: { flag: 'json', allowed: TRUTH, help: 'Print a JSON object for each row, one a line.', read: readBoolean },
  parquet: {
    flag: 'parquet',
    argument: 'DIRECTORY',
    allowed: 'the path of a directory',
    help: 'Write each day to DIRECTORY/date=YYYY-MM-DD/http.parquet; days whose log has not changed since are left.',
    read: readPath,
  },
  config: {
    flag: 'config',
    argument: 'FILE',
    allowed: OPTIONS.config.allowed,
    help: 'Configuration file, where -d is not given.',
    read: readPath,
  },
  help: { flag: 'h', aliases: ['help'], allowed: TRUTH, help: 'Print this text.', read: readBoolean },
};

/** Which flags each subcommand takes. */
export const FLAGS_OF: Readonly<Record<string, readonly FlagName[]>> = {
  query: ['directory', 'days', 'since', 'csv', 'json', 'config', 'help'],
  top: ['rows', 'since', 'days', 'directory', 'csv', 'json', 'config', 'help'],
  export: ['parquet', 'days', 'directory', 'config', 'help'],
};
