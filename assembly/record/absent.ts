/** A time or a number of bytes that is not known. */
export const ABSENT: u64 = u64.MAX_VALUE;
