// Slabs: pieces of equal size, of which chains are made for what must be kept between packets.

export const SLAB_BYTES = 1024;
/** u32: address of the chain's next slab, 0 in the last one. The four bytes behind it belong to whoever holds the slab. */
export const SLAB_NEXT = 0;
/** Where a slab's data begins. */
export const SLAB_DATA = 8;
