import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Running } from './program.ts';
import { countLines, logLines, makeDirectory } from './workspace.ts';

// A file system that can be frozen (fsfreeze(8)): who writes to it, or makes a file there, waits until it is thawed.

/** Mounts a new file system, for a program that is about to start, in its own mount namespace. */
export interface FreezableDisk {
  /** Shell commands that mount it. */
  readonly prepare: string;
  /** For the log files. */
  readonly directory: string;
  /** The disk of the program that was started so; it is thawed when the test ends. */
  of(running: Running): MountedDisk;
}

/** The same disk, seen from the test. It stays when the program has ended. */
export interface MountedDisk {
  freeze(): void;
  thaw(): void;
  /** Lines of all log files, none of them torn. */
  lines(): string[];
  /** How many there are just now. */
  count(): number;
}

/** Why no test can freeze a disk here; undefined when it can. */
export function whyNotFrozen(): string | undefined {
  const made = 'd=$(mktemp -d) && truncate -s 4M $d/i && mkfs.ext4 -qF $d/i && mkdir $d/m && mount -o loop $d/i $d/m';
  const script = `${made} && fsfreeze -f $d/m && fsfreeze -u $d/m && umount $d/m && rm -r $d`;
  if (spawnSync('unshare', ['-m', 'sh', '-c', script], { timeout: 20_000 }).status === 0) return undefined;
  console.warn('skipped: a disk that stalls: needs root, loop devices, mkfs.ext4 and fsfreeze');
  return 'needs loop devices, mkfs.ext4 and fsfreeze';
}

export function freezableDisk(): FreezableDisk {
  const place = makeDirectory();
  const [image, mounted] = [join(place, 'image'), join(place, 'mounted')];
  mkdirSync(mounted);
  execFileSync('truncate', ['-s', '4M', image]);
  execFileSync('mkfs.ext4', ['-qF', image], { timeout: 20_000 });
  return {
    // Should the test be killed in the middle, it is thawed all the same.
    prepare: `mount -o loop ${image} ${mounted} || exit 9
(sleep 40; fsfreeze -u ${mounted}) <&- >/dev/null 2>&1 &`,
    directory: join(mounted, 'log'),
    of: (running) => mountedAt(`/proc/${running.pid}/root${mounted}`),
  };
}

function mountedAt(path: string): MountedDisk {
  const descriptor = openSync(path, 'r');
  const seen = `/proc/${process.pid}/fd/${descriptor}`;
  let isFrozen = false;
  const tell = (word: '-f' | '-u'): void => void execFileSync('fsfreeze', [word, seen], { timeout: 10_000 });
  const disk: MountedDisk = {
    freeze() {
      tell('-f');
      isFrozen = true;
    },
    thaw() {
      if (isFrozen) tell('-u');
      isFrozen = false;
    },
    lines: () => logLines(join(seen, 'log')),
    count: () => countLines(join(seen, 'log')),
  };
  onTestFinished(() => {
    disk.thaw();
    closeSync(descriptor);
  });
  return disk;
}
