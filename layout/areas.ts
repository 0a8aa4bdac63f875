// An area: a header and whole lines of one split and one local day. It has one owner at a time, told by its state.

/** i32, changed atomically: `AREA_FREE` → `AREA_FILLING` (packet code) → `AREA_FULL` (writer) → `AREA_FREE`. */
export const AREA_STATE = 0;
/** u32: message type of all lines (layout/types), 0 for all types together, or `SPLIT_RECORDS`. */
export const AREA_SPLIT = 4;
/** u32: local day of all lines, YYYYMMDD as a number. */
export const AREA_DAY = 8;
/** u32: bytes of lines. */
export const AREA_BYTES = 12;
/** u32: number of lines. */
export const AREA_LINES = 16;
/** u32: order in which the areas of a memory were handed over. */
export const AREA_SEQUENCE = 20;
/** u32: bytes that the writer has written, so that another one can go on where a writer died. */
export const AREA_WRITTEN = 24;
/** Where the lines begin. */
export const AREA_HEADER_BYTES = 64;

/** `AREA_SPLIT` of records for delivery: json beside the lines of the run's format. */
export const SPLIT_RECORDS = 5;

export const AREA_FREE = 0;
export const AREA_FILLING = 1;
export const AREA_FULL = 2;

/** An area is handed over when it holds this many bytes. */
export const AREA_FULL_BYTES = 131072;
/** From one area to the next: behind `AREA_FULL_BYTES` there is room for the longest line. */
export const AREA_STRIDE = 1769472;

// What bounds a line: a head and a frame are read for at most so many bytes. The longest line has two heads, of whose
// bytes each is written twice at the most (a target, and its parts), as six bytes; and some names and numbers.
export const HEAD_MAXIMUM = 65536;
/** MAXIMUM_SNAPLEN of libpcap: a longer frame of a file is cut (pcapng), or no frame (pcap). */
export const FRAME_MAXIMUM = 262144;
/** A longer block of a pcapng file is taken for a broken file, as libpcap does: no record of a file is longer. */
export const BLOCK_MAXIMUM = 16777216;
