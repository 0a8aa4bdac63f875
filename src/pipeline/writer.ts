// The writer: hands the bytes of full areas to their destination. It lives in the main thread but does not wait there for a
// write, which libuv's threads make: a disk that stalls holds up neither capture nor, but while a file is opened, a signal.
import {
  COUNTER_BYTES_WRITTEN,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_WRITES_FAILED,
} from '../../layout/counters.ts';
import type { Batch, Destination, Written } from '../sink/destination.ts';
import { type Area, fullAreas } from './areas.ts';
import { type Counters, count } from './statistics.ts';

/** What became of lines, for the administrator. */
export type WriterEvent =
  /** A write failed; it is told once for each split until one of it succeeds again. */
  | { readonly kind: 'failed'; readonly path: string; readonly code: string }
  /** Writing of a split goes on after failures, which lost so many lines. */
  | { readonly kind: 'resumed'; readonly lost: number };

/** The writer of a run. */
export interface Writer {
  /** Areas are full: they are written, one batch after the other, until none is left. */
  wake(): void;
  /** Resolves when an area is free again; at once where none is being written. */
  freed(): Promise<void>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  /** Opens files anew. */
  reopen(): void;
  /** Looks whether files were renamed or removed. */
  check(): void;
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
  const follow = failureWatch(counters, tell);
  const between = new Set<'reopen' | 'check'>();
  let isWriting = false;
  let waiting: (() => void)[] = [];
  let fail: (reason: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {}); // a run that has ended does not wait for it any more

  const release = (areas: readonly Area[]): void => {
    for (const area of areas) area.free();
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };
  /** What would disturb a write waits for its end. */
  const doBetween = (): void => {
    for (const action of between) destination[action]();
    between.clear();
  };
  const writeAll = async (first: readonly Area[]): Promise<void> => {
    for (let areas = first; areas.length > 0; areas = nextBatch(memories)) {
      const batch = batchOf(areas);
      const written = await destination.write(batch);
      count(counters, COUNTER_LINES_WRITTEN, batch.lines - written.lost);
      count(counters, COUNTER_BYTES_WRITTEN, written.bytes);
      count(counters, COUNTER_LINES_NOT_WRITTEN, written.lost);
      follow(batch.split, written);
      release(areas);
      doBetween();
    }
    // Nothing has run since the last look: no call to wake is missed.
    isWriting = false;
    release([]);
  };
  const wake = (): void => {
    if (isWriting) return;
    const areas = nextBatch(memories);
    if (areas.length === 0) return;
    isWriting = true;
    writeAll(areas).catch(fail);
  };
  const freed = (): Promise<void> => {
    wake();
    return isWriting ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  };
  const doSoon = (action: 'reopen' | 'check'): void => {
    between.add(action);
    if (!isWriting) doBetween();
  };
  return {
    wake,
    freed,
    async idle() {
      for (wake(); isWriting; ) await freed();
    },
    reopen: () => doSoon('reopen'),
    check: () => doSoon('check'),
    broken,
  };
}

/** The full areas that can be written together: those of the same file as the first of all, in their order. */
function nextBatch(memories: readonly WebAssembly.Memory[]): readonly Area[] {
  const areas = memories.flatMap(fullAreas);
  const [first] = areas;
  return areas.filter(({ split, day }) => split === first?.split && day === first.day);
}

function batchOf(areas: readonly Area[]): Batch {
  const [first] = areas;
  return {
    split: first?.split ?? 0,
    day: first?.day ?? 0,
    lines: areas.reduce((sum, { lines }) => sum + lines, 0),
    parts: areas.map(({ bytes }) => bytes),
  };
}

/** Tells when failing begins and ends; each split has files of its own. */
function failureWatch(
  counters: Counters,
  tell: (event: WriterEvent) => void,
): (split: number, written: Written) => void {
  /** Lines lost of the splits that fail. */
  const failing = new Map<number, number>();
  return (split, { failure, lost }) => {
    const before = failing.get(split);
    if (failure !== undefined) {
      count(counters, COUNTER_WRITES_FAILED, 1);
      if (before === undefined) tell({ kind: 'failed', ...failure });
      failing.set(split, (before ?? 0) + lost);
    } else if (before !== undefined) {
      tell({ kind: 'resumed', lost: before + lost });
      failing.delete(split);
    }
  };
}
