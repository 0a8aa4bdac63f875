// Why an export of the packet code returned. Each can be called again to go on.

/** All that was given is walked. */
export const STOP_DONE = 0;
/** From a file: no area is free; call again when the writer has freed one. */
export const STOP_NO_AREA = 1;
/** The packet limit (`-c`) is reached. */
export const STOP_LIMIT = 2;
/** From a file: `PLACE_INPUT_NEEDED` bytes are needed in one piece. */
export const STOP_MORE = 3;
/** From a file: no filter program for `PLACE_MISSING_LINK_TYPE`. */
export const STOP_LINK_TYPE = 4;
/** From a file: the first bytes are of no capture file. */
export const STOP_NO_CAPTURE = 5;
/** From a file: what stands at the walk's place can't be a record; nothing behind it can be read. */
export const STOP_BROKEN = 6;
