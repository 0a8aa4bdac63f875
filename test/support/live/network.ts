import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { foreign } from '../../../src/linux/foreign.ts';
import { checked } from '../../../src/linux/linux-error.ts';
import { httplog, type Running, type StartSettings, startProcess, whyNoProgram } from './program.ts';
import { until } from './wait.ts';

// Hosts of a test: network namespaces of its own, joined by cables (veth), and gone when it ends.

const setns = foreign<(descriptor: number, kind: number) => number>('int setns(int, int)');
const CLONE_NEWNET = 0x40000000;
const PREFIX = 'httplog-test-';
const HERE = '/proc/thread-self/ns/net';

/** A host: a network namespace. */
export interface Host {
  readonly namespace: string;
  /** `ip ARGUMENTS` there. */
  ip(commandLine: string): string;
  /** Runs an action there. What it starts must have its sockets when it returns. */
  inside<T>(action: () => T): T;
  /** The same for what needs time. Nothing else may be connected meanwhile. */
  insideUntil<T>(action: () => Promise<T>): Promise<T>;
  /** Index of an interface. */
  index(device: string): number;
}

/** A host that httplog watches, its eth0 joined with the eth0 of a host outside, where this thread is meanwhile. */
export interface Network {
  readonly host: Host;
  readonly outside: Host;
}

export const HOST = '10.9.0.1';
export const OUTSIDE = '10.9.0.2';
export const HOST6 = 'fd09::1';
export const OUTSIDE6 = 'fd09::2';

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('ip', ['-V']).error !== undefined) return 'needs the program ip (iproute2)';
  if (spawnSync('ss', ['-V']).error !== undefined) return 'needs the program ss (iproute2)';
  const tried = spawnSync('unshare', ['-n', 'sh', '-c', 'ip link add type veth && ss -0bH']);
  if (tried.status !== 0) return 'needs network namespaces and veth devices, and the right to make them';
  if (!hasCaptureRight()) return 'needs the right to capture (CAP_NET_RAW)';
  return whyNoProgram();
}

function hasCaptureRight(): boolean {
  const CAP_NET_RAW = 13n;
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(
    execFileSync('cat', ['/proc/self/status'], { encoding: 'utf8' }),
  )?.[1];
  return ((BigInt(`0x${effective ?? '0'}`) >> CAP_NET_RAW) & 1n) === 1n;
}

/** Why live tests can't run here, undefined when they can. Said on standard error, so that a skip has its reason. */
export function whyNotLive(tests: string): string | undefined {
  const reason = whyNot();
  if (reason !== undefined) console.warn(`skipped: ${tests}: ${reason}`);
  return reason;
}

/** Why tests that need this program are skipped; undefined when it is installed. */
export function whyNoTool(tool: string): string | undefined {
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0) return undefined;
  console.warn(`skipped: tests with ${tool}: it is not installed`);
  return `${tool} is not installed`;
}

function ip(commandLine: string): string {
  return execFileSync('ip', commandLine.split(' '), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
}

let made = 0;
let swept = false;

/** Removes what an earlier run left behind that was killed in the middle. */
function sweep(): void {
  if (swept) return;
  swept = true;
  for (const { name } of JSON.parse(ip('-j netns list') || '[]') as { name: string }[]) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !readdirSync('/proc').includes(pid)) ip(`netns del ${name}`);
  }
}

/** Moves this thread into a namespace; the result moves it back. */
function enter(path: string): () => void {
  const home = openSync(HERE, 'r');
  const there = openSync(path, 'r');
  try {
    checked('setns', setns()(there, CLONE_NEWNET));
  } finally {
    closeSync(there);
  }
  return () => {
    checked('setns', setns()(home, CLONE_NEWNET));
    closeSync(home);
  };
}

/**
 * A new host with nothing but its loopback, which is up. It goes when the test ends. Its later interfaces have no IPv6 unless
 * told: they would send packets of their own (multicast listener reports), which httplog lets in and counts.
 */
