// The life of a capture thread on a file: read a part, walk it, read on where a record needs more.
import {
  PLACE_FILE_KIND,
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  PLACE_MISSING_LINK_TYPE,
  REGION_INPUT,
} from '../../layout/directory.ts';
import { STOP_BROKEN, STOP_MORE, STOP_NO_AREA, STOP_NO_CAPTURE } from '../../layout/stops.ts';
import { type CaptureFile, readCaptureFile } from '../capture/file.ts';
import { FREED, STOPPING, setFilePosition, waitFor } from './control.ts';
import { regionOf } from './memory.ts';
import type { CaptureThread } from './walker.ts';

/** How long to wait for a free area, in milliseconds, before it is looked whether the run ends. */
const AREA_WAIT = 500;

/** Walks a capture file to its end, or until the run stops or the packet limit is reached. */
export async function walkCaptureFile(thread: CaptureThread, descriptor: number): Promise<void> {
  const { code, control, memory } = thread;
  const stopping = (): boolean => Atomics.load(control, STOPPING) !== 0;
  const input = openInput(memory);
  let file: CaptureFile | undefined;
  let atEnd = false;
  // Heard before the walk: an area that is freed while the walk returns wakes it too.
  let freed = Atomics.load(control, FREED);
  let stop = code.walkFile();
  let error: string | undefined;
  while (!stopping()) {
    thread.ringIfFull();
    if (stop === STOP_NO_AREA) {
      waitFor(control, FREED, freed, AREA_WAIT);
    } else if (stop === STOP_MORE) {
      // Whoever waits for packets wants the lines of those that came.
      if (file?.growing) code.tick();
      thread.ringIfFull();
      try {
        file ??= await readCaptureFile(descriptor, stopping);
        atEnd = (await input.readMore(file)) === 0;
        setFilePosition(control, file.position());
      } catch (reason) {
        error = reason instanceof Error ? reason.message : String(reason);
        atEnd = true;
      }
      if (atEnd) break;
    } else {
      break;
    }
    freed = Atomics.load(control, FREED);
    stop = code.walkFile();
  }
  code.finish();
  thread.ringIfFull();
  const whole = atEnd && !stopping();
  if (whole && !input.isCapture()) stop = STOP_NO_CAPTURE;
  const { left, position, linkType } = input.end();
  thread.tell({
    kind: 'ended',
    stop,
    end: { left: whole || stop === STOP_BROKEN ? left : 0, position, linkType, error },
  });
}

/** The input region of a memory, as it is filled from a file. */
function openInput(memory: WebAssembly.Memory) {
  const { address, size } = regionOf(memory, REGION_INPUT);
  const bytes = new Uint8Array(memory.buffer);
  const header = new DataView(memory.buffer);
  let total = 0;
  const place = (word: number): number => header.getUint32(word, true);
  header.setUint32(PLACE_INPUT_AT, address, true);
  header.setUint32(PLACE_INPUT_END, address, true);
  return {
    /** Moves what is left to the front and reads behind it; 0 at the end of the file. */
    async readMore(file: CaptureFile): Promise<number> {
      const left = place(PLACE_INPUT_END) - place(PLACE_INPUT_AT);
      bytes.copyWithin(address, place(PLACE_INPUT_AT), place(PLACE_INPUT_END));
      header.setUint32(PLACE_INPUT_AT, address, true);
      header.setUint32(PLACE_INPUT_END, address + left, true);
      const count = await file.read(bytes.subarray(address + left, address + size));
      header.setUint32(PLACE_INPUT_END, address + left + count, true);
      total += count;
      return count;
    },
    /** Whether the first bytes were a capture file's. */
    isCapture: (): boolean => place(PLACE_FILE_KIND) !== 0 || total >= 4,
    end() {
      const left = place(PLACE_INPUT_END) - place(PLACE_INPUT_AT);
      return { left, position: total - left, linkType: place(PLACE_MISSING_LINK_TYPE) };
    },
  };
}
