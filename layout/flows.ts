// What is kept of each TCP connection.

/** One direction of a connection: sequence numbers, and what waits for a hole to be filled (assembly/flow/direction). */
export const DIRECTION_BYTES = 64;
/** Where in HTTP one direction stands (assembly/follow/state). */
export const FOLLOWER_BYTES = 96;
