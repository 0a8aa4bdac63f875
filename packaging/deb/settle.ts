// Modes and times of the files, which depend on nothing but the sources.
import { chmodSync, lutimesSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const EXECUTABLE: readonly string[] = [
  'DEBIAN/postinst',
  'DEBIAN/postrm',
  'DEBIAN/preinst',
  'DEBIAN/prerm',
  'usr/lib/httplog/bin/httplog.js',
  'usr/lib/httplog/start_httplog.sh',
];

/** Gives all files of a tree their modes, and one time. */
export function settle(tree: string, time: number, below = ''): void {
  for (const entry of readdirSync(join(tree, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    if (entry.isDirectory()) settle(tree, time, name);
    else if (entry.isFile()) chmodSync(join(tree, name), EXECUTABLE.includes(name) ? 0o755 : 0o644);
    if (!entry.isDirectory()) lutimesSync(join(tree, name), time, time);
  }
  chmodSync(join(tree, below), 0o755);
  lutimesSync(join(tree, below), time, time);
}
