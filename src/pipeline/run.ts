// A run, from its threads' start to its totals; what is read stands in live-run and file-run. The main thread owns the
// memories and sockets and writes the diagnostics, the threads borrow.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { COUNTER_LINES_NO_AREA, COUNTER_THREADS_RESTARTED } from '../../layout/counters.ts';
import { advice } from './advice.ts';
import type { CaptureThreadData } from './capture-thread.ts';
import { BELL, CAPTURE_ENDED, type Control, FREED, makeControl, REOPEN, ring, STOPPING } from './control.ts';
import { lossWatch } from './loss-watch.ts';
import type { CaptureMessage, FileEnd, WriterMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import type { Say } from './say.ts';
import { type Counters, count, countersOf, makeCounters, total } from './statistics.ts';
import { type Deaths, keepThread } from './thread.ts';
import { totalsLine } from './totals.ts';
import type { WriterThreadData } from './writer-thread.ts';

/** Milliseconds between looks at the counters. */
const LOOK = 1000;
/** Milliseconds after which a stop that is not done says what it waits for. */
const SLOW_STOP = 5000;
/** Milliseconds that the writer has, when a run fails, for what waits. */
const LAST_DRAIN = 5000;

/** Where lines go, and what all runs have in common. */
export interface OutputSettings {
  /** Directory of the log files, or `-` for standard output. */
  readonly directory: string;
  readonly cpuProfile: string | undefined;
}

/** One capture thread: its memory, and where its packets come from. */
export interface CaptureSource {
  readonly memory: WebAssembly.Memory;
  readonly source: CaptureThreadData['source'];
}

/** What a kind of source adds to a run. */
export interface SourceHooks {
  /** All threads are started. */
  started?(): void;
  /** Links or addresses changed. */
  networkChanged?(): void;
  /** Once a second. */
  look?(of: (counter: number) => number): void;
  /** The run shall stop: let nothing more in and wake the capture threads. */
  stopping?(): void;
  /** All is written; the file, if it was one, ended like this. What this throws the run rejects with, without totals. */
  ended?(stop: number, end: FileEnd | undefined): void;
}

/** A run that goes on. */
export interface Run {
  readonly control: Control;
  /** The main thread's counters. */
  readonly counters: Counters;
  /** Ends the run gently: what has come is written. */
  stop(): void;
  /** Opens log files anew. */
  reopen(): void;
  /** Resolves when all is written; rejects when threads die too often. */
  readonly done: Promise<void>;
}

/** Starts the threads of a run. */
export function startRun(
  captures: readonly CaptureSource[],
  output: OutputSettings,
  hooks: SourceHooks,
  say: Say,
): Run {
  const control = makeControl();
  const counters = makeCounters();
  const writerCounters = makeCounters();
  const memories = captures.map(({ memory }) => memory);
  const all = [counters, writerCounters, ...memories.map(countersOf)];
  const of = (counter: number): number => total(all, counter);
  const module = new WebAssembly.Module(readFileSync(new URL('../../packet.wasm', import.meta.url)));
  const deaths: Deaths = [];
  const stopProfile = startProfile(output.cpuProfile, 'main');
  let quiet = false;

  const died =
    (thread: string) =>
    (reason: string): void => {
      count(counters, COUNTER_THREADS_RESTARTED, 1);
      say(`the ${thread} thread died and is started again: ${reason}`, 'warning');
    };
  const stop = (): void => {
    if (Atomics.exchange(control, STOPPING, 1) !== 0) return;
    hooks.stopping?.();
    ring(control, FREED);
    setTimeout(() => {
      if (!quiet) say('still writing what has come: a second signal ends at once and loses it', 'warning');
    }, SLOW_STOP).unref();
  };
  const hearWriter = (message: WriterMessage): void => {
    if (message.kind === 'gone') {
      quiet = true;
      stop();
    } else if (message.kind === 'failed') {
      say(`${message.path}: ${advice(message.code)}; lines are lost until that is mended`, 'warning');
    } else {
      say(`writing goes on; lines lost meanwhile: ${message.lost}`);
    }
  };
  let lastEnd: { stop: number; end: FileEnd | undefined } | undefined;
  const hearCapture = (message: CaptureMessage): void => {
    if (message.kind === 'network') hooks.networkChanged?.();
    else if (message.kind === 'trap')
      say(`the packet code failed on a packet, which is passed over: ${message.reason}`, 'warning');
    else lastEnd = message;
    // One thread that has reached the packet limit ends them all.
    if (message.kind === 'ended') stop();
  };

  const writerData: WriterThreadData = {
    memories,
    control,
    counters: writerCounters,
    directory: output.directory,
    cpuProfile: output.cpuProfile,
  };
  const writer = keepThread(
    { module: './writer-thread.js', data: writerData, hear: hearWriter, replaceable: true, died: died('writer') },
    deaths,
  );
  const threads = captures.map(({ memory, source }, i) => {
    const name = `capture${i}`;
    const data: CaptureThreadData = { name, module, memory, control, source, cpuProfile: output.cpuProfile };
    const replaceable = source.kind === 'ring';
    return keepThread(
      { module: './capture-thread.js', data, hear: hearCapture, replaceable, died: died(name) },
      deaths,
    );
  });
  hooks.started?.();
  const watchLosses = lossWatch(say);
  const timer = setInterval(() => {
    hooks.look?.(of);
    watchLosses(of(COUNTER_LINES_NO_AREA));
  }, LOOK);

  const drain = async (): Promise<void> => {
    Atomics.store(control, CAPTURE_ENDED, 1);
    ring(control, BELL);
    await writer;
  };
  const finish = async (): Promise<void> => {
    try {
      await Promise.race([Promise.all(threads), writer]);
      await drain();
    } catch (error) {
      // Threads die too often: what waits is written all the same, if the writer lives.
      stop();
      await Promise.race([drain().catch(() => {}), wait(LAST_DRAIN)]);
      say(totalsLine(of), 'warning');
      throw error;
    } finally {
      clearInterval(timer);
    }
    hooks.look?.(of);
    stopProfile();
    if (lastEnd !== undefined) hooks.ended?.(lastEnd.stop, lastEnd.end);
    if (!quiet) say(totalsLine(of));
  };
  return {
    control,
    counters,
    stop,
    reopen() {
      Atomics.add(control, REOPEN, 1);
      ring(control, BELL);
    },
    done: finish(),
  };
}
