// Diagnostics: one line each on standard error, and to syslog(3) as well where asked.
import { writeSync } from 'node:fs';
import { oneLine } from '../config/printable.ts';

const STANDARD_ERROR = 2;

/** How much a line wants a look. */
export type Level = 'info' | 'warning' | 'error';

/** Writes one line of diagnostics. */
export type Diagnose = (line: string, level?: Level) => void;

/** Where diagnostics go before the settings are known. */
export const toStandardError: Diagnose = (line) => {
  try {
    writeSync(STANDARD_ERROR, `httplog: ${oneLine(line)}\n`);
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
