// Whom the log trusts (docs/decisions/least-privilege.md): by owners and modes, which are the same for all names of a file.
import type { Stats } from 'node:fs';

const OTHERS = 0o002;
const GROUP_OR_OTHERS = 0o022;
/** In such a directory only a file's owner, and the directory's, may rename or remove it (S_ISVTX). */
const STICKY = 0o1000;

/** Root, and who this process is; at the start that is the user that it will become. */
export function isTrusted(owner: number): boolean {
  return owner === 0 || owner === process.geteuid?.();
}

/** Whether nobody but its owner, and root, can put files into a directory, or take them away. */
export function isOwnersAlone(directory: Stats): boolean {
  return (directory.mode & GROUP_OR_OTHERS) === 0;
}

/** Why a directory is none for logs; undefined where it is. Its owner can do anything there, so he counts where others can too. */
export function whyNoLogDirectory(directory: Stats): 'ENOTDIR' | 'EOTHERS' | 'EOWNER' | undefined {
  if (!directory.isDirectory()) return 'ENOTDIR';
  if (isOwnersAlone(directory)) return undefined;
  if ((directory.mode & STICKY) === 0) return 'EOTHERS';
  return isTrusted(directory.uid) ? undefined : 'EOWNER';
}

/**
 * Why what lies in a directory is no way to the log; undefined where it is. Everyone can put something under a name into a directory
 * that others may write, if he comes first. (A group that may write it, as on some systems that of /var/log, was let in by its owner.)
 */
export function whyNoWay(directory: Stats, entry?: Stats): 'EWAY' | 'EOWNER' | 'EFOREIGN' | undefined {
  if ((directory.mode & OTHERS) === 0) return undefined;
  if ((directory.mode & STICKY) === 0) return 'EWAY';
  if (entry === undefined || isTrusted(entry.uid)) return undefined;
  return entry.isSymbolicLink() ? 'EFOREIGN' : 'EOWNER';
}
