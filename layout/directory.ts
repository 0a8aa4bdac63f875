// The header page of a packet memory: fixed offsets, so that both halves find everything else through it.
// `pipeline/memory` chooses the regions' places and sizes at the start; no other address is known at compile time.

/**
 * Where the regions may begin (`initialMemory` in asconfig.json, in pages of 64 KB). Before it stand the header page, of
 * 4096 bytes, and the module's static data (`memoryBase`).
 */
export const REGIONS_BEGIN = 65536;

// The directory: for each region its address, and 4 bytes behind it its size, both u32.
export const REGION_SETTINGS = 0;
export const REGION_PORTS = 8;
export const REGION_NAMES = 16;
export const REGION_LOCAL = 24;
export const REGION_COUNTERS = 32;
export const REGION_SEEN = 40;
export const REGION_INTERFACES = 48;
export const REGION_FILTERS = 56;
export const REGION_SLOTS = 64;
export const REGION_AREAS = 72;
export const REGION_INPUT = 80;
export const REGION_RING = 88;
export const REGION_METHODS = 96;
export const REGION_COLUMNS = 104;
export const REGION_FLOWS = 112;
export const REGION_BUCKETS = 120;
export const REGION_SLABS = 128;
export const REGION_SCRATCH = 136;
export const REGION_UNPACKED = 144;
export const REGION_REDACTION = 152;
export const REGION_SETTLED = 160;
/** The columns of the records for delivery. */
export const REGION_RECORD_COLUMNS = 168;
/** From a region's address word to its size word. */
export const REGION_SIZE = 4;

// The local addresses exist twice. The main thread stores which table holds, the packet code which one it reads.
export const LOCAL_ACTIVE = 256;
export const LOCAL_IN_USE = 260;

// The walk's place: what must outlive an instance and a thread.
/** Live: index of the next block of the ring. */
export const PLACE_BLOCK = 512;
/** Live: address of the next packet in the block that is being walked. */
export const PLACE_PACKET = 516;
/** Live: packets of that block still to walk; 0 means that the block is not begun. */
export const PLACE_LEFT = 520;
/** After a stop for want of an area: one more than the offset in the packet's payload from which judging goes on; else 0. */
export const PLACE_RESUME = 524;
/** From a file: address of the next byte of the input to read. */
export const PLACE_INPUT_AT = 528;
/** From a file: address behind the last byte of the input. */
export const PLACE_INPUT_END = 532;
/** From a file: how many bytes the walk needs in one piece before it can go on. */
export const PLACE_INPUT_NEEDED = 536;
/** From a file: what kind of file this is: 0 not known yet, then `FILE_PCAP` or `FILE_PCAPNG`. */
export const PLACE_FILE_KIND = 540;
/** From a file: 1 when its numbers have the other byte order. */
export const PLACE_FILE_SWAPPED = 544;
/** pcap: link type. */
export const PLACE_FILE_LINK_TYPE = 548;
/** pcap: nanoseconds for one unit of a record's sub-second part (1 or 1000). */
export const PLACE_FILE_UNIT = 552;
/** pcap: length of a record header in bytes (16, or 24 in Kuznetzov's variant). */
export const PLACE_FILE_RECORD_HEADER = 556;
/** pcapng: interfaces described in the current section. */
export const PLACE_FILE_INTERFACES = 560;
/** The link type that stopped a walk for want of its filter program. */
export const PLACE_MISSING_LINK_TYPE = 564;
/** Stamp of the last packet, u64 nanoseconds since 1970. */
export const PLACE_STAMP = 568;
/** Sequence number of the last area handed over. */
export const PLACE_AREA_SEQUENCE = 576;
/**
 * The areas being filled for each split (0 for all types together, CQ, CR, SQ, SR, records), two u32: addresses, or 0. Two, for
 * around midnight transactions of two days end in turn.
 */
export const PLACE_FILLING = 580;

/** Values of `PLACE_FILE_KIND`. */
export const FILE_PCAP = 1;
export const FILE_PCAPNG = 2;
