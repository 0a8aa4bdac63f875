// Numbers of the counters: u64 words of a counters region. Each word has one writer; names and help stand in counters.table.
// A family is a run of words; which of them counts is arithmetic.

// Packets taken from a source.
export const COUNTER_PACKETS = 0;
/** Bytes of those packets, as they were on the wire. */
export const COUNTER_BYTES = 1;

// Lines lost, by cause.
/** Lines that found no free area. */
export const COUNTER_LINES_NO_AREA = 2;
/** The writer's: lines of writes that failed. */
export const COUNTER_LINES_NOT_WRITTEN = 3;

/** Records for delivery that found no free area, and the main thread's: those that the spool did not take. */
export const COUNTER_RECORDS_NO_AREA = 4;
export const COUNTER_RECORDS_NOT_SPOOLED = 5;

/** The main thread's: records that the disk has lost. */
export const COUNTER_RECORDS_DAMAGED = 34;

export const COUNTER_HEADS_CUT = 6;
export const COUNTER_COPIES = 7;
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
export const COUNTER_WRITES_FAILED = 35;
export const COUNTER_FILES_OPENED = 36;
// Old days, the main thread's.
/** Log files packed, removed, and those with which that failed. */
export const COUNTER_FILES_PACKED = 52;
export const COUNTER_FILES_REMOVED = 53;
export const COUNTER_FILES_FAILED = 54;

// The spool's, the main thread's.
export const COUNTER_RECORDS_SPOOLED = 55;
export const COUNTER_SPOOL_DROPPED_FILES = 56;
export const COUNTER_SPOOL_DROPPED_RECORDS = 57;
/** Gauges: what the spool holds. */
export const COUNTER_SPOOL_FILES = 58;
export const COUNTER_SPOOL_BYTES = 59;

// A capture thread's own.
/** Rounds of the thread: while it lives they go on, each second at the least. */
export const COUNTER_ROUNDS = 37;

// The main thread's.
export const COUNTER_KERNEL_PACKETS = 40;
export const COUNTER_KERNEL_DROPS = 41;
export const COUNTER_KERNEL_FREEZES = 42;
export const COUNTER_THREADS_RESTARTED = 43;

// The main thread's gauges. The last six are taken when somebody asks.
/** Capture threads, and those of them that live. */
export const COUNTER_THREADS = 44;
export const COUNTER_THREADS_ALIVE = 45;
/** When the run began, in whole seconds since 1970. */
export const COUNTER_STARTED = 46;
export const COUNTER_AREAS = 47;
export const COUNTER_AREAS_USED = 48;
/** Blocks of all rings, and those that wait for their capture thread. */
export const COUNTER_RING_BLOCKS = 49;
export const COUNTER_RING_BLOCKS_USED = 50;
/** Room for flows in all tables. */
export const COUNTER_FLOWS_MAXIMUM = 51;

/**
 * Messages, by type and status class: for each type of layout/types in turn so many words as there are classes. A class is the
 * first digit of the status code; 0 is that of requests, and of answers whose code begins otherwise or is not there.
 */
export const COUNTER_MESSAGES = 64;
export const STATUS_CLASSES = 6;

// Histograms: a word for each bucket, then one for the sum of all times, in nanoseconds. The bucket n takes times up to
// HISTOGRAM_UNIT * 2^n, which the one before does not; the last one takes all that are longer.
/** Nanoseconds. */
export const HISTOGRAM_UNIT = 250000;
export const HISTOGRAM_BUCKETS = 18;
export const HISTOGRAM_WORDS = 19;

/** The writer's: how long writes took. */
export const HISTOGRAM_WRITES = 88;
/** How long transactions took, with -pair: for CQ and SQ in turn a histogram for each status class. */
export const HISTOGRAM_TRANSACTIONS = 112;

/** Delivery, the main thread's: for each receiver of receivers.table in turn these words. */
export const COUNTER_DELIVERY = 340;
export const DELIVERED_BATCHES = 0;
export const DELIVERED_RECORDS = 1;
/** Of those the ones that the receiver refused for ever. */
export const REFUSED_RECORDS = 2;
export const DELIVERIES_FAILED = 3;
/** Records that were dropped before the receiver had them. */
export const UNDELIVERED_RECORDS = 4;
export const DELIVERY_WORDS = 5;

export const COUNTERS_BYTES = 2816;
