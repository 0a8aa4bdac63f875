// Log rotation as logrotate does it, and the count of all lines that went through it.
import { renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesIn, linesIn } from './lines.ts';

/** The files of one log directory over a run. */
export interface Rotation {
  /** Renames the files, sends SIGHUP, and counts and removes those that were renamed the time before. */
  rotate(): void;
  /** Lines in all files that there were; only when the program has ended. */
  lines(): number;
}

/** Rotates the log directory of a running httplog; `begin` is what each line that counts begins with. */
export function rotation(directory: string, pid: number, begin = ''): Rotation {
  let counted = 0;
  let times = 0;
  const take = (isWanted: (path: string) => boolean): void => {
    for (const path of filesIn(directory).filter(isWanted)) {
      counted += linesIn(path, begin);
      rmSync(path);
    }
  };
  const isRenamed = (path: string): boolean => basename(path).startsWith('rotated-');
  return {
    rotate() {
      take(isRenamed);
      times++;
      for (const path of filesIn(directory)) {
        renameSync(path, join(dirname(path), `rotated-${times}-${basename(path)}`));
      }
      process.kill(pid, 'SIGHUP');
    },
    lines() {
      take(() => true);
      return counted;
    },
  };
}
