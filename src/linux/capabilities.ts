import { foreign } from './foreign.ts';
import { checked } from './linux-error.ts';

// Capabilities (capabilities(7)), and what else prctl(2) takes away. All of this but `forbidLooking` is about the calling thread, and
// those that it starts later.

// linux/capability.h
export const CAP_SETGID = 6;
export const CAP_SETUID = 7;
/** No kernel has so many: what does not exist is refused without harm. */
const CAP_END = 64;
const LINUX_CAPABILITY_VERSION_3 = 0x20080522;

// linux/prctl.h
const PR_SET_DUMPABLE = 4;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

const nativeGet = foreign<(header: Uint32Array, data: Uint32Array) => number>('int capget(void *, void *)');
const nativeSet = foreign<(header: Uint32Array, data: Uint32Array) => number>('int capset(void *, const void *)');
const nativeControl = foreign<(operation: number, a: number, b: number, c: number, d: number) => number>(
  'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
);

/** struct __user_cap_header_struct of the calling thread. */
const header = (): Uint32Array => Uint32Array.of(LINUX_CAPABILITY_VERSION_3, 0);

/** Whether the calling thread may use this capability just now. */
export function hasCapability(capability: number): boolean {
  // Two of struct __user_cap_data_struct: effective, permitted, inheritable; the second has the capabilities from 32 on.
  const data = new Uint32Array(6);
  checked('capget', nativeGet()(header(), data));
  return (((data[3 * (capability >> 5)] ?? 0) >>> (capability & 31)) & 1) === 1;
}

/** Lets go of the bounding set, as far as the thread may: what is gone there no program that it starts can get. */
export function clearBoundingSet(): void {
  for (let capability = 0; capability < CAP_END; capability++) nativeControl()(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

/** Lets go of all capabilities. */
export function clearCapabilities(): void {
  // EINVAL before Linux 4.3, where there are no ambient ones.
  nativeControl()(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  checked('capset', nativeSet()(header(), new Uint32Array(6)));
}

/** No program that the thread starts can have more rights than it, whatever its file says (no_new_privs). */
export function forbidNewPrivileges(): void {
  checked('PR_SET_NO_NEW_PRIVS', nativeControl()(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/**
 * Nobody but root may look into this process (ptrace, /proc/PID/mem and environ), and no core is dumped. Becoming another user
 * does so by itself only where fs.suid_dumpable is 0, and sets the flag anew: call this afterwards.
 */
export function forbidLooking(): void {
  checked('PR_SET_DUMPABLE', nativeControl()(PR_SET_DUMPABLE, 0, 0, 0, 0));
}
