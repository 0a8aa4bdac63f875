// How a capture thread tells the main thread's writer of areas that it handed over: only where the writer has to be told.
import { AREA_STRIDE } from '../../layout/areas.ts';
import { PLACE_AREA_SEQUENCE, REGION_AREAS } from '../../layout/directory.ts';
import { type Control, WRITER_TOLD } from './control.ts';
import { regionOf } from './memory.ts';

/**
 * What a capture thread calls after each block. `ring` is called if areas were handed over since the last call, and the writer
 * does not look by its clock (`pipeline/writer-clock`) or half of all areas were handed over since it was last told.
 */
export function openWriterBell(memory: WebAssembly.Memory, control: Control, ring: () => void): () => void {
  const words = new Int32Array(memory.buffer);
  const many = regionOf(memory, REGION_AREAS).size / AREA_STRIDE / 2;
  // A thread that takes the place of one that died tells of what that one handed over.
  let handedOver = -1;
  let told = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
  return () => {
    const sequence = Atomics.load(words, PLACE_AREA_SEQUENCE / 4);
    if (sequence === handedOver) return;
    handedOver = sequence;
    // The sequence is a 32-bit number and wraps.
    if (Atomics.exchange(control, WRITER_TOLD, 1) !== 0 && ((sequence - told) | 0) < many) return;
    told = sequence;
    ring();
  };
}
