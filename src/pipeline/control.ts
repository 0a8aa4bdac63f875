// A few words outside the packet memories, by which the threads tell each other to wake up and when to end.

/** Rung by capture threads when areas are full; the writer sleeps on it. */
export const BELL = 0;
/** Rung by the writer when an area is free again; the walk of a file sleeps on it. */
export const FREED = 1;
/** 1 when capture threads shall walk what is there and end. */
export const STOPPING = 2;
/** 1 when all capture threads have ended, so that the writer shall write what is there and end. */
export const CAPTURE_ENDED = 3;
/** Counts the requests to open log files anew. */
export const REOPEN = 4;
/** Two words as one: bytes of the capture file that are read. */
const FILE_POSITION = 6;

const WORDS = 16;

/** The words, shared by all threads of a run. */
export type Control = Int32Array;

export function makeControl(): Control {
  return new Int32Array(new SharedArrayBuffer(WORDS * 4));
}

/** Changes a bell's word and wakes who sleeps on it. */
export function ring(control: Control, bell: number): void {
  Atomics.add(control, bell, 1);
  Atomics.notify(control, bell);
}

/** Sleeps on a bell's word until it is other than `heard`, or for this many milliseconds. */
export function waitFor(control: Control, bell: number, heard: number, milliseconds: number): void {
  Atomics.wait(control, bell, heard, milliseconds);
}

/** Bytes of the capture file that are read, as they stand on the disk. */
export function filePosition(control: Control): number {
  return Number(Atomics.load(new BigInt64Array(control.buffer), FILE_POSITION / 2));
}

export function setFilePosition(control: Control, position: number): void {
  Atomics.store(new BigInt64Array(control.buffer), FILE_POSITION / 2, BigInt(position));
}
