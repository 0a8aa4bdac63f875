// A run, from its start to its totals; what is read stands in live-run and file-run. The main thread owns the memories and
// sockets, writes the lines and the diagnostics; capture threads borrow.
import { setTimeout as wait } from 'node:timers/promises';
import {
  COUNTER_FILES_OPENED,
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_PACKETS,
  COUNTER_RECORDS_NOT_SPOOLED,
  COUNTER_STARTED,
} from '../../layout/counters.ts';
import { openDailyFiles } from '../sink/daily-file.ts';
import type { Destination } from '../sink/destination.ts';
import { openStdout } from '../sink/stdout.ts';
import { withSpool } from '../sink/with-spool.ts';
import { advice } from './advice.ts';
import { waitingLines } from './areas.ts';
import type { LineSettings } from './columns.ts';
import { type Control, makeControl, STOPPING } from './control.ts';
import { type Inside, showInside } from './inside.ts';
import { lossWatch } from './loss-watch.ts';
import { packetModule } from './packet-module.ts';
import { startProfile } from './profile.ts';
import type { ProfileFiles } from './profile-files.ts';
import type { Say } from './say.ts';
import type { StartSpooling } from './spooling.ts';
import { type Counters, count, countersOf, set, total } from './statistics.ts';
import { sweepGarbage } from './sweep.ts';
import { totalsLine, unreadPackets } from './totals.ts';
import { openWriter, type Writer, type WriterEvent } from './writer.ts';

/** Milliseconds between looks at the counters, and whether log files were renamed or removed. */
const LOOK = 900;
/** Milliseconds after which a stop that is not done says what it waits for. */
const SLOW_STOP = 5000;
const STILL_WRITING = 'still writing what has come: a second signal ends at once and loses it';
const STILL_DELIVERING =
  'still delivering what has come: a second signal ends at once, and leaves the rest to the next run';
/** Milliseconds that the writer has, when a run fails, for what waits. */
const LAST_DRAIN = 5000;

/** Where lines go, and what all runs have in common. */
export interface OutputSettings {
  /** Directory of the log files, or `-` for standard output. */
  readonly directory: string;
  /** Where the threads' CPU profiles go, if they are wanted. */
  readonly profiles?: ProfileFiles | undefined;
  /** Opens the spool for records; undefined where there is none. */
  readonly startSpooling?: StartSpooling | undefined;
}

/** What a run knows of its lines. */
interface RunLines extends Pick<LineSettings, 'format' | 'pair' | 'assemble' | 'redact' | 'records'> {
  /** The lines that a file begins with, or nothing. */
  readonly preamble: Uint8Array;
}

/** What a kind of source adds to a run. */
export interface Source {
  /** Whether the packets come from interfaces. */
  readonly live: boolean;
  /** Captures until the end; what is rejected ends the run. */
  capture(of: Capturing): Promise<void>;
  /** About once a second while packets come, and at the end. */
  look?(of: (counter: number) => number): void;
  /** The run shall stop: let nothing more in and wake the capture threads. */
  stopping?(): void;
  /** All is written. What this throws the run rejects with, without totals. */
  ended?(): void;
}

/** What capturing is given by its run. */
export interface Capturing {
  readonly module: WebAssembly.Module;
  readonly control: Control;
  readonly writer: Writer;
  /** The packet code trapped on a packet. */
  trapped(reason: string): void;
  /** The packet limit is reached: the run ends. */
  stop(): void;
}

/** A run that goes on. */
export interface Run {
  /** Ends the run gently: what has come is written. */
  stop(): void;
  /** The run is ended now, whatever waits: tells the totals, with what is lost by that. */
  abandon(): void;
  /** Opens log files anew. */
  reopen(): void;
  /** Resolves when all is written; rejects when capturing can't go on. */
  readonly done: Promise<void>;
  /** What it shows of itself. */
  readonly inside: Inside;
}

