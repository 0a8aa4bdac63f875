// The interfaces region: what a pcapng section says of its interfaces, an entry each.
export const INTERFACE_LINK_TYPE = 0;
export const INTERFACE_SNAPLEN = 4;
/** `if_tsresol`, one byte. */
export const INTERFACE_RESOLUTION = 8;
/** `if_tsoffset`, i64 seconds. */
export const INTERFACE_OFFSET = 16;
export const INTERFACE_ENTRY_BYTES = 24;
/** Room for the 4,096 interfaces that a section can describe. */
export const INTERFACES_BYTES = 98304;
