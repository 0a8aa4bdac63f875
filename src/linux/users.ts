import { foreign, loadKoffi } from './foreign.ts';

// The users of this host, as the C library knows them (passwd, LDAP and whatever nsswitch.conf names).

const nativeGetUser = foreign<(name: string) => unknown>('void *getpwnam(const char *)');

/** A user of this host, and its own group. */
export interface User {
  readonly name: string;
  readonly id: number;
  readonly group: number;
}

/** The user of this name; undefined where there is none. */
export function findUser(name: string): User | undefined {
  const found = nativeGetUser()(name);
  if (found === null) return undefined;
  const koffi = loadKoffi();
  // struct passwd (pwd.h) begins with two pointers, name and password; then come uid_t and gid_t, 32 bits each.
  const begin = 2 * koffi.sizeof('void *');
  const bytes = Uint8Array.from(koffi.decode(found, 'uint8_t', begin + 8) as number[]);
  const [id = 0, group = 0] = new Uint32Array(bytes.buffer, begin, 2);
  return { name, id, group };
}

/**
 * Does something as a user: effective user and group, without supplementary groups, in all threads of this process, and is
 * then again who it was. Needs root.
 */
export function asUser<T>(user: User, action: () => T): T {
  const { getgroups, getegid, geteuid, setgroups, setegid, seteuid } = process as Required<NodeJS.Process>;
  const before = { groups: getgroups(), group: getegid(), user: geteuid() };
  setgroups([]);
  setegid(user.group);
  seteuid(user.id);
  try {
    return action();
  } finally {
    seteuid(before.user);
    setegid(before.group);
    setgroups(before.groups);
  }
}

/**
 * Becomes a user for good, in all threads of this process: the C library's calls reach each of them, and with them the kernel
 * takes every thread's permitted, effective and ambient capabilities away. No supplementary group is kept. Needs root.
 * @throws Error where the process could become root again.
 */
export function becomeUser(user: User): void {
  const { setgroups, setgid, setuid } = process as Required<NodeJS.Process>;
  setgroups([]);
  setgid(user.group);
  setuid(user.id);
  if (user.id !== 0 && canBecomeRoot()) throw new Error(`cannot give up root for the user ${user.name}`);
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
}
