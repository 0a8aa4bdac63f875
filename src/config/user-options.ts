import { type Option, RUNS, type Settings, TRUTH } from './option.ts';
import type { Reading } from './reading.ts';
import { readBoolean } from './scalars.ts';

// The rows of rights; their places among the others are in the one table.

type Rows<K extends keyof Settings> = { readonly [name in K]: Option<Settings[name]> };

/** passwd(5) parts its lines by colons; names of directory services may have nearly anything else in them. */
const NO_NAME: RegExp = /[\0-\x20\x7f:/]/;
const LONGEST_NAME = 256;

/** The name of a user. Whether there is one is asked when it is needed. */
function readUser(text: string): Reading<string> {
  if (text === '' || text.length > LONGEST_NAME || NO_NAME.test(text))
    return { reason: 'cannot be the name of a user' };
  return { value: text };
}

/** As whom it runs, and whether it could. */
export const USER_OPTIONS: Rows<'user' | 'check'> = {
  user: {
    flag: 'user',
    variable: 'HTTPLOG_USER',
    group: RUNS,
    argument: 'NAME',
    defaultShown: 'httplog where there is one',
    allowed: `the name of a user of this host, at most ${LONGEST_NAME} characters`,
    help: 'Started by root, become this user once the sockets are open, and keep no privilege; root stays root. With -r only where it is given.',
    read: readUser,
  },
  check: {
    flag: 'check',
    group: RUNS,
    allowed: TRUTH,
    help: 'Look whether a run with these settings could begin, say what it would do, and end with exit status 0, or 1 if it could not.',
    read: readBoolean,
  },
};
