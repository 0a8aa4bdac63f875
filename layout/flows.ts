// What is remembered between packets. The flows region holds the entries; the buckets region the heads of their hash chains.

/** Bytes of one entry. */
export const FLOW_ENTRY_BYTES = 512;
/** Of an entry: where the state of the mode begins, behind the key and the links of the table. */
export const FLOW_STATE = 64;
/** Bytes of one hash chain's head. There are a power of two of them, at least as many as entries. */
export const BUCKET_BYTES = 4;

/** One direction of a connection: sequence numbers, and what waits for a hole to be filled (assembly/flow/direction). */
export const DIRECTION_BYTES = 64;
/** Where in HTTP one direction stands (assembly/follow/state). */
export const FOLLOWER_BYTES = 96;
