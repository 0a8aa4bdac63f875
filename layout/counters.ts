// Numbers of the counters: u64 words of a counters region. Each word has one writer; names and help stand in counters.table.

// Packets taken from a source.
export const COUNTER_PACKETS = 0;
/** Bytes of those packets, as they were on the wire. */
export const COUNTER_BYTES = 1;

// Lines, by type: a family of four, in the order of layout/types.
export const COUNTER_MESSAGES_CQ = 2;
export const COUNTER_MESSAGES_CR = 3;
export const COUNTER_MESSAGES_SQ = 4;
export const COUNTER_MESSAGES_SR = 5;
export const COUNTER_HEADS_CUT = 6;
export const COUNTER_COPIES = 7;
/** Lines that found no free area. */
export const COUNTER_LINES_NO_AREA = 8;
export const COUNTER_TRAPS = 9;

// Verdicts on packets that give no line: `VERDICT_x` of layout/verdicts counts in `COUNTER_VERDICTS + x`.
export const COUNTER_VERDICTS = 10;

// Transactions.
/** Requests written with their answers. */
export const COUNTER_TRANSACTIONS = 21;
export const COUNTER_WITHOUT_ANSWER = 22;
export const COUNTER_WITHOUT_REQUEST = 23;
/** Segments or heads that came once more. */
export const COUNTER_RETRANSMISSIONS = 24;
/** Flows that were forgotten because the table was full. */
export const COUNTER_FLOWS_EVICTED = 25;
/** Requests that could not wait: their flow had too many, or no slab was free. */
export const COUNTER_REQUESTS_UNKEPT = 26;
/** Gauge: flows in the table. */
export const COUNTER_FLOWS = 27;

// Streams that are put together.
/** Gaps: places where bytes of a stream never came. */
export const COUNTER_GAPS = 28;
/** Times that a stream lost its place and looked for the next head. */
export const COUNTER_RESYNCHRONISATIONS = 29;
/** Segments that came out of order. */
export const COUNTER_OUT_OF_ORDER = 30;
/** Bytes behind an Upgrade or CONNECT. */
export const COUNTER_TUNNEL_BYTES = 31;

// The writer's.
export const COUNTER_LINES_WRITTEN = 32;
export const COUNTER_BYTES_WRITTEN = 33;
export const COUNTER_LINES_NOT_WRITTEN = 34;
export const COUNTER_WRITES_FAILED = 35;
export const COUNTER_FILES_OPENED = 36;

// The main thread's.
export const COUNTER_KERNEL_PACKETS = 40;
export const COUNTER_KERNEL_DROPS = 41;
export const COUNTER_KERNEL_FREEZES = 42;
export const COUNTER_THREADS_RESTARTED = 43;

export const COUNTERS_BYTES = 384;
