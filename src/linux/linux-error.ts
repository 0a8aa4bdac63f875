import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { loadKoffi } from './foreign.ts';

/** The name of an error number, `EPERM`; one that has none here becomes `E` and the number. */
function errorName(errno: number): string {
  const known = getSystemErrorMap().get(-errno);
  if (known !== undefined) return known[0];
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `E${errno}`;
}

/** A system call that failed. `code` is stable (`EPERM`), `errno` is Linux's positive number (errno.h). */
export class LinuxError extends Error {
  readonly call: string;
  readonly errno: number;
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errorName(errno);
    super(`${call}: ${code}: ${getSystemErrorMap().get(-errno)?.[1] ?? `error ${errno}`}`);
    this.name = 'LinuxError';
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/** The error number of the call just made: nothing may stand between the two. */
export function lastErrno(): number {
  return loadKoffi().errno();
}

/**
 * Hands on the result of a system call.
 * @throws LinuxError when the result is negative.
 */
export function checked(call: string, result: number): number {
  if (result < 0) throw new LinuxError(call, lastErrno());
  return result;
}
