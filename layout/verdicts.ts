// What decoding says of a packet. Each unhappy verdict has a counter of the same name behind `COUNTER_VERDICTS`.

/** A TCP segment with a payload on a wanted port. */
export const VERDICT_SEGMENT = 0;
/** A header reaches beyond the captured bytes. */
export const VERDICT_SHORT = 1;
/** A header contradicts itself. */
export const VERDICT_MALFORMED = 2;
/** Not IP, or a link type that is not read. */
export const VERDICT_NOT_IP = 3;
/** IP, but not TCP. */
export const VERDICT_NOT_TCP = 4;
/** A later fragment of an IP packet. */
export const VERDICT_FRAGMENT = 5;
/** Neither port is wanted. */
export const VERDICT_OTHER_PORT = 6;
/** A segment without payload. */
export const VERDICT_EMPTY = 7;
/** The payload begins no message. */
export const VERDICT_NO_MESSAGE = 8;
/** Live: an interface that is not read, or the outgoing half of loopback. */
export const VERDICT_OTHER_INTERFACE = 9;
/** From a file: refused by the `-f` program. */
export const VERDICT_FILTERED = 10;
