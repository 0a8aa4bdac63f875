// Rooms in which something is put together for a moment.

/** The scratch region: a head that came in several pieces, HEAD_MAXIMUM of layout/areas and 64 bytes. */
export const SCRATCH_BYTES = 65600;
/** The unpacked region holds two of these: what a packed half's spans are, together no more than a head, and VLAN tags. */
export const UNPACKED_BYTES = 69632;
