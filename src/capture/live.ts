// The live source, in the main thread: one packet socket with its ring for each capture thread, all behind one filter, which
// follows the interfaces as they come and go. No socket is bound to a device: a group of sockets could not be bound anew.

import { listInterfaces, type NetworkInterface } from '../linux/interfaces.ts';
import { compileLiveFilter } from '../linux/live-filter.ts';
import { kernelFilter, refuseAll } from './filter-program.ts';
import {
  attachFilter,
  closeSocket,
  makeRing,
  mapRing,
  openPacketSocket,
  type PacketSocket,
  readStatistics,
  setPromiscuous,
  startCapture,
} from './packet-socket.ts';
import type { PortRange } from './ports.ts';

/** Milliseconds after which the kernel hands over a block that is not full; the writer's clock may add as much again. */
const BLOCK_RETIRE = 100;
/**
 * Bytes of a block: a thousand heads, so that many lines are handed over at once. Not more: a block that is not full is handed
 * over all the same, so the number of blocks says how long a capture thread may be kept from its work, 0.8 s with 8 MB.
 */
const BLOCK_MAXIMUM = 1048576;
const MEGABYTE = 1048576;

/** The blocks of a ring of so many bytes: two at the least, each with room for a packet of 64 KB. */
export function blocksOf(ring: number): { readonly blockSize: number; readonly blockCount: number } {
  const blockSize = Math.min(BLOCK_MAXIMUM, ring / 2);
  return { blockSize, blockCount: ring / blockSize };
}

/** What the live source is told. */
export interface LiveSettings {
  /** `['any']`, or names. */
  readonly interfaces: readonly string[];
  readonly ports: readonly PortRange[] | 'any';
  /** Bytes kept of each packet from its network header on. */
  readonly snaplen: number;
  /** Every segment of the wanted ports is let in, not only those that may begin a message. */
  readonly wholeStreams: boolean;
  /** A pcap-filter expression; empty for none. */
  readonly filter: string;
}

/** Something that happened to an interface that is read. */
export interface LinkChange {
  readonly name: string;
  readonly change: 'down' | 'up' | 'removed' | 'back';
  /** Where it was removed only from its name: what it is called now. */
  readonly renamed?: string;
}

/** The sockets of a run. */
export interface LiveSource {
  readonly sockets: readonly PacketSocket[];
  /** Indices of the interfaces that are read just now. */
  indices(): readonly number[] | 'any';
  /** Looks at the interfaces anew and follows them; tells what happened to them since the last time. */
  follow(): readonly LinkChange[];
  /** Lets packets in. */
  open(): void;
  /** Lets no more packets in. */
  refuse(): void;
  /** What the kernel counted since the last call. */
  statistics(): { readonly packets: number; readonly drops: number; readonly freezes: number };
  close(): void;
}

type State = 'up' | 'down' | 'removed';

/**
 * Opens a socket for each of these places and maps its ring there. Interfaces that do not exist are no error here.
 * @throws LinuxError when the system refuses; Error of one line for a bad `filter`.
 */
