// A few words outside the packet memories, by which the main thread and the capture threads tell each other things.

/** 1 when capture threads shall walk what is there and end. */
export const STOPPING = 0;
/** 1 while the writer is told that areas are full, or looks by its clock: it is told only of many areas. */
export const WRITER_TOLD = 1;

const WORDS = 2;

/** The words, shared by all threads of a run. */
export type Control = Int32Array;

export function makeControl(): Control {
  return new Int32Array(new SharedArrayBuffer(WORDS * 4));
}