/** Starts a run over these memories; `counters` are the main thread's. */
export function startRun(
  memories: readonly WebAssembly.Memory[],
  counters: Counters,
  output: OutputSettings & RunLines,
  source: Source,
  say: Say,
): Run {
  const control = makeControl();
  const captured = memories.map(countersOf);
  const all = [counters, ...captured];
  set(counters, COUNTER_STARTED, Math.floor(Date.now() / 1000));
  const of = (counter: number): number => total(all, counter);
  const stopProfile = startProfile(output.profiles?.main, 'main');
  let quiet = false;
  let isDelivering = false;

  const stop = (): void => {
    if (Atomics.exchange(control, STOPPING, 1) !== 0) return;
    source.stopping?.();
    setTimeout(() => {
      if (!quiet) say(isDelivering ? STILL_DELIVERING : STILL_WRITING, 'warning');
    }, SLOW_STOP).unref();
  };
  const gone = (): void => {
    quiet = true;
    stop();
  };
  const log = openDestination(output, counters, gone);
  const spooling = output.startSpooling?.(counters, say, output.profiles?.delivery);
  const destination = spooling === undefined ? log : withSpool(log, spooling.spool, output.format === 'json');
  const writer = openWriter(memories, destination, counters, (event) => sayOfWriter(event, say));
  const capturing: Capturing = {
    module: packetModule(output),
    control,
    writer,
    trapped: (reason) => say(`the packet code failed on a packet, which is passed over: ${reason}`, 'warning'),
    stop,
  };
  const stopLooking = lookEvery(() => source.look?.(of), writer, of, say);
  const stopSweeping = source.live ? sweepGarbage() : () => {};

  /** The totals of a run that ends before all is written. */
  const sayLosses = (): void => {
    const waiting = (what: 'lines' | 'records'): number =>
      memories.reduce((sum, memory) => sum + waitingLines(memory, what), 0);
    count(counters, COUNTER_LINES_NOT_WRITTEN, waiting('lines'));
    count(counters, COUNTER_RECORDS_NOT_SPOOLED, waiting('records'));
    source.look?.(of);
    say(totalsLine(of, output, source.live ? unreadPackets(of) : 0), 'warning');
  };
  const finish = async (): Promise<void> => {
    try {
      await Promise.race([source.capture(capturing), writer.broken]);
      await Promise.race([writer.idle(), writer.broken]);
    } catch (error) {
      // What waits is written all the same, if that works.
      stop();
      await Promise.race([writer.idle(), writer.broken.catch(() => {}), wait(LAST_DRAIN)]);
      sayLosses();
      throw error;
    } finally {
      stopLooking();
      stopSweeping();
    }
    await destination.close();
    isDelivering = spooling?.delivers ?? false;
    await spooling?.finish(() => Atomics.load(control, STOPPING) !== 0);
    source.look?.(of);
    stopProfile();
    source.ended?.();
    if (!quiet) say(totalsLine(of, output));
  };
  const inside = showInside({
    ...output,
    records: spooling !== undefined,
    delivery: spooling?.delivers ?? false,
    memories,
    counters,
    captured,
    live: source.live,
    look: () => source.look?.(of),
    trouble: writer.trouble,
    stopping: () => Atomics.load(control, STOPPING) !== 0,
  });
  return { stop, abandon: sayLosses, reopen: writer.reopen, done: finish(), inside };
}

function openDestination(
  { directory, preamble }: OutputSettings & RunLines,
  counters: Counters,
  gone: () => void,
): Destination {
  if (directory === '-') return openStdout(gone, preamble);
  return openDailyFiles(directory, () => count(counters, COUNTER_FILES_OPENED, 1), preamble);
}

function sayOfWriter(event: WriterEvent, say: Say): void {
  const { what = 'lines' } = event;
  if (event.kind === 'failed')
    say(`${event.path}: ${advice(event.code)}; ${what} are lost until that is mended`, 'warning');
  else say(`writing goes on; ${what} lost meanwhile: ${event.lost}`);
}

/**
 * Looks at counters and log files again and again, until the function that comes back is called. While no packet comes the
 * counters stand still: all that an idle program looks at is its files.
 */
function lookEvery(look: () => void, writer: Writer, of: (counter: number) => number, say: Say): () => void {
  const watchLosses = lossWatch(say);
  let received = 0;
  let isQuiet = true;
  const timer = setInterval(() => {
    const before = received;
    received = of(COUNTER_PACKETS);
    // Once more behind the last packet: that losses have ended shows only then.
    if (received !== before || !isQuiet) {
      look();
      watchLosses(of(COUNTER_LINES_NO_AREA));
    }
    isQuiet = received === before;
    writer.check();
  }, LOOK);
  return () => clearInterval(timer);
}
