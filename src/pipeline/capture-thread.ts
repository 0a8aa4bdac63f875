// A capture thread: has the packet code walk what the source gives. It borrows memory, descriptors and module, and owns nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { PLACE_AREA_SEQUENCE } from '../../layout/directory.ts';
import { BELL, type Control, ring } from './control.ts';
import { guard } from './guard.ts';
import type { CaptureMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import type { RingSource } from './walk-ring.ts';
import type { CaptureThread } from './walker.ts';

/** Milliseconds in which one trap is told, however many there are. */
const TRAP_QUIET = 1000;

/** What a capture thread is given. */
export interface CaptureThreadData {
  /** Names the thread in profiles. */
  readonly name: string;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  readonly source: RingSource | { readonly kind: 'file'; readonly descriptor: number };
  readonly cpuProfile: string | undefined;
}

/** Tells of traps, at most of one in a second: the counter has them all. */
function tellTraps(tell: (message: CaptureMessage) => void): (reason: string) => void {
  let next = 0;
  return (reason) => {
    if (performance.now() < next) return;
    next = performance.now() + TRAP_QUIET;
    tell({ kind: 'trap', reason });
  };
}

async function capture(data: CaptureThreadData): Promise<void> {
  const { memory, control, source } = data;
  const stopProfile = startProfile(data.cpuProfile, data.name);
  const words = new Int32Array(memory.buffer);
  let rung = -1;
  const tell = (message: CaptureMessage): void => parentPort?.postMessage(message);
  const thread: CaptureThread = {
    code: guard(data.module, memory, tellTraps(tell)),
    memory,
    control,
    ringIfFull() {
      const sequence = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
      if (sequence === rung) return;
      rung = sequence;
      ring(control, BELL);
    },
    tell,
  };
  if (source.kind === 'ring') (await import('./walk-ring.ts')).walkRing(thread, source);
  else await (await import('./walk-file.ts')).walkCaptureFile(thread, source.descriptor);
  stopProfile();
}

await capture(workerData as CaptureThreadData);
