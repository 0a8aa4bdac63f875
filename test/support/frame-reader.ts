import {
  PLACE_FILE_KIND,
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  PLACE_INPUT_NEEDED,
  PLACE_STAMP,
} from '../../layout/directory.ts';
import { asLatin1 } from './bytes.ts';
import type { Internals } from './packet-internals.ts';

const [FRAME, OTHER, MORE, BROKEN] = [0, 1, 2, 3];
const ENDS: Readonly<Record<number, FramesRead['end']>> = { [MORE]: 'more', [BROKEN]: 'broken', 4: 'no capture' };

/** A frame as the packet code found it. */
export interface FoundFrame {
  /** Its bytes as text, a character for each byte. */
  text: string;
  originalLength: number;
  linkType: number;
  time: bigint;
}

export interface FramesRead {
  frames: FoundFrame[];
  end: 'more' | 'broken' | 'no capture';
  /** Bytes of the file before the place where reading ended. */
  position: number;
  /** At `more`: bytes that are needed there in one piece. */
  needed: number;
}

/** Reads all frames of a file that stands at the end of memory. */
export function readFrames(internals: Internals, file: Uint8Array): FramesRead {
  const { code, data } = internals;
  const { at, end } = internals.putLast(file);
  for (const place of [PLACE_FILE_KIND, PLACE_INPUT_NEEDED]) data.setUint32(place, 0, true);
  data.setBigUint64(PLACE_STAMP, 0n, true);
  data.setUint32(PLACE_INPUT_AT, at, true);
  data.setUint32(PLACE_INPUT_END, end, true);
  const frames: FoundFrame[] = [];
  for (let steps = 0; steps <= file.length; steps++) {
    const step = code.captureFile_next();
    const position = data.getUint32(PLACE_INPUT_AT, true) - at;
    if (step === OTHER) continue;
    if (step !== FRAME) {
      return { frames, end: ENDS[step] ?? 'broken', position, needed: data.getUint32(PLACE_INPUT_NEEDED, true) };
    }
    frames.push(foundFrame(internals, at, end));
    // As the walk does, which notes each packet's time.
    data.setBigUint64(PLACE_STAMP, BigInt.asUintN(64, code.input_stamp.value), true);
    data.setUint32(PLACE_INPUT_AT, code.input_next.value, true);
  }
  throw new Error('reading the file does not end');
}

function foundFrame({ code, read }: Internals, at: number, end: number): FoundFrame {
  const from = code.input_frame.value;
  const behind = code.input_frameEnd.value;
  if (from < at || behind > end || behind < from) throw new Error(`a frame outside the file: ${from}-${behind}`);
  return {
    text: asLatin1(read(from, behind)),
    originalLength: code.input_originalLength.value >>> 0,
    linkType: code.input_linkType.value >>> 0,
    time: BigInt.asUintN(64, code.input_stamp.value),
  };
}