export function makeHost(withIpv6 = false): Host {
  sweep();
  const namespace = `${PREFIX}${process.pid}-${++made}`;
  ip(`netns add ${namespace}`);
  onTestFinished(() => void ip(`netns del ${namespace}`));
  const host: Host = {
    namespace,
    ip: (commandLine) => ip(`-n ${namespace} ${commandLine}`),
    inside(action) {
      const leave = enter(`/run/netns/${namespace}`);
      try {
        return action();
      } finally {
        leave();
      }
    },
    async insideUntil(action) {
      const leave = enter(`/run/netns/${namespace}`);
      try {
        return await action();
      } finally {
        leave();
      }
    },
    index(device) {
      const [link] = JSON.parse(ip(`-n ${namespace} -j link show dev ${device}`)) as { ifindex: number }[];
      return link?.ifindex ?? 0;
    },
  };
  if (!withIpv6) ip(`netns exec ${namespace} sysctl -qw net.ipv6.conf.default.disable_ipv6=1`);
  host.ip('link set lo up');
  return host;
}

/** Joins two hosts by a cable, both of whose ends are up. */
export function cable(left: Host, leftDevice: string, right: Host, rightDevice: string): void {
  left.ip(`link add ${leftDevice} type veth peer name ${rightDevice} netns ${right.namespace}`);
  for (const [host, device] of [
    [left, leftDevice],
    [right, rightDevice],
  ] as const) {
    host.ip(`link set ${device} addrgenmode none up`);
  }
}

/** Gives an interface these addresses. */
export function addAddresses(host: Host, device: string, ...addresses: readonly string[]): void {
  for (const address of addresses) host.ip(`addr add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`);
}

/** Two hosts joined by a cable, and this thread outside: what it connects comes to the host over eth0. */
export function makeNetwork(withIpv6 = false): Network {
  const [host, outside] = [makeHost(withIpv6), makeHost(withIpv6)];
  cable(host, 'eth0', outside, 'eth0');
  addAddresses(host, 'eth0', `${HOST}/24`, ...(withIpv6 ? [`${HOST6}/64`] : []));
  addAddresses(outside, 'eth0', `${OUTSIDE}/24`, ...(withIpv6 ? [`${OUTSIDE6}/64`] : []));
  moveTo(outside);
  return { host, outside };
}

/** Moves this thread to a host until the test ends. */
export function moveTo(host: Host): void {
  const leave = enter(`/run/netns/${host.namespace}`);
  onTestFinished(leave);
}

/** How httplog is started on a host. */
export interface CaptureSettings extends StartSettings {
  /** Capture threads. */
  readonly threads?: number;
  /** Packet sockets that listen on that host once it captures; as many as it has threads unless told. */
  readonly sockets?: number;
  /** Shell commands before it. `ip netns exec` brings a mount namespace along: what they mount goes with the program. */
  readonly prepare?: string;
}

/** Starts httplog on a host. */
export function httplogOn(host: Host, flags: readonly string[], settings: CaptureSettings = {}): Running {
  const before = ['ip', 'netns', 'exec', host.namespace];
  if (settings.prepare !== undefined) before.push('sh', '-c', `${settings.prepare}\nexec "$@"`, 'sh');
  return startProcess(httplog(flags, before), settings);
}

/** Starts httplog on a host, and waits until it captures. */
export async function capture(host: Host, flags: readonly string[], settings: CaptureSettings = {}): Promise<Running> {
  const { threads = 1, sockets = threads } = settings;
  const running = httplogOn(host, ['-cpu', String(threads), ...flags], settings);
  await until(`httplog to capture; it said: ${running.stderr()}`, () => {
    if (running.child.exitCode !== null) throw new Error(`httplog ended: ${running.stderr()}`);
    return captures(host) >= sockets;
  });
  return running;
}

/** Packet sockets of a host whose filter lets something through: one that refuses everything is one instruction long. */
export function captures(host: Host): number {
  const listed = execFileSync('ip', ['netns', 'exec', host.namespace, 'ss', '-0bH'], { encoding: 'utf8' });
  return [...listed.matchAll(/bpf filter \((\d+)\)/g)].filter((found) => Number(found[1]) > 1).length;
}
