// Diagnostics: one line each on standard error, and to syslog(3) as well where asked.
import { fstatSync, writeSync } from 'node:fs';
import { oneLine } from '../config/printable.ts';

const STANDARD_ERROR = 2;

/** How much a line wants a look. */
export type Level = 'info' | 'warning' | 'error';

/** Writes one line of diagnostics. */
export type Diagnose = (line: string, level?: Level) => void;

/** Priorities as they stand before a line of the journal (sd-daemon(3)): those of syslog.h. */
const JOURNAL_PREFIXES: Readonly<Record<Level, string>> = { info: '<6>', warning: '<4>', error: '<3>' };

let journal: boolean | undefined;

/** Whether standard error is the journal's, which is asked once: JOURNAL_STREAM names its device and inode (systemd.exec(5)). */
function isJournal(): boolean {
  journal ??= namesStream(process.env.JOURNAL_STREAM, STANDARD_ERROR);
  return journal;
}

/** Whether a text names device and inode of what is open here. */
export function namesStream(text: string | undefined, descriptor: number): boolean {
  if (text === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return text === `${dev}:${ino}`;
  } catch {
    return false; // it is closed
  }
}

/** Where diagnostics go before the settings are known. The journal says by itself whose they are, and takes a priority. */
export const toStandardError: Diagnose = (line, level = 'info') => {
  const prefix = isJournal() ? JOURNAL_PREFIXES[level] : 'httplog: ';
  try {
    writeSync(STANDARD_ERROR, `${prefix}${oneLine(line)}\n`);
  } catch {
    // Nobody hears it: capture goes on all the same.
  }
};

/** Diagnostics that go to syslog(3) as well. */
export async function toSyslogToo(): Promise<Diagnose> {
  const { LOG_ERR, LOG_INFO, LOG_WARNING, openSyslog, syslog } = await import('../linux/syslog.ts');
  const priorities: Readonly<Record<Level, number>> = { info: LOG_INFO, warning: LOG_WARNING, error: LOG_ERR };
  openSyslog('httplog');
  return (line, level = 'info') => {
    toStandardError(line, level);
    syslog(priorities[level], oneLine(line));
  };
}
