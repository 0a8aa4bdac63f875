import { HAS_ZSTD, type OldDays, type PackingName } from '../sink/old-files.ts';
import { type Option, type Settings, WRITTEN } from './option.ts';
import type { Reading } from './reading.ts';
import { oneOf, wholeNumber } from './scalars.ts';

// The rows of days that are over; their places among the others are in the one table.

type Rows<K extends keyof Settings> = { readonly [name in K]: Option<Settings[name]> };

/** A hundred years: a number with a digit too many is seen. */
const MOST_DAYS = 36500;
const PACKINGS: readonly PackingName[] = ['gzip', 'zstd'];

/** `hasZstd`: whether this Node.js has it. */
export function readPacking(text: string, hasZstd: boolean = HAS_ZSTD): Reading<PackingName> {
  if (text === 'zstd' && !hasZstd) {
    return { reason: `needs Node.js 22.15 or later, of 23 at least 23.8 (this is ${process.version})` };
  }
  return oneOf(PACKINGS)(text);
}

/** How long log files are kept, and how they are packed. */
export const OLD_DAYS_OPTIONS: Rows<keyof OldDays> = {
  keepDays: {
    flag: 'keep',
    variable: 'HTTPLOG_KEEP',
    group: WRITTEN,
    argument: 'DAYS',
    defaultShown: 'all are kept',
    allowed: `a whole number from 1 to ${MOST_DAYS}`,
    help: 'Remove log files, packed or not, of days more than DAYS days ago, by the date in their name; 1 keeps yesterday. Not with -r.',
    read: wholeNumber(1, MOST_DAYS),
  },
  compress: {
    flag: 'compress',
    variable: 'HTTPLOG_COMPRESS',
    group: WRITTEN,
    argument: 'NAME',
    defaultShown: 'none is packed',
    allowed: 'gzip, or zstd with Node.js 22.15 or later (of 23 at least 23.8)',
    help: 'Pack log files of days that ended, and were last written, more than an hour ago: gzip or zstd. Not with -r.',
    read: (text) => readPacking(text),
  },
};
