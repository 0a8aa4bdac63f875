// A log that was packed is set aside, under a hidden name, before it goes. Who writes to that day from then on makes a new file, and what
// somebody wrote until then is seen by a last look. (Between a rename and that look a directory is brought to the disk; who looked
// before the one whether his file is in place, and writes behind the other, is the only one whose lines would be lost.)
import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './destination.ts';

const ASIDE = /^\.(.*\.log)\.\d+\.aside$/;

/** The name of a log with this inode that is set aside. */
export function asideName(log: string, inode: bigint): string {
  return `.${log}.${inode}.aside`;
}

/** The name that a log had that was set aside; undefined where a name is none of one. */
export function readAside(name: string): string | undefined {
  return ASIDE.exec(name)?.[1];
}

/** Sets a log aside, if it is still there and has this inode. */
export function setAside(directory: string, log: string, inode: bigint): void {
  const path = join(directory, log);
  const aside = join(directory, asideName(log, inode));
  if (inodeOf(path) !== inode || inodeOf(aside) !== undefined) return;
  try {
    renameSync(path, aside);
  } catch (error) {
    // Somebody else took it away.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Gives a log that was set aside its name again. False where another has it now. */
export function putBack(directory: string, name: string, log: string): boolean {
  const aside = join(directory, name);
  const path = join(directory, log);
  try {
    linkSync(aside, path);
  } catch (error) {
    const there = inodeOf(path);
    if (there === undefined) {
      // The file system has no second names, or it is somebody else's file.
      if (codeOf(error) !== 'ENOENT') renameSync(aside, path);
      return true;
    }
    if (there !== inodeOf(aside)) return false;
  }
  unlinkSync(aside);
  return true;
}

function inodeOf(path: string): bigint | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
