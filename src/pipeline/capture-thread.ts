// A capture thread: has the packet code walk a ring. It borrows memory, descriptors and module, and owns nothing.
import { parentPort, workerData } from 'node:worker_threads';
import { requireBuild } from './build.ts';
import type { Control } from './control.ts';
import { guard, tellTraps } from './guard.ts';
import type { CaptureMessage } from './messages.ts';
import { startProfile } from './profile.ts';
import { type CaptureThread, type RingSource, walkRing } from './walk-ring.ts';
import { openWriterBell } from './writer-bell.ts';

/** What a capture thread is given. */
export interface CaptureThreadData {
  /** Of whom starts it. */
  readonly build: string;
  /** Names the thread in profiles. */
  readonly name: string;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  readonly source: RingSource;
  /** The descriptor of its CPU profile, if that is wanted. */
  readonly profile: number | undefined;
}

function capture(data: CaptureThreadData): void {
  requireBuild(data.build);
  const { memory, control } = data;
  const stopProfile = startProfile(data.profile, data.name);
  const tell = (message: CaptureMessage): void => parentPort?.postMessage(message);
  const thread: CaptureThread = {
    code: guard(
      data.module,
      memory,
      tellTraps((reason) => tell({ kind: 'trap', reason })),
    ),
    memory,
    control,
    tellIfDue: openWriterBell(memory, control, () => tell({ kind: 'full' })),
    tell,
  };
  walkRing(thread, data.source);
  stopProfile();
}

capture(workerData as CaptureThreadData);
