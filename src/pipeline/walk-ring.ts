// The life of a capture thread on a ring: walk the blocks that are ready, hand over the lines, wait.
import { COUNTER_ROUNDS } from '../../layout/counters.ts';
import { STOP_DONE, STOP_NO_AREA } from '../../layout/stops.ts';
import { openRing, type RingShape } from '../capture/ring.ts';
import { drainLinkMonitor } from '../linux/link-monitor.ts';
import { drainWakeup, waitReadable } from '../linux/wait.ts';
import { type Control, STOPPING } from './control.ts';
import { flowClock } from './flow-clock.ts';
import type { GuardedCode } from './guard.ts';
import type { CaptureMessage } from './messages.ts';
import { count, countersOf } from './statistics.ts';

/** What the walk of a ring needs of its thread. */
export interface CaptureThread {
  readonly code: GuardedCode;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  /** Tells the writer of areas that were handed over, if it has to be told (`pipeline/writer-bell`). */
  tellIfDue(): void;
  tell(message: CaptureMessage): void;
}

/** What is waited for, and the ring. */
export interface RingSource {
  readonly shape: RingShape;
  /** The packet socket. */
  readonly descriptor: number;
  /** Becomes readable when this thread shall look at the control words. */
  readonly wakeup: number;
  /** Becomes readable when links or addresses change; one thread of a run has it, the others -1. */
  readonly linkMonitor: number;
}

/** Longest wait in milliseconds; after each the packet code takes the local addresses that hold now. */
const WAIT = 1000;
/** At the end: how long no block may come before the kernel has handed over its last one (see BLOCK_RETIRE in capture/live). */
export const LAST_WAIT = 250;
/** At the end: the longest time for all of that. */
const END_BOUND = 5000;
/** At the end: milliseconds from one look for a free area to the next. */
const FREE_WAIT = 5;
/** Blocks after which lines are handed over although more blocks are ready. */
const BLOCKS_IN_A_ROW = 8;

const READY_WAKEUP = 2;
const READY_LINK_MONITOR = 4;

/** Walks the ring until the run stops or the packet limit is reached. */
export function walkRing(thread: CaptureThread, source: RingSource): void {
  const { code, control } = thread;
  const ring = openRing(new Int32Array(thread.memory.buffer), source.shape);
  const descriptors = Int32Array.of(source.descriptor, source.wakeup, source.linkMonitor);
  const counters = countersOf(thread.memory);
  let stop = STOP_DONE;
  let endBound = Number.POSITIVE_INFINITY;
  // Loads what waiting needs before there is anything to lose: a thread that is made to end while a native module is loaded
  // takes the whole process with it (Node's napi_throw cannot throw then).
  waitReadable(descriptors, 0);

  /** Walks the blocks that are ready, some at the most; returns how many there were. */
  const walkReady = (): number => {
    let blocks = 0;
    for (let block = ring.ready(); block !== 0 && blocks < BLOCKS_IN_A_ROW; block = ring.ready()) {
      stop = code.walkBlock(block, flowClock());
      if (stop !== STOP_DONE) break;
      ring.release();
      blocks++;
      thread.tellIfDue();
    }
    return blocks;
  };

  while (stop === STOP_DONE) {
    const more = walkReady() === BLOCKS_IN_A_ROW;
    code.tick(flowClock());
    thread.tellIfDue();
    count(counters, COUNTER_ROUNDS, 1);
    const stopping = Atomics.load(control, STOPPING) !== 0;
    if (stopping && endBound === Number.POSITIVE_INFINITY) endBound = performance.now() + END_BOUND;
    const ready = waitReadable(descriptors, more || stop !== STOP_DONE ? 0 : stopping ? LAST_WAIT : WAIT);
    if ((ready & READY_WAKEUP) !== 0) drainWakeup(source.wakeup);
    if ((ready & READY_LINK_MONITOR) !== 0 && drainLinkMonitor(source.linkMonitor)) thread.tell({ kind: 'network' });
    if (stopping && !more && (ready === 0 || performance.now() > endBound) && ring.ready() === 0) break;
  }
  finish(thread);
  thread.tell({ kind: 'ended' });
}

/** Has all that waits written. Where it fills every area the writer frees some: nothing comes any more that could be lost meanwhile. */
function finish({ code, tell, tellIfDue }: CaptureThread): void {
  while (code.finish() === STOP_NO_AREA) {
    tell({ kind: 'full' });
    waitReadable([], FREE_WAIT);
  }
  tellIfDue();
}
