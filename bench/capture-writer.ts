// Writes a capture file in large pieces: however long it gets, little of it is ever in memory.
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Ends, FILE_HEADER, RECORD_MAXIMUM, type Segment, writeHeaders } from './frame.ts';

const CHUNK = 4194304;
/** 2024-05-01 10:30:00 UTC: far from midnight in every time zone. */
const BEGIN_SECONDS = 1714559400;

/** A capture file that is being written. */
export interface CaptureWriter {
  /** The bytes in which the payload is to be put, until the next call. */
  readonly buffer: Buffer;
  /** Packets so far. */
  packets(): number;
  /** Bytes so far. */
  bytes(): number;
  /** Adds a packet, this many microseconds after the last one; returns where in `buffer` its payload belongs. */
  add(ends: Ends, segment: Omit<Segment, 'seconds' | 'microseconds'>, later: number): number;
  close(): void;
}

/** Begins a capture file. Throws what open(2) throws. */
export function createCapture(path: string): CaptureWriter {
  const file = openSync(path, 'w');
  const buffer = Buffer.alloc(CHUNK + RECORD_MAXIMUM);
  let at = FILE_HEADER.copy(buffer);
  let written = 0;
  let packets = 0;
  let time = 0;
  const flush = (): void => {
    for (let from = 0; from < at; ) from += writeSync(file, buffer, from, at - from);
    written += at;
    at = 0;
  };
  return {
    buffer,
    packets: () => packets,
    bytes: () => written + at,
    add(ends, segment, later) {
      if (at > CHUNK) flush();
      time += later;
      packets++;
      const seconds = BEGIN_SECONDS + Math.floor(time / 1000000);
      const payload = writeHeaders(buffer, at, ends, { ...segment, seconds, microseconds: time % 1000000 });
      at = payload + segment.length;
      return payload;
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}
