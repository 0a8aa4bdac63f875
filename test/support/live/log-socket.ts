import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DatagramSocket, openDatagramSocket } from './datagram-socket.ts';
import { makeDirectory } from './workspace.ts';

// A log daemon's socket. The C library sends to /dev/log: the program gets a /dev of its own, in a mount namespace that goes with it.

/** Shell: a /dev with what Node wants of it, and the directory's `log` as /dev/log. */
function ownDev(directory: string): string {
  return [
    `mount --bind /dev ${directory}/dev`,
    'mount -t tmpfs tmpfs /dev',
    `for file in null urandom random; do touch /dev/$file && mount --bind ${directory}/dev/$file /dev/$file; done`,
    `ln -s ${directory}/log /dev/log`,
  ].join(' && ');
}

/** Why no test can have a /dev of its own here, undefined when it can. */
export function whyNoLogSocket(): string | undefined {
  const script = 'mount --make-rprivate / && mount -t tmpfs tmpfs /dev';
  const tried = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'sh', '-c', script]).status === 0;
  return tried ? undefined : 'needs root and the right to mount';
}

/** A socket that a program can log to. */
export interface LogSocket extends DatagramSocket {
  /** Words before the command of a program, whose /dev/log it then is. */
  readonly before: readonly string[];
}

/** Opens a socket, closed when the test ends. */
export function openLogSocket(): LogSocket {
  const directory = makeDirectory();
  mkdirSync(join(directory, 'dev'));
  return {
    before: ['unshare', '-m', 'sh', '-c', `${ownDev(directory)} && exec "$@"`, 'sh'],
    ...openDatagramSocket(join(directory, 'log')),
  };
}
