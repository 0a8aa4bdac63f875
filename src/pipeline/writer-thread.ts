// The writer thread: sleeps until areas are full, and writes them. Capture never waits for it.
import { parentPort, workerData } from 'node:worker_threads';
import {
  COUNTER_BYTES_WRITTEN,
  COUNTER_FILES_OPENED,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_WRITES_FAILED,
} from '../../layout/counters.ts';
import { openDailyFiles } from '../sink/daily-file.ts';
import type { Destination, Written } from '../sink/destination.ts';
import { openStdout } from '../sink/stdout.ts';
import { type Area, fullAreas } from './areas.ts';
import { BELL, CAPTURE_ENDED, type Control, FREED, REOPEN, ring, waitFor } from './control.ts';
import type { WriterMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import { type Counters, count } from './statistics.ts';

/** What the writer thread is given. */
export interface WriterThreadData {
  readonly memories: readonly WebAssembly.Memory[];
  readonly control: Control;
  readonly counters: Counters;
  /** Directory of the log files, or `-` for standard output. */
  readonly directory: string;
  readonly cpuProfile: string | undefined;
}

/** Longest sleep in milliseconds: after each, files that were renamed or removed are opened anew. */
const SLEEP = 500;

const tell = (message: WriterMessage): void => parentPort?.postMessage(message);

/** Writes an area, counts how that went, and tells when failing begins and ends; each split has files of its own. */
function areaWriter(destination: Destination, counters: Counters): (area: Area) => void {
  /** Lines lost of the splits that fail. */
  const failing = new Map<number, number>();
  const follow = (split: number, { failure, lost }: Written): void => {
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
  return (area) => {
    const written = destination.write(area);
    count(counters, COUNTER_LINES_WRITTEN, area.lines - written.lost);
    count(counters, COUNTER_BYTES_WRITTEN, written.bytes);
    count(counters, COUNTER_LINES_NOT_WRITTEN, written.lost);
    follow(area.split, written);
    area.free();
  };
}

function write(data: WriterThreadData): void {
  const { memories, control, counters, directory } = data;
  const stopProfile = startProfile(data.cpuProfile, 'writer');
  const destination =
    directory === '-'
      ? openStdout(() => tell({ kind: 'gone' }))
      : openDailyFiles(directory, () => count(counters, COUNTER_FILES_OPENED, 1));
  const writeArea = areaWriter(destination, counters);
  const writeAll = (areas: readonly Area[]): void => {
    for (const area of areas) {
      writeArea(area);
      ring(control, FREED);
    }
  };
  // What a writer that died had begun, in whichever memory, ends its file within a line: nothing may come between.
  writeAll(memories.flatMap(fullAreas).filter(({ written }) => written > 0));
  let reopened = Atomics.load(control, REOPEN);
  for (let ended = false; !ended; ) {
    const heard = Atomics.load(control, BELL);
    ended = Atomics.load(control, CAPTURE_ENDED) !== 0;
    if (reopened !== Atomics.load(control, REOPEN)) {
      reopened = Atomics.load(control, REOPEN);
      destination.reopen();
    }
    let wrote = false;
    for (const memory of memories) {
      const areas = fullAreas(memory);
      writeAll(areas);
      wrote ||= areas.length > 0;
    }
    if (wrote || ended) continue;
    waitFor(control, BELL, heard, SLEEP);
    destination.check();
  }
  destination.close();
  stopProfile();
}

write(workerData as WriterThreadData);
