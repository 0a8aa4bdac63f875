import { foreign, loadKoffi } from './foreign.ts';

// syslog(3) of the C library, which knows where the log daemon listens and connects to it again.

// syslog.h
export const LOG_ERR = 3;
export const LOG_WARNING = 4;
export const LOG_INFO = 6;
const LOG_DAEMON = 3 << 3;
const LOG_PID = 0x01;

const nativeOpen = foreign<(identity: unknown, options: number, facility: number) => void>(
  'void openlog(const void *, int, int)',
);
const nativeSyslog = foreign<(priority: number, format: string, type: string, message: string) => void>(
  'void syslog(int, const char *, ...)',
);

/** openlog(3) keeps the pointer, so these bytes are never given back. */
let identityBytes: unknown;

/** Says under which name messages appear, with the process id; the facility is `daemon`. Once, before the first message. */
export function openSyslog(identity: string): void {
  const koffi = loadKoffi();
  const bytes = Buffer.from(`${identity}\0`);
  identityBytes = koffi.alloc('uint8_t', bytes.length);
  koffi.encode(identityBytes, 'uint8_t', bytes, bytes.length);
  nativeOpen()(identityBytes, LOG_PID, LOG_DAEMON);
}

/** Sends one message, of priority LOG_ERR to LOG_INFO. It is data: a `%` in it stays a `%`. */
export function syslog(priority: number, message: string): void {
  nativeSyslog()(priority, '%s', 'str', message);
}
