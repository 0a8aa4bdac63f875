// The wire of the live cases: two network namespaces joined by veth pairs, gone at the end.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { command, undoAtEnd } from './children.ts';

const PREFIX = 'httplog-bench-';
/** Addresses of the two ends, for the web server and its clients. */
export const SERVER = '10.77.0.1';
export const CLIENT = '10.77.0.2';
/** The device on either side. */
export const DEVICE = 'wire0';

/** Two hosts: traffic is sent from one and captured on the other. */
export interface Wire {
  /** Names of the namespaces. */
  readonly from: string;
  readonly to: string;
  /** Words before a command that runs it where traffic comes from. */
  readonly sender: readonly string[];
  /** Where it is captured. */
  readonly receiver: readonly string[];
  /** Packets that have reached a receiving device so far, since it was made. */
  received(device?: string): number;
  remove(): void;
}

/** Why there can be no wire here; undefined where there can. */
export function whyNoWire(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    sweep();
    makeWire().remove();
    return undefined;
  } catch (error) {
    return `needs network namespaces and veth devices: ${error instanceof Error ? error.message : error}`;
  }
}

/** Removes what a benchmark left behind that was killed in the middle. */
function sweep(): void {
  for (const line of command('ip', 'netns', 'list').split('\n')) {
    const found = new RegExp(`^(${PREFIX}(\\d+)-\\w+)`).exec(line);
    if (found?.[1] !== undefined && !readdirSync('/proc').includes(found[2] ?? '')) {
      command('ip', 'netns', 'del', found[1]);
    }
  }
}

/** Makes the namespaces and the cable. IPv6 is off: it would send packets of its own. */
export function makeWire(): Wire {
  const [from, to] = [`${PREFIX}${process.pid}-from`, `${PREFIX}${process.pid}-to`];
  const undo = [from, to].map((name) => {
    command('ip', 'netns', 'add', name);
    return undoAtEnd(() => void command('ip', 'netns', 'del', name));
  });
  for (const name of [from, to]) {
    command('ip', 'netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1');
    command('ip', '-n', name, 'link', 'set', 'lo', 'up');
  }
  addCable(from, to, DEVICE);
  command('ip', '-n', from, 'addr', 'add', `${CLIENT}/24`, 'dev', DEVICE);
  command('ip', '-n', to, 'addr', 'add', `${SERVER}/24`, 'dev', DEVICE);
  const inside = (name: string): string[] => ['nsenter', `--net=/run/netns/${name}`];
  return {
    from,
    to,
    sender: inside(from),
    receiver: inside(to),
    received(device = DEVICE) {
      const [link] = JSON.parse(command('ip', '-n', to, '-j', '-s', 'link', 'show', 'dev', device)) as {
        stats64: { rx: { packets: number } };
      }[];
      return link?.stats64.rx.packets ?? 0;
    },
    remove: () => {
      for (const one of undo) one();
    },
  };
}

/** Joins two namespaces by one more cable without addresses, of this name on either side. */
export function addCable(from: string, to: string, device: string): void {
  command('ip', '-n', from, 'link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', to);
  for (const name of [from, to]) command('ip', '-n', name, 'link', 'set', device, 'up');
}

/** Waits until a server listens on `ADDRESS:PORT` of the receiving end. Throws what stands in its log where it does not. */
export async function serves(wire: Wire, address: string, log: string): Promise<void> {
  const [file = '', ...before] = wire.receiver;
  for (let i = 0; i < 400; i++) {
    if (command(file, ...before, 'ss', '-ltnH').includes(`${address} `)) return;
    await pause(25);
  }
  throw new Error(`nobody began to serve ${address}: ${readFileSync(log, 'utf8').trim()}`);
}
