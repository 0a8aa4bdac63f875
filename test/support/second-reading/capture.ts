import { readPcap } from './pcap.ts';
import { readPcapng } from './pcapng.ts';

/** A packet as it stands in a capture file. */
export interface Frame {
  /** Absent where the file does not tell it: such a packet counts and gives no line. */
  linkType: number | undefined;
  /** Nanoseconds since 1970. */
  time: bigint;
  bytes: Uint8Array;
}

/**
 * "A file that breaks off in the middle gives its lines up to there": `cut` where it ends inside a record, `broken` where no record can stand.
 */
export type End = 'whole' | 'cut' | 'broken' | 'not a capture';

export interface Capture {
  frames: Frame[];
  end: End;
}

/** "Files may be pcap (both byte orders, micro- and nanoseconds) or pcapng". The first four bytes tell which. */
export function readCapture(file: Uint8Array): Capture {
  if (file.length < 4) return { frames: [], end: 'not a capture' };
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  // The section header's type reads the same in both byte orders.
  if (view.getUint32(0) === 0x0a0d0d0a) return readPcapng(view);
  return readPcap(view);
}

/** A part of the file. */
export function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}