export function openLive(settings: LiveSettings, rings: readonly Uint8Array[]): LiveSource {
  const userFilter = settings.filter === '' ? undefined : compileLiveFilter(settings.filter);
  const all = settings.interfaces[0] === 'any';
  const sockets: PacketSocket[] = [];
  let present = new Map<string, NetworkInterface>();
  /** Names of all interfaces by their indices. */
  let names = new Map<number, string>();
  const states = new Map<string, State>();

  const close = (): void => {
    for (const socket of sockets) closeSocket(socket);
    sockets.length = 0;
  };
  const indices = (): readonly number[] | 'any' => (all ? 'any' : [...present.values()].map(({ index }) => index));
  const look = (): void => {
    const wanted = new Set(settings.interfaces);
    const all = listInterfaces();
    present = new Map(all.flatMap((found) => (wanted.has(found.name) ? [[found.name, found]] : [])));
    names = new Map(all.map(({ index, name }) => [index, name]));
  };
  let refused = false;
  const setFilter = (): void => {
    if (refused) return;
    const { ports, snaplen, wholeStreams } = settings;
    const program = kernelFilter({ ports, interfaceIndices: indices(), snaplen, wholeStreams, userFilter });
    for (const socket of sockets) attachFilter(socket, program);
  };
  const hearEverything = (index: number): void => {
    const socket = sockets[0];
    if (socket !== undefined) attemptPromiscuous(socket, index);
  };

  try {
    for (const memory of rings) {
      const socket = openPacketSocket();
      sockets.push(socket);
      mapRing(socket, {
        memory,
        ...blocksOf(memory.length),
        retireMilliseconds: BLOCK_RETIRE,
      });
    }
    startCapture(sockets);
  } catch (error) {
    close();
    throw error;
  }
  if (!all) look();
  for (const [name, found] of present) {
    // So that the first look says which are down.
    states.set(name, 'up');
    hearEverything(found.index);
  }
  return {
    sockets,
    indices,
    follow() {
      if (all) return [];
      const before = present;
      look();
      if (String(indices()) !== String([...before.values()].map(({ index }) => index))) setFilter();
      return settings.interfaces.flatMap((name) => {
        const found = present.get(name);
        const indexBefore = before.get(name)?.index ?? 0;
        const isAnother = (found?.index ?? 0) !== indexBefore;
        const { changes, state } = followState(states.get(name) ?? 'removed', stateOf(found), isAnother);
        states.set(name, state);
        if (found !== undefined && isAnother) hearEverything(found.index);
        const renamed = names.get(indexBefore);
        return changes.map((change) =>
          change === 'removed' && renamed !== undefined ? { name, change, renamed } : { name, change },
        );
      });
    },
    open: setFilter,
    refuse() {
      refused = true;
      for (const socket of sockets) attachFilter(socket, refuseAll());
    },
    statistics() {
      const counts = sockets.map(readStatistics);
      const sum = (of: 'packets' | 'drops' | 'freezes'): number => counts.reduce((all, one) => all + one[of], 0);
      return { packets: sum('packets'), drops: sum('drops'), freezes: sum('freezes') };
    },
    close,
  };
}

/**
 * A smaller size of rings, in bytes, for which the kernel has room, one for each of so many threads: it is asked for halves and
 * quarters down to a megabyte. Undefined where it has no room for any. Nothing is left open.
 */
export function ringsThatFit(size: number, threads: number): number | undefined {
  for (let megabytes = Math.floor(size / MEGABYTE / 2); megabytes >= 1; megabytes = Math.floor(megabytes / 2)) {
    if (fitRings(megabytes * MEGABYTE, threads)) return megabytes * MEGABYTE;
  }
  return undefined;
}

function fitRings(size: number, threads: number): boolean {
  const sockets: PacketSocket[] = [];
  try {
    for (let i = 0; i < threads; i++) {
      const socket = openPacketSocket();
      sockets.push(socket);
      makeRing(socket, { ...blocksOf(size), retireMilliseconds: BLOCK_RETIRE });
    }
    return true;
  } catch {
    return false;
  } finally {
    for (const socket of sockets) closeSocket(socket);
  }
}

/** Throws what `openLive` would throw, but for what only shows when the rings are made; nothing is heard or left open. */
export function proveLive(settings: LiveSettings): void {
  const { filter, interfaces, ports, snaplen, wholeStreams } = settings;
  const userFilter = filter === '' ? undefined : compileLiveFilter(filter);
  // How long the program is depends on how many interfaces there are, not on which.
  const interfaceIndices = interfaces[0] === 'any' ? 'any' : interfaces.map((_, i) => i + 1);
  const socket = openPacketSocket();
  try {
    attachFilter(socket, kernelFilter({ ports, interfaceIndices, snaplen, wholeStreams, userFilter }));
  } finally {
    closeSocket(socket);
  }
}

function stateOf(found: NetworkInterface | undefined): State {
  if (found === undefined) return 'removed';
  return found.up ? 'up' : 'down';
}

/**
 * What happened to an interface, and what it is from now on. One that is another than before was removed in between. A new
 * one begins its life down: it is said to be back when it is up, for a single line.
 */
function followState(
  before: State,
  now: State,
  isAnother: boolean,
): { readonly changes: readonly LinkChange['change'][]; readonly state: State } {
  const changes: LinkChange['change'][] = [];
  let state = before;
  if (state !== 'removed' && (now === 'removed' || isAnother)) {
    changes.push('removed');
    state = 'removed';
  }
  if (state === now) return { changes, state };
  if (state !== 'removed') changes.push(now === 'up' ? 'up' : 'down');
  else if (now === 'up') changes.push('back');
  else return { changes, state };
  return { changes, state: now };
}

/** Asks for all packets of a mirror port. A device that can't (tun, or one that vanished just now) serves without. */
function attemptPromiscuous(socket: PacketSocket, index: number): void {
  try {
    setPromiscuous(socket, index);
  } catch {
    // What is addressed to this host is seen all the same.
  }
}
