import { closeSync, constants, openSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { foreign } from '../../../src/linux/foreign.ts';
import { checked } from '../../../src/linux/linux-error.ts';
import { addAddresses, HOST, type Host, makeHost, moveTo, type Network, OUTSIDE } from './network.ts';

// A network whose cable is this test: each host's eth0 is a TAP device, and frames go from one to the other as the test says, so
// that they are lost, late or there twice. No queueing discipline of the kernel is needed for that.

const ioctl = foreign<(descriptor: number, request: number, value: Uint8Array) => number>(
  'int ioctl(int, unsigned long, void *)',
);
const read = foreign<(descriptor: number, into: Uint8Array, length: number) => number>(
  'intptr_t read(int, void *, size_t)',
);
const write = foreign<(descriptor: number, bytes: Uint8Array, length: number) => number>(
  'intptr_t write(int, const void *, size_t)',
);

// linux/if_tun.h
const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
/** struct ifreq: a name of 16 bytes, flags. */
const IFREQ_BYTES = 40;
const IFREQ_FLAGS = 16;

const TAP = '/dev/net/tun';
const FRAME_BYTES = 65_536;
const ETHERTYPE_PLACE = 12;
const ETHERTYPE_IPV4 = 0x0800;
/** Milliseconds between two looks at the devices. */
const LOOK_EVERY = 1;

/** After how many milliseconds a frame arrives: never by none, twice by two. */
export type Fate = (toHost: boolean, frame: Uint8Array) => readonly number[];

/** A frame under way. */
interface Late {
  readonly at: number;
  readonly to: number;
  readonly frame: Uint8Array;
}

/** Why no rough network can be made here; undefined when it can. */
export function whyNotRough(): string | undefined {
  try {
    closeSync(openSync(TAP, constants.O_RDWR));
    return undefined;
  } catch {
    console.warn(`skipped: tests with losses made on purpose: they need ${TAP}`);
    return `needs ${TAP}`;
  }
}

/** Gives a host a TAP device as its eth0; its descriptor, closed when the test ends. */
function openTap(host: Host, address: string): number {
  const descriptor = host.inside(() => openSync(TAP, constants.O_RDWR | constants.O_NONBLOCK));
  onTestFinished(() => closeSync(descriptor));
  const request = new Uint8Array(IFREQ_BYTES);
  request.set(Buffer.from('eth0'));
  new DataView(request.buffer).setUint16(IFREQ_FLAGS, IFF_TAP | IFF_NO_PI, true);
  checked('TUNSETIFF', ioctl()(descriptor, TUNSETIFF, request));
  host.ip('link set eth0 addrgenmode none up');
  addAddresses(host, 'eth0', `${address}/24`);
  return descriptor;
}

/**
 * Two hosts as of `makeNetwork`, this thread outside; each IPv4 packet between them has the fate that is told of it, and `arrives`
 * hears of those that come to the host.
 */
export function makeRoughNetwork(fate: Fate, arrives: (frame: Uint8Array) => void = () => {}): Network {
  const [host, outside] = [makeHost(), makeHost()];
  const [inner, outer] = [openTap(host, HOST), openTap(outside, OUTSIDE)];
  moveTo(outside);
  const room = new Uint8Array(FRAME_BYTES);
  const late: Late[] = [];
  const take = (from: number, to: number): void => {
    for (let length = read()(from, room, FRAME_BYTES); length > 0; length = read()(from, room, FRAME_BYTES)) {
      const frame = room.slice(0, length);
      for (const delay of isIpv4(frame) ? fate(to === inner, frame) : [0])
        late.push({ at: performance.now() + delay, to, frame });
    }
  };
  const look = (): void => {
    take(inner, outer);
    take(outer, inner);
    const now = performance.now();
    for (const { to, frame } of takeDue(late, now)) {
      if (to === inner && isIpv4(frame)) arrives(frame);
      write()(to, frame, frame.length);
    }
  };
  const timer = setInterval(look, LOOK_EVERY);
  onTestFinished(() => clearInterval(timer));
  return { host, outside };
}

function isIpv4(frame: Uint8Array): boolean {
  return new DataView(frame.buffer).getUint16(ETHERTYPE_PLACE) === ETHERTYPE_IPV4;
}

/** Takes out those whose time has come, in the order of their times. */
function takeDue(late: Late[], now: number): Late[] {
  const due = late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  const rest = late.filter(({ at }) => at > now);
  late.splice(0, late.length, ...rest);
  return due;
}

/** Numbers from 0 to 1 that are the same in each run. */
export function sequenceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
