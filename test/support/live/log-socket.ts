import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bind, close, receive, socket } from '../../../src/linux/libc.ts';
import { MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM } from '../../../src/linux/socket-abi.ts';
import { makeDirectory } from './workspace.ts';

// A log daemon's socket. The C library sends to /dev/log: the program gets a /dev of its own, in a mount namespace that goes with it.

const AF_UNIX = 1;

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
export interface LogSocket {
  /** Words before the command of a program, whose /dev/log it then is. */
  readonly before: readonly string[];
  /** All messages that have come. */
  messages(): readonly string[];
}

/** Opens a socket, closed when the test ends. */
export function openLogSocket(): LogSocket {
  const directory = makeDirectory();
  const path = join(directory, 'log');
  mkdirSync(join(directory, 'dev'));
  const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  onTestFinished(() => {
    close(descriptor);
    rmSync(path, { force: true });
  });
  const address = new Uint8Array(2 + path.length + 1);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(Buffer.from(path), 2);
  bind(descriptor, address);
  const messages: string[] = [];
  return {
    before: ['unshare', '-m', 'sh', '-c', `${ownDev(directory)} && exec "$@"`, 'sh'],
    messages() {
      const bytes = new Uint8Array(8192);
      for (
        let length = receive(descriptor, bytes, MSG_DONTWAIT);
        length > 0;
        length = receive(descriptor, bytes, MSG_DONTWAIT)
      ) {
        messages.push(Buffer.from(bytes.subarray(0, length)).toString());
      }
      return messages;
    },
  };
}
