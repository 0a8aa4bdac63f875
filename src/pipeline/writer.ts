// The writer: hands the bytes of full areas to their destination. It lives in the main thread but does not wait there:
// libuv's threads look at files, open them and write to them. So a disk that stalls, or a file server that is away, holds up
// neither capture nor a signal.
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import {
  COUNTER_BYTES_WRITTEN,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_WRITES_FAILED,
  HISTOGRAM_WRITES,
} from '../../layout/counters.ts';
import type { Batch, Destination, WriteFailure, Written } from '../sink/destination.ts';
import { type Area, fullAreas } from './areas.ts';
import { type Counters, count, observe } from './statistics.ts';

/** Areas of one write, a megabyte or more: they are free when it is done, so most of the pool never waits for one write. */
const AREAS_AT_ONCE = 8;

/** What became of lines, for the administrator. */
export type WriterEvent =
  /** A write failed; it is told once for each split until one of it succeeds again. */
  | ({ readonly kind: 'failed' } & WriteFailure)
  /** Writing of a split goes on after failures, which lost so many lines, or records of which the spool tells. */
  | { readonly kind: 'resumed'; readonly lost: number; readonly what?: 'records' };

/** What writing suffers from. */
export type Trouble =
  /** The last write of a split failed. */
  | ({ readonly kind: 'failed' } & WriteFailure)
  /** A write goes on, since so many milliseconds. */
  | { readonly kind: 'writing'; readonly milliseconds: number };

/** The writer of a run. */
export interface Writer {
  /** Full areas are written, one batch after the other, until none is left. Returns whether there is anything to do. */
  wake(): boolean;
  /** Resolves when an area is free again; at once where none is being written. */
  freed(): Promise<void>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  /** Opens files anew. */
  reopen(): void;
  /** Looks whether files were renamed or removed. */
  check(): void;
  /** What writing suffers from just now, if anything. */
  trouble(): Trouble | undefined;
  /** Rejects where writing broke down, which is a bug. */
  readonly broken: Promise<never>;
}

/** A writer of these memories' areas. */
export function openWriter(
  memories: readonly WebAssembly.Memory[],
  destination: Destination,
  counters: Counters,
  tell: (event: WriterEvent) => void,
): Writer {
  const { follow, failure } = failureWatch(counters, tell);
  const wanted = new Set<'reopen' | 'check'>();
  let turn = 0;
  /** When the write began that goes on, or the look at files: the next write waits for that. */
  let begun: number | undefined;
  let isWorking = false;
  let waiting: (() => void)[] = [];
  let fail: (reason: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {}); // a run that has ended does not wait for it any more

  /** Begins with another memory each time: none waits for ever behind one that is never empty. */
  const nextBatch = (): readonly Area[] => {
    const batch = batchFrom([...memories.slice(turn), ...memories.slice(0, turn)]);
    turn = (turn + 1) % memories.length;
    return batch;
  };
  const release = (areas: readonly Area[]): void => {
    for (const area of areas) area.free();
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };
  const write = async (areas: readonly Area[]): Promise<void> => {
    begun = performance.now();
    const written = await destination.write({ ...spanOf(areas), parts: areas.map(({ bytes }) => bytes) });
    observe(counters, HISTOGRAM_WRITES, performance.now() - begun);
    begun = undefined;
    const done = areas.slice(0, written.parts);
    const { split } = spanOf(areas);
    // The spool counts its records itself.
    if (split !== SPLIT_RECORDS) countLines(counters, done, written);
    follow(split, written);
    release(done);
  };
  /** Between two writes: what would disturb them. */
  const doWanted = async (): Promise<void> => {
    for (const action of wanted) {
      wanted.delete(action);
      begun = performance.now();
      await destination[action]();
      begun = undefined;
    }
  };
  const work = async (first: readonly Area[]): Promise<void> => {
    for (let areas = first; areas.length > 0 || wanted.size > 0; areas = nextBatch()) {
      if (areas.length > 0) await write(areas);
      await doWanted();
    }
    // Nothing has run since the last look: no call to begin is missed.
    isWorking = false;
    release([]);
  };
  const begin = (): boolean => {
    if (isWorking) return true;
    const areas = nextBatch();
    if (areas.length === 0 && wanted.size === 0) return false;
    isWorking = true;
    work(areas).catch(fail);
    return true;
  };
  const freed = (): Promise<void> => {
    begin();
    return isWorking ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  };
  const want = (action: 'reopen' | 'check') => (): void => {
    wanted.add(action);
    begin();
  };
  return {
    wake: begin,
    freed,
    async idle() {
      for (begin(); isWorking; ) await freed();
    },
    reopen: want('reopen'),
    check: want('check'),
    trouble() {
      const failed = failure();
      if (failed !== undefined) return { kind: 'failed', ...failed };
      return begun === undefined ? undefined : { kind: 'writing', milliseconds: performance.now() - begun };
    },
    broken,
  };
}

function countLines(counters: Counters, areas: readonly Area[], { bytes, lost }: Written): void {
  const lines = areas.reduce((sum, area) => sum + area.lines, 0);
  count(counters, COUNTER_LINES_WRITTEN, lines - lost);
  count(counters, COUNTER_BYTES_WRITTEN, bytes);
  count(counters, COUNTER_LINES_NOT_WRITTEN, lost);
}

/** The first full areas, a few at the most, that are of the same file as the first of all, in their order. */
function batchFrom(memories: readonly WebAssembly.Memory[]): readonly Area[] {
  const areas = memories.flatMap(fullAreas);
  const first = spanOf(areas);
  return areas.filter(({ split, day }) => split === first.split && day === first.day).slice(0, AREAS_AT_ONCE);
}

/** What all these areas, of one file, have in common with the first. */
function spanOf([first]: readonly Area[]): Pick<Batch, 'split' | 'day'> {
  return { split: first?.split ?? 0, day: first?.day ?? 0 };
}

/** What is known of the writes that fail. */
interface FailureWatch {
  /** Takes note of how a write of a split fared. */
  follow(split: number, written: Written): void;
  /** Why a split's writes fail just now. */
  failure(): WriteFailure | undefined;
}

/** Tells when failing begins and ends; each split has files of its own. */
function failureWatch(counters: Counters, tell: (event: WriterEvent) => void): FailureWatch {
  /** The splits that fail: why, and the lines lost. */
  const failing = new Map<number, { readonly failure: WriteFailure; readonly lost: number }>();
  return {
    follow(split, { failure, lost }) {
      const before = failing.get(split);
      if (failure !== undefined) {
        count(counters, COUNTER_WRITES_FAILED, 1);
        if (before === undefined) tell({ kind: 'failed', ...failure });
        failing.set(split, { failure, lost: (before?.lost ?? 0) + lost });
      } else if (before !== undefined) {
        const { what } = before.failure;
        tell({ kind: 'resumed', lost: before.lost + lost, ...(what && { what }) });
        failing.delete(split);
      }
    },
    failure: () => [...failing.values()][0]?.failure,
  };
}
