import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { foreign } from './foreign.ts';
import { bind, close, receive, socket } from './libc.ts';
import { checked } from './linux-error.ts';
import { unixAddress } from './service-manager.ts';
import { AF_UNIX, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM } from './socket-abi.ts';
import { LOG_ERR, LOG_INFO, openSyslog, syslog } from './syslog.ts';

// The real log daemon's socket is /dev/log: this thread moves into a mount namespace where /dev is empty, and listens there itself.

const unshare = foreign<(flags: number) => number>('int unshare(int)');
const setns = foreign<(descriptor: number, kind: number) => number>('int setns(int, int)');
const CLONE_NEWNS = 0x00020000;

function whyNot(): string | undefined {
  const tried = ['-m', 'sh', '-c', 'mount --make-rprivate / && mount -t tmpfs tmpfs /dev'];
  if (process.getuid?.() === 0 && spawnSync('unshare', tried).status === 0) return undefined;
  console.warn('skipped: syslog: needs root and the right to mount');
  return 'needs root';
}

function run(command: string, ...values: string[]): void {
  expect(spawnSync(command, values, { stdio: 'pipe' }).status).toBe(0);
}

/** Runs `body` in a mount namespace with an empty /dev, on this thread. */
function withEmptyDev(body: () => void): void {
  const home = openSync('/proc/thread-self/ns/mnt', 'r');
  const directory = process.cwd();
  checked('unshare', unshare()(CLONE_NEWNS));
  try {
    run('mount', '--make-rprivate', '/');
    run('mount', '-t', 'tmpfs', 'tmpfs', '/dev');
    body();
  } finally {
    checked('setns', setns()(home, CLONE_NEWNS));
    closeSync(home);
    process.chdir(directory);
  }
}

function listen(): number {
  const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bind(descriptor, unixAddress('/dev/log'));
  return descriptor;
}

function next(descriptor: number): string {
  const bytes = new Uint8Array(4096);
  return Buffer.from(bytes.subarray(0, receive(descriptor, bytes, MSG_DONTWAIT))).toString();
}

describe.skipIf(whyNot() !== undefined)('syslog', () => {
  test('messages arrive whole under name, process and facility, and no % means anything', () => {
    const received: string[] = [];
    withEmptyDev(() => {
      const descriptor = listen();
      openSyslog('httplog');
      syslog(LOG_INFO, 'eth0 is up');
      syslog(LOG_ERR, '100 %s %n %d lost');
      // The name is kept as a pointer: it has to outlive whatever is allocated and collected in between.
      for (let i = 0; i < 100_000; i++) Buffer.from(`garbage ${i}`);
      syslog(LOG_INFO, 'Gerät weg');
      for (let i = 0; i < 3; i++) received.push(next(descriptor));
      close(descriptor);
    });
    const DAEMON = 24;
    const lines = received.map((text) => text.replace(/^(<\d+>)[A-Z][a-z]{2} [ \d]\d [\d:]{8} /, '$1'));
    expect(lines.map((line) => line.replace(/[\0\n]$/, ''))).toEqual([
      `<${DAEMON + 6}>httplog[${process.pid}]: eth0 is up`,
      `<${DAEMON + 3}>httplog[${process.pid}]: 100 %s %n %d lost`,
      `<${DAEMON + 6}>httplog[${process.pid}]: Gerät weg`,
    ]);
  });
});
