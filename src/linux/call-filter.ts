import { foreign } from './foreign.ts';
import { programPointer } from './libc.ts';
import { LinuxError, lastErrno } from './linux-error.ts';
import { MACHINES, refusingProgram } from './refused-calls.ts';
import { encode } from './socket-filter-abi.ts';

// The system call filter (seccomp(2)) of all threads of this process, also of those that Node and V8 started before us.

// linux/seccomp.h
const SECCOMP_SET_MODE_FILTER = 1;
/** All threads take the filter, and no_new_privs with it. */
const SECCOMP_FILTER_FLAG_TSYNC = 1;
/** Before Linux 5.16 a filter would otherwise turn speculative store bypass off, which slows every thread down. */
const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;

// The C library has no function of its own for this.
const nativeCall = foreign<(number: number, operation: number, flags: number, program: Uint8Array) => number>(
  'long syscall(long, long, long, void *)',
);

/**
 * Refuses to all threads, and to those that they start, what httplog never needs; they have no_new_privs afterwards. The calling
 * thread must have that before. False on a machine whose numbers are not known here.
 * @throws LinuxError where the kernel has no such filters.
 */
export function refuseCalls(): boolean {
  const machine = MACHINES[process.arch];
  if (machine === undefined) return false;
  const program = encode(refusingProgram(machine));
  const flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  const result = nativeCall()(machine.seccomp, SECCOMP_SET_MODE_FILTER, flags, programPointer(program));
  if (result < 0) throw new LinuxError('seccomp', lastErrno());
  // The number of a thread that has a filter of its own.
  if (result > 0) throw new Error(`seccomp: thread ${result} has another filter`);
  return true;
}
