import {
  AREA_BYTES,
  AREA_DAY,
  AREA_HEADER_BYTES,
  AREA_LINES,
  AREA_SEQUENCE,
  AREA_SPLIT,
  AREA_STATE,
  AREA_STRIDE,
} from '../../layout/areas.ts';
import { REGION_AREAS } from '../../layout/directory.ts';
import { bytesOf, dataOf } from '../../src/pipeline/memory.ts';

/** What an area of a test holds; `state` is one of layout/areas. */
export interface AreaContents {
  readonly state: number;
  /** Order in which it was handed over. */
  readonly sequence: number;
  readonly split: number;
  readonly day: number;
  readonly lines: number;
  readonly bytes: Uint8Array;
}

/** Puts this into an area of a memory, as the packet code would. */
export function putArea(memory: WebAssembly.Memory, number: number, contents: AreaContents): void {
  const region = dataOf(memory, REGION_AREAS);
  const at = number * AREA_STRIDE;
  const words: readonly (readonly [offset: number, value: number])[] = [
    [AREA_STATE, contents.state],
    [AREA_SEQUENCE, contents.sequence],
    [AREA_SPLIT, contents.split],
    [AREA_DAY, contents.day],
    [AREA_LINES, contents.lines],
    [AREA_BYTES, contents.bytes.length],
  ];
  for (const [offset, value] of words) region.setUint32(at + offset, value, true);
  bytesOf(memory, REGION_AREAS).set(contents.bytes, at + AREA_HEADER_BYTES);
}
