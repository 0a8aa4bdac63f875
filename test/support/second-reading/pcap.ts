import { bytesOf, type Capture, type Frame } from './capture.ts';

interface Format {
  little: boolean;
  /** Nanoseconds in a unit of the sub-second part. */
  unit: bigint;
  recordHeader: number;
}

const FORMATS: readonly { magic: number; unit: bigint; recordHeader: number }[] = [
  { magic: 0xa1b2c3d4, unit: 1000n, recordHeader: 16 },
  { magic: 0xa1b23c4d, unit: 1n, recordHeader: 16 },
  // Alexey Kuznetzov's modified format: eight bytes more in each record header.
  { magic: 0xa1b2cd34, unit: 1000n, recordHeader: 24 },
];

/** No sane capture has larger packets; a larger number is rubbish. */
const LARGEST_CAPTURED_LENGTH = 262_144;

function readFormat(view: DataView): Format | undefined {
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little);
    const format = FORMATS.find((candidate) => candidate.magic === magic);
    if (format) return { little, unit: format.unit, recordHeader: format.recordHeader };
  }
  return undefined;
}

/** Reads a pcap file (draft-ietf-opsawg-pcap sections 4 and 5). */
export function readPcap(view: DataView): Capture {
  const frames: Frame[] = [];
  const format = readFormat(view);
  if (!format) return { frames, end: 'not a capture' };
  if (view.byteLength < 24) return { frames, end: 'cut' };
  // The upper 16 bits of the field say other things (an FCS length).
  const linkType = view.getUint32(20, format.little) & 0xffff;

  let at = 24;
  while (at < view.byteLength) {
    if (view.byteLength - at < format.recordHeader) return { frames, end: 'cut' };
    const seconds = view.getUint32(at, format.little);
    const fraction = view.getUint32(at + 4, format.little);
    const capturedLength = view.getUint32(at + 8, format.little);
    at += format.recordHeader;
    if (capturedLength > LARGEST_CAPTURED_LENGTH) return { frames, end: 'broken' };
    if (capturedLength > view.byteLength - at) return { frames, end: 'cut' };
    // A sub-second part of a second or more is carried into the seconds.
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * format.unit;
    frames.push({ linkType, time, bytes: bytesOf(view, at, capturedLength) });
    at += capturedLength;
  }
  return { frames, end: 'whole' };
}
