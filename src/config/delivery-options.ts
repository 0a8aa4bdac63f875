import type { SpoolSettings } from '../pipeline/spooling.ts';
import { type Option, type Settings, WRITTEN } from './option.ts';
import { readPath, wholeNumber } from './scalars.ts';

// The rows of records that leave this host; their places among the others are in the one table.

type Rows<K extends keyof Settings> = { readonly [name in K]: Option<Settings[name]> };

/** Where records wait. */
export const DELIVERY_OPTIONS: Rows<keyof SpoolSettings> = {
  spool: {
    flag: 'spool',
    variable: 'HTTPLOG_SPOOL',
    group: WRITTEN,
    argument: 'DIRECTORY',
    defaultShown: 'none',
    allowed: 'the path of a directory',
    help: 'Every record goes as json into files of this directory as well, whatever -format says, each with the name of its host (-host). With -r only where the command line or the environment says it.',
    read: readPath,
  },
  spoolMegabytes: {
    flag: 'spool_mb',
    variable: 'HTTPLOG_SPOOL_MB',
    group: WRITTEN,
    argument: 'MB',
    default: '1024',
    allowed: 'a whole number from 8 to 1048576',
    help: 'What the spool takes at the most; when it is full its oldest file makes room, which is counted.',
    read: wholeNumber(8, 1048576),
  },
};
