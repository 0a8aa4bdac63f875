// As whom httplog runs: root is needed to open sockets, and for nothing afterwards.
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Options } from '../config/check.ts';
import { refuseCalls } from '../linux/call-filter.ts';
import {
  CAP_SETGID,
  CAP_SETUID,
  clearBoundingSet,
  clearCapabilities,
  forbidLooking,
  forbidNewPrivileges,
  hasCapability,
} from '../linux/capabilities.ts';
import { koffiPath } from '../linux/foreign.ts';
import { asUser, becomeUser, findUser, type User } from '../linux/users.ts';
import { CannotRun } from './cannot-run.ts';
import type { Diagnose } from './diagnostics.ts';
import { DEFAULT_USER } from './plain-user.ts';

/** The user to become, or why nobody is. */
export interface Choice {
  readonly user: User | undefined;
  readonly notice?: string;
}

type UserOptions = Pick<Options, 'user' | 'userIsFlag' | 'file'>;

/** Whom to become. Throws CannotRun where that is somebody who was named and cannot be. */
export function chooseUser(options: UserOptions): Choice {
  const { user: named, userIsFlag, file } = options;
  if (process.geteuid?.() !== 0) {
    if (named !== undefined && userIsFlag) requireSelf(named);
    return { user: undefined };
  }
  if (named === undefined && file !== undefined) return { user: undefined };
  const user = findUser(named ?? DEFAULT_USER);
  if (user?.id === 0) return { user: undefined };
  const why = whyNot(user, named ?? DEFAULT_USER);
  if (why === undefined) return { user };
  if (named !== undefined) throw new CannotRun(`-user ${named}: ${why}`);
  return { user: undefined, notice: `stays root: ${why}, or say -user root` };
}

/** Without root there is only one user to be. */
function requireSelf(named: string): void {
  if (findUser(named)?.id === process.geteuid?.()) return;
  throw new CannotRun(`flag -user: only root can become ${named}: start httplog as root, or leave -user out`);
}

function whyNot(user: User | undefined, name: string): string | undefined {
  if (user === undefined) {
    return `there is no user ${name}: make it (useradd --system --no-create-home --shell /usr/sbin/nologin ${name})`;
  }
  if (!hasCapability(CAP_SETUID) || !hasCapability(CAP_SETGID)) {
    return `this root may not become ${name}: grant CAP_SETUID and CAP_SETGID`;
  }
  // Threads that start later load these again.
  const paths = [fileURLToPath(import.meta.url), koffiPath()];
  const program = asUser(user, () => paths.find(isUnreadable));
  return program && `${name} may not read ${program}: install httplog where every user may read them`;
}

function isUnreadable(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return false;
  } catch {
    return true;
  }
}

/**
 * Gives up what is needed no more, for good: root for this user, if there is one, and every capability (root that stays root keeps its
 * own). No thread can get a right that it does not have, calls of the system that httplog never needs are refused, and no other
 * process but root's can look into its memory, which holds whole packets.
 */
export function giveUpPrivileges(user: User | undefined, say: Diagnose): void {
  if (user !== undefined) {
    clearBoundingSet();
    becomeUser(user);
  }
  if (process.geteuid?.() !== 0) clearCapabilities();
  forbidLooking();
  forbidNewPrivileges();
  try {
    refuseCalls();
  } catch (error) {
    say(`runs without a filter of system calls: ${error instanceof Error ? error.message : String(error)}`, 'warning');
  }
}
