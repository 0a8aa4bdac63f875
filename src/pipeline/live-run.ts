// A run on network interfaces.
import {
  COUNTER_KERNEL_DROPS,
  COUNTER_KERNEL_FREEZES,
  COUNTER_KERNEL_PACKETS,
  COUNTER_PACKETS,
} from '../../layout/counters.ts';
import { REGION_RING } from '../../layout/directory.ts';
import {
  blocksOf,
  type LinkChange,
  type LiveSettings,
  type LiveSource,
  openLive,
  proveLive,
  ringsThatFit,
} from '../capture/live.ts';
import { requireRingRoom } from '../capture/ring-room.ts';
import { localAddresses } from '../linux/interfaces.ts';
import { openLinkMonitor } from '../linux/link-monitor.ts';
import { LinuxError } from '../linux/linux-error.ts';
import { makeWakeup, wake } from '../linux/wait.ts';
import type { OldDays } from '../sink/old-files.ts';
import { attempting } from './attempting.ts';
import { type CaptureSource, captureThreads } from './capture-threads.ts';
import { preambleOf } from './columns.ts';
import type { FormatSettings } from './format-settings.ts';
import { LOOPBACK_NETWORKS, type Network, writeLocal } from './local-addresses.ts';
import { bytesOf, makeMemory, regionOf } from './memory.ts';
import { writeInterfaces, writeSettings } from './packet-settings.ts';
import { type OutputSettings, type Run, startRun } from './run.ts';
import type { Say } from './say.ts';
import { type Counters, count, makeCounters } from './statistics.ts';
import { shareOf } from './thread-share.ts';
import { flowSizes, type TransactionSettings } from './transaction-settings.ts';

const MEGABYTE = 1048576;
/** Changes of the network come in storms (a container host): they are followed once in so many milliseconds. */
const STORM_QUIET = 50;
/** Milliseconds until what could not be followed is tried again: the packet code takes new addresses once a second. */
const FOLLOW_AGAIN = 1000;
/** Areas of each capture thread: eight megabytes of lines that may wait for the disk. */
const AREAS = 64;

/** What a live run is told. */
export interface LiveRunSettings
  extends Omit<LiveSettings, 'wholeStreams'>,
    OutputSettings,
    TransactionSettings,
    FormatSettings,
    OldDays {
  /** Ring of each capture thread, in megabytes. */
  readonly bufferMegabytes: number;
  /** Capture threads. */
  readonly threads: number;
  /** What counts as local beside this host's addresses. */
  readonly local: readonly Network[];
  /** Stop after this many packets; -1 for no limit. */
  readonly limit: number;
  readonly split: boolean;
  readonly addVlan: boolean;
  /** Say after so many packets if drops have grown; 0 for never. */
  readonly logEvery: number;
}

/**
 * Opens sockets and rings and starts; `opened` is called between the two, when nothing needs a privilege any more. Throws what
 * `openLive` or `opened` throws, or that there is no memory for the rings.
 */
export function startLiveRun(settings: LiveRunSettings, say: Say, opened: () => void = () => {}): Run {
  const threads = threadsOf(settings);
  requireRingRoom(settings.bufferMegabytes, threads);
  const memories = Array.from({ length: threads }, () => makeRingMemory(settings, threads));
  const live = openRings(settings, memories);
  const follow = followNetwork(settings, live, memories, say);
  follow();
  // From now on the rings fill: what comes while the threads are started waits there.
  live.open();
  const counters = makeCounters();
  const wakeups = memories.map(makeWakeup);
  const sources = captureSources(memories, live, wakeups);
  const networkChanged = stormWatch(follow, say);
  const watchDrops = dropWatch(settings.logEvery, say);
  opened();
  const stopOldDays = startOldDays(settings, counters, say);
  const run = startRun(
    memories,
    counters,
    { ...settings, preamble: preambleOf(settings) },
    {
      live: true,
      capture: (of) => captureThreads(sources, { ...of, counters, networkChanged, say }, settings.cpuProfile),
      look(of) {
        const { packets, drops, freezes } = live.statistics();
        count(counters, COUNTER_KERNEL_PACKETS, packets);
        count(counters, COUNTER_KERNEL_DROPS, drops);
        count(counters, COUNTER_KERNEL_FREEZES, freezes);
        watchDrops(of);
      },
      stopping() {
        stopOldDays();
        live.refuse();
        for (const wakeup of wakeups) wake(wakeup);
      },
    },
    say,
  );
  // The packet code looks at the limit when a packet comes.
  if (settings.limit === 0) run.stop();
  return run;
}

/** Loads what looks after old days where that is asked for, and begins; the function that comes back ends it. */
function startOldDays(settings: LiveRunSettings, counters: Counters, say: Say): () => void {
  const { directory, keepDays, compress } = settings;
  if (directory === '-' || (keepDays === undefined && compress === undefined)) return () => {};
  let stop = (): void => {};
  let isStopped = false;
  import('./old-days.ts').then(
    ({ keepOldDays }) => {
      if (!isStopped) stop = keepOldDays(directory, { keepDays, compress }, counters, say);
    },
    (error) => say(`old days stay as they are: ${error}`, 'warning'),
  );
  return () => {
    isStopped = true;
    stop();
  };
}

