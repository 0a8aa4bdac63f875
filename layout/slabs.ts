// Slabs: pieces of equal size, of which what must be kept between packets is made. A chain of slabs is named by its first.

export const SLAB_BYTES = 1024;
/** u32: address of the next slab of the chain, or 0. */
export const SLAB_NEXT = 0;
/** Where a slab's data begin. */
export const SLAB_DATA = 8;
