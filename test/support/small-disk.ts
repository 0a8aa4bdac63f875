import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** Mounts a tmpfs of this many kilobytes; undefined where that is not allowed. */
function mountSmallDisk(kilobytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'httplog-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'httplog-test', path]).status === 0;
  const unmount = (): void => {
    if (mounted) spawnSync('umount', ['-l', path]);
    rmdirSync(path);
  };
  if (mounted) return { path, unmount };
  unmount();
  return undefined;
}

/** A small disk; says why where there is none. */
export function smallDisk(test: string, kilobytes: number): SmallDisk | undefined {
  const disk = mountSmallDisk(kilobytes);
  if (disk === undefined) console.warn(`skipped: ${test}: needs root and the right to mount a tmpfs`);
  return disk;
}
