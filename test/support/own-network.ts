import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { foreign } from '../../src/linux/foreign.ts';
import { interfaceIndex, listInterfaces } from '../../src/linux/interfaces.ts';
import { checked } from '../../src/linux/linux-error.ts';
import { waitReadable } from '../../src/linux/wait.ts';

// Tests of real sockets happen in a network namespace of their own: the thread that runs the test moves into a new one (unshare(2)
// moves a thread, not a process), and what it starts is born there. The namespace goes with its last user, also after a crash.

const unshare = foreign<(flags: number) => number>('int unshare(int)');
const setns = foreign<(descriptor: number, kind: number) => number>('int setns(int, int)');
const CLONE_NEWNET = 0x40000000;

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('ip', ['-V']).error !== undefined) return 'needs the program ip (iproute2)';
  if (spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'type', 'veth']).status === 0) return undefined;
  return 'needs network namespaces and veth devices, and the right to make them';
}

/** Why no test can have a network of its own here, undefined when it can. Said on standard error, so that a skip has its reason. */
export function whyNoOwnNetwork(test: string): string | undefined {
  const reason = whyNot();
  if (reason !== undefined) console.warn(`skipped: ${test}: ${reason}`);
  return reason;
}

/** `ip ARGUMENTS`, in the network where this thread is. */
export function ip(commandLine: string): string {
  return execFileSync('ip', commandLine.split(' '), { encoding: 'utf8' });
}

/** Moves this thread into a new, empty network whose loopback is up; the result moves it back. IPv6 makes no packets of its own there. */
export function enterOwnNetwork(): () => void {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  checked('unshare', unshare()(CLONE_NEWNET));
  ip('link set lo up');
  return () => {
    checked('setns', setns()(home, CLONE_NEWNET));
    closeSync(home);
  };
}

/** Waits until a device is running, or is not: the kernel hears of a carrier some time after it came or went, up to a second. */
export function waitRunning(name: string, running: boolean): void {
  const until = performance.now() + 5000;
  while (listInterfaces().find((device) => device.name === name)?.running !== running) {
    if (performance.now() > until) throw new Error(`${name} did not ${running ? 'begin' : 'stop'} running`);
    waitReadable([], 5);
  }
}

/** Two Ethernet devices joined by a cable, both up and running (before that they lose what is sent): their indices. */
export function addVethPair(left: string, right: string): { left: number; right: number } {
  ip(`link add ${left} type veth peer name ${right}`);
  for (const name of [left, right]) ip(`link set ${name} up addrgenmode none`);
  for (const name of [left, right]) waitRunning(name, true);
  return { left: interfaceIndex(left) ?? 0, right: interfaceIndex(right) ?? 0 };
}
