// A capture thread: has the packet code walk a ring. It borrows memory, descriptors and module, and owns nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { AREA_STRIDE } from '../../layout/areas.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { type Control, WRITER_TOLD } from './control.ts';
import { guard, tellTraps } from './guard.ts';
import { regionOf } from './memory.ts';
import type { CaptureMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import { type CaptureThread, type RingSource, walkRing } from './walk-ring.ts';

/** What a capture thread is given. */
export interface CaptureThreadData {
  /** Names the thread in profiles. */
  readonly name: string;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  readonly source: RingSource;
  readonly cpuProfile: string | undefined;
}

function capture(data: CaptureThreadData): void {
  const { memory, control } = data;
  const stopProfile = startProfile(data.cpuProfile, data.name);
  const words = new Int32Array(memory.buffer);
  // Half of all areas: after so many the writer is told although it looks by its clock.
  const many = regionOf(memory, REGION_AREAS).size / AREA_STRIDE / 2;
  let handedOver = -1;
  let told = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
  const tell = (message: CaptureMessage): void => parentPort?.postMessage(message);
  const thread: CaptureThread = {
    code: guard(
      data.module,
      memory,
      tellTraps((reason) => tell({ kind: 'trap', reason })),
    ),
    memory,
    control,
    tellIfFull() {
      const sequence = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
      if (sequence === handedOver) return;
      handedOver = sequence;
      if (Atomics.exchange(control, WRITER_TOLD, 1) !== 0 && ((sequence - told) | 0) < many) return;
      told = sequence;
      tell({ kind: 'full' });
    },
    tell,
  };
  walkRing(thread, data.source);
  stopProfile();
}

capture(workerData as CaptureThreadData);