function openRings(settings: LiveRunSettings, memories: readonly WebAssembly.Memory[]): LiveSource {
  try {
    return openLive(
      liveSettings(settings),
      memories.map((memory) => bytesOf(memory, REGION_RING)),
    );
  } catch (error) {
    const isRing = error instanceof LinuxError && error.code === 'ENOMEM' && error.call === 'PACKET_RX_RING';
    if (!isRing) throw error;
    const { bufferMegabytes } = settings;
    const fits = ringsThatFit(bufferMegabytes * MEGABYTE, memories.length);
    const advice = fits === undefined ? 'make -cpu smaller' : `-b ${fits / MEGABYTE} would fit`;
    throw new Error(`the kernel has no memory for a ring of ${bufferMegabytes} MB (ENOMEM): ${advice}`);
  }
}

/** Throws what `startLiveRun` would throw, but for what only shows when the rings are made; nothing is heard or left open. */
export function proveLiveRun(settings: LiveRunSettings): void {
  const threads = threadsOf(settings);
  requireRingRoom(settings.bufferMegabytes, threads);
  makeRingMemory(settings, threads);
  proveLive(liveSettings(settings));
}

/** Capture threads: a limit that several share could not be exact. */
export function threadsOf({ limit, threads }: Pick<LiveRunSettings, 'limit' | 'threads'>): number {
  return limit >= 0 ? 1 : threads;
}

/** With -assemble bodies are followed, and a handshake is measured. */
function liveSettings(settings: LiveRunSettings): LiveSettings {
  return { ...settings, wholeStreams: settings.assemble };
}

/** Where each capture thread's packets come from; the first thread hears of links and addresses as well. */
function captureSources(
  memories: readonly WebAssembly.Memory[],
  live: LiveSource,
  wakeups: readonly number[],
): CaptureSource[] {
  const linkMonitor = openLinkMonitor();
  return memories.map((memory, i) => {
    const { address, size } = regionOf(memory, REGION_RING);
    return {
      memory,
      source: {
        shape: { address, ...blocksOf(size) },
        descriptor: live.sockets[i]?.descriptor ?? -1,
        wakeup: wakeups[i] ?? -1,
        linkMonitor: i === 0 ? linkMonitor : -1,
      },
    };
  });
}

/** Tells of changes of the network, which are followed soon, many of them together; and again where that could not be done whole. */
function stormWatch(follow: () => boolean, say: Say): () => void {
  let pending: NodeJS.Timeout | undefined;
  const followIn = (milliseconds: number): void => {
    if (pending === undefined) pending = setTimeout(followNow, milliseconds).unref();
  };
  const followNow = attempting('the interfaces and local addresses stay as they were', say, () => {
    pending = undefined;
    let followed = false;
    try {
      followed = follow();
    } finally {
      if (!followed) followIn(FOLLOW_AGAIN);
    }
  });
  return () => followIn(STORM_QUIET);
}

function makeRingMemory(settings: LiveRunSettings, threads: number): WebAssembly.Memory {
  const share = shareOf(settings, threads);
  const ring = settings.bufferMegabytes * MEGABYTE;
  const memory = makeMemory({ ring, input: 0, areas: AREAS, filters: 0, ...flowSizes(share) });
  writeSettings(memory, {
    ...settings,
    ...share,
    live: true,
    snaplen: 0,
    copies: settings.interfaces.length > 1 || settings.interfaces[0] === 'any',
    filters: undefined,
  });
  return memory;
}

const CHANGES: Readonly<Record<LinkChange['change'], string>> = {
  down: 'is down: waiting until it is up again',
  up: 'is up again',
  removed: 'was removed: waiting until there is one of that name again',
  back: 'is there again',
};

function wordsOf({ name, change, renamed }: LinkChange): string {
  return renamed === undefined
    ? CHANGES[change]
    : `is now ${renamed}: waiting until there is one of the name ${name} again`;
}

/** Makes filter, interfaces and local addresses what they are just now; false if that must be tried again. */
function followNetwork(
  settings: LiveRunSettings,
  live: LiveSource,
  memories: readonly WebAssembly.Memory[],
  say: Say,
): () => boolean {
  return () => {
    for (const change of live.follow()) say(`interface ${change.name} ${wordsOf(change)}`, 'warning');
    const host = localAddresses().map(({ family, address }) => ({ family, address, prefix: family === 4 ? 32 : 128 }));
    const local = [...LOOPBACK_NETWORKS, ...settings.local, ...host];
    return memories
      .map((memory) => {
        writeInterfaces(memory, live.indices());
        return writeLocal(memory, local);
      })
      .every((written) => written);
  };
}

/** Says, at most once in `every` packets, how many the kernel dropped, if it were more than before. */
function dropWatch(every: number, say: Say): (of: (counter: number) => number) => void {
  let next = every;
  let dropsBefore = 0;
  return (of) => {
    const received = of(COUNTER_PACKETS);
    if (every === 0 || received < next) return;
    next = received - (received % every) + every;
    const drops = of(COUNTER_KERNEL_DROPS);
    if (drops <= dropsBefore) return;
    dropsBefore = drops;
    const freezes = of(COUNTER_KERNEL_FREEZES);
    say(
      `packets received ${received}, dropped ${drops}, queue freezes ${freezes}: a larger -b or -cpu may help`,
      'warning',
    );
  };
}
