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

/** Writes an area, counts how that went, and tells when failing begins and ends. */
function areaWriter(destination: Destination, counters: Counters): (area: Area) => void {
  let failing = false;
  let lost = 0;
  const fail = ({ failure }: Written): void => {
    if (failure === undefined) return;
    count(counters, COUNTER_WRITES_FAILED, 1);
    if (!failing) tell({ kind: 'failed', ...failure });
    failing = true;
  };
  return (area) => {
    const written = destination.write(area);
    count(counters, COUNTER_LINES_WRITTEN, area.lines - written.lost);
    count(counters, COUNTER_BYTES_WRITTEN, written.bytes);
    count(counters, COUNTER_LINES_NOT_WRITTEN, written.lost);
    lost += written.lost;
    fail(written);
    if (failing && written.failure === undefined) {
      tell({ kind: 'resumed', lost });
      failing = false;
      lost = 0;
    }
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
      for (const area of fullAreas(memory)) {
        writeArea(area);
        ring(control, FREED);
        wrote = true;
      }
    }
    if (wrote || ended) continue;
    waitFor(control, BELL, heard, SLEEP);
    destination.check();
  }
  destination.close();
  stopProfile();
}

write(workerData as WriterThreadData);
