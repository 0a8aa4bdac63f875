// What a capture thread that died for the last time has left in its ring is read here, in the main thread: a run that must end
// loses nothing by that.
import { setTimeout as wait } from 'node:timers/promises';
import { STOP_DONE, STOP_NO_AREA } from '../../layout/stops.ts';
import { openRing } from '../capture/ring.ts';
import { flowClock } from './flow-clock.ts';
import { guard, tellTraps } from './guard.ts';
import type { Capturing } from './run.ts';
import { LAST_WAIT, type RingSource } from './walk-ring.ts';

/** The longest time for all of it, in milliseconds: where writing stalls the rest is lost, and counted. */
const BOUND = 5000;

/** Reads a ring that no thread reads any more, and hands over its lines. Lets no packet in meanwhile: `refuse` came before. */
export async function readRest(memory: WebAssembly.Memory, source: RingSource, of: Capturing): Promise<void> {
  const end = performance.now() + BOUND;
  /** Waits for the writer; false when the time is over. */
  const written = async (wrote: Promise<void>): Promise<boolean> => {
    await Promise.race([wrote, wait(Math.max(0, end - performance.now()), undefined, { ref: false })]);
    return performance.now() < end;
  };
  const code = guard(of.module, memory, tellTraps(of.trapped));
  const ring = openRing(new Int32Array(memory.buffer), source.shape);
  // The kernel's last block.
  await wait(LAST_WAIT);
  for (let block = ring.ready(); block !== 0; block = ring.ready()) {
    if (code.walkBlock(block, flowClock()) !== STOP_DONE) break;
    ring.release();
    code.tick(flowClock());
    if (!(await written(of.writer.idle()))) break;
  }
  while (code.finish() === STOP_NO_AREA && (await written(of.writer.freed())));
}
