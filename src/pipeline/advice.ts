// What the administrator can do about a system error, by its code.

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space left on the device (ENOSPC): make room'],
  ['EDQUOT', 'the disk quota is used up (EDQUOT): raise it or make room'],
  ['EACCES', 'permission denied (EACCES): give the user that runs httplog the right to write there'],
  ['EPERM', 'not permitted (EPERM): give the user that runs httplog the right to write there'],
  ['EROFS', 'the file system is mounted read-only (EROFS): mount it for writing'],
  ['ENOENT', 'it does not exist (ENOENT): make it'],
  ['ENOTDIR', 'a part of the path is no directory (ENOTDIR): move that away'],
  ['EISDIR', 'it is a directory (EISDIR): move it away'],
  ['ELOOP', 'it is a symbolic link (ELOOP): move it away'],
  ['ENOTREG', 'it is no regular file (ENOTREG): move it away'],
  ['EMLINK', 'it has other names as well, hard links (EMLINK): move it away'],
  ['EOWNER', 'it belongs to another user (EOWNER): give it to the user that runs httplog, or move it away'],
  [
    'EOTHERS',
    'others than its owner can write there, and could put files in the place of the log’s (EOTHERS): chmod go-w it',
  ],
  [
    'EWAY',
    'others can write there, and could put a directory of theirs in the place of the log’s (EWAY): chmod o-w it, or set its sticky bit',
  ],
  ['EFOREIGN', 'it is a symbolic link that belongs to another user (EFOREIGN): move it away'],
  ['EDANGLING', 'it is a symbolic link to what is not there (EDANGLING): make that, or move the link away'],
  ['EABOVE', 'a directory above it may not be passed (EABOVE): chmod +x that'],
  ['ENXIO', 'it is no regular file (ENXIO): move it away'],
  ['EIO', 'input/output error (EIO): look at the disk'],
  ['EBUILD', 'httplog on disk is another version now: restart it'],
  ['EMFILE', 'too many open files (EMFILE): raise the limit of open files'],
]);

/** What this error means and what helps; the bare code where nothing is known. */
export function advice(code: string): string {
  return ADVICE.get(code) ?? code;
}
