// A capture thread: has the packet code walk what the source gives. It borrows memory, descriptors and module, and owns nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { PLACE_AREA_SEQUENCE } from '../../layout/directory.ts';
import { BELL, type Control, ring } from './control.ts';
import { guard } from './guard.ts';
import type { CaptureMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import type { RingSource } from './walk-ring.ts';
import type { CaptureThread } from './walker.ts';

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

async function capture(data: CaptureThreadData): Promise<void> {
  const { memory, control, source } = data;
  const stopProfile = startProfile(data.cpuProfile, data.name);
  const words = new Int32Array(memory.buffer);
  let rung = -1;
  const tell = (message: CaptureMessage): void => parentPort?.postMessage(message);
  const thread: CaptureThread = {
    code: guard(data.module, memory, (reason) => tell({ kind: 'trap', reason })),
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
