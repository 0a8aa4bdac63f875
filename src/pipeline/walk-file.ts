// The way of a capture file: a part of it is read and walked, then the next.
import { BLOCK_MAXIMUM } from '../../layout/areas.ts';
import {
  PLACE_FILE_KIND,
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  PLACE_MISSING_LINK_TYPE,
  REGION_INPUT,
} from '../../layout/directory.ts';
import { STOP_BROKEN, STOP_MORE, STOP_NO_AREA, STOP_NO_CAPTURE } from '../../layout/stops.ts';
import type { CaptureFile } from '../capture/file.ts';
import type { GuardedCode } from './guard.ts';
import { regionOf } from './memory.ts';
import type { Writer } from './writer.ts';

/** Bytes that are read at once: not many more than a processor's second cache holds. */
const PART_BYTES = 1048576;
/** The stamps of a file's packets are its clock. */
const NO_CLOCK = 0;
/** What the input region takes: a part, and in front of it room for a record that the part before it begins. */
export const INPUT_BYTES: number = BLOCK_MAXIMUM + PART_BYTES;

/** What the walk of a file needs. */
export interface FileWalk {
  readonly code: GuardedCode;
  readonly memory: WebAssembly.Memory;
  readonly writer: Pick<Writer, 'wake' | 'freed'>;
  /** True when the run shall end. */
  stopping(): boolean;
}

/** How the walk of a capture file ended. */
export interface FileEnd {
  /** Why (layout/stops). */
  readonly stop: number;
  /** At the file's end: bytes behind the last whole record, not 0 where it breaks off. 0 where reading stopped before. */
  readonly left: number;
  /** Bytes before the place where reading ended. */
  readonly position: number;
  /** What the system or the unpacking said when no more could be read. */
  readonly error: string | undefined;
  /** The link type for which there is no filter program, with that stop. */
  readonly linkType: number;
}

/** Walks a capture file to its end, or until the run stops or the packet limit is reached. */
export async function walkCaptureFile(walk: FileWalk, file: CaptureFile): Promise<FileEnd> {
  const { code, writer, stopping } = walk;
  const input = openInput(walk.memory);
  let stop = code.walkFile();
  let atEnd = false;
  let error: string | undefined;
  while (stop === STOP_MORE && !stopping()) {
    const part = await input.read(file);
    error = part.error;
    atEnd = part.count === 0;
    if (atEnd) break;
    stop = await walkPart(walk);
    if (file.growing) await finished(() => code.tick(NO_CLOCK), writer);
    writer.wake();
  }
  await finished(code.finish, writer);
  writer.wake();
  const whole = atEnd && !stopping();
  if (whole && !input.isCapture()) stop = STOP_NO_CAPTURE;
  const { left, position, linkType } = input.end();
  return { stop, left: whole || stop === STOP_BROKEN ? left : 0, position, linkType, error };
}

/** Walks what is given, waiting where the lines fill every area; returns why it stopped. */
async function walkPart({ code, writer, stopping }: FileWalk): Promise<number> {
  let stop = code.walkFile();
  while (stop === STOP_NO_AREA && !stopping()) {
    await writer.freed();
    stop = code.walkFile();
  }
  return stop;
}

/** Calls the packet code, waiting where what it writes fills every area, until it is done. */
async function finished(call: () => number, writer: FileWalk['writer']): Promise<void> {
  while (call() === STOP_NO_AREA) await writer.freed();
}

/** What was read: no bytes at the end, or with the reason why there are no more. */
interface Part {
  readonly count: number;
  readonly error: string | undefined;
}

/** The input region of a memory, which is empty at first. Parts are read to its end. */
function openInput(memory: WebAssembly.Memory) {
  const { address, size } = regionOf(memory, REGION_INPUT);
  const bytes = new Uint8Array(memory.buffer);
  const header = new DataView(memory.buffer);
  const place = address + size - Math.min(PART_BYTES, Math.floor(size / 2));
  let total = 0;
  const word = (at: number): number => header.getUint32(at, true);
  const left = (): number => word(PLACE_INPUT_END) - word(PLACE_INPUT_AT);
  return {
    /** Reads the next part and gives it to the packet code, behind what that has left of the part before. */
    async read(file: CaptureFile): Promise<Part> {
      const begin = place - left();
      bytes.copyWithin(begin, word(PLACE_INPUT_AT), word(PLACE_INPUT_END));
      header.setUint32(PLACE_INPUT_AT, begin, true);
      header.setUint32(PLACE_INPUT_END, place, true);
      try {
        const count = await file.read(bytes.subarray(place, address + size));
        header.setUint32(PLACE_INPUT_END, place + count, true);
        total += count;
        return { count, error: undefined };
      } catch (reason) {
        return { count: 0, error: reason instanceof Error ? reason.message : String(reason) };
      }
    },
    /** Whether the first bytes were a capture file's. */
    isCapture: (): boolean => word(PLACE_FILE_KIND) !== 0 || total >= 4,
    end: () => ({ left: left(), position: total - left(), linkType: word(PLACE_MISSING_LINK_TYPE) }),
  };
}
