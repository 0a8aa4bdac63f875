// The settings region: what the packet code needs to know of a run, written before `start`.

/** u32: 1 when the packets come from a ring, 0 from a file. */
export const SETTING_LIVE = 0;
/** u32: bytes kept of each frame of a file; 0 keeps all. Live the kernel cuts. */
export const SETTING_SNAPLEN = 4;
/** u64: stop after this many packets; all bits set for no limit. */
export const SETTING_LIMIT = 8;
/** u32: 1 when each message type has files of its own. */
export const SETTING_SPLIT = 16;
/** u32: 1 when lines tell the VLAN tags. */
export const SETTING_ADD_VLAN = 20;
/** u32: 1 when packets may be seen on more than one interface, so that copies are looked for. */
export const SETTING_COPIES = 24;
/** u32: 1 when the packets of a file must match a filter program of their link type. */
export const SETTING_FILTERED = 28;
/** u32: number of interface indices that follow; all interfaces are read when `SETTING_ALL_INTERFACES` is 1. Changes while running. */
export const SETTING_INTERFACE_COUNT = 32;
export const SETTING_ALL_INTERFACES = 36;
/** u32: 1 when a request and its answer become one record. */
export const SETTING_PAIR = 40;
/** u32: 1 when TCP streams are put together. */
export const SETTING_ASSEMBLE = 44;
/** u32: a format of layout/formats. */
export const SETTING_FORMAT = 48;
/** u32: milliseconds of silence after which a flow is forgotten. */
export const SETTING_TIMEOUT = 52;
/** u32: slot of the request's header field that names the client's address behind a proxy, plus one; 0 for none. */
export const SETTING_CLIENT_SLOT = 56;
/** u32: 1 when each record is written as json too, for delivery, in areas of its own. */
export const SETTING_RECORDS = 60;
/** u64: a random number, with which flows are hashed. */
export const SETTING_SEED = 64;
/** u32 each: the interface indices. Change while running. */
export const SETTING_INTERFACES = 128;
export const INTERFACES_MAXIMUM = 240;
/** With room for twice as many interfaces: while the list changes, the new one stands behind the old one. */
export const SETTINGS_BYTES = 2048;

/** The port region: one bit for each port, lowest bit first. */
export const PORTS_BYTES = 8192;

// A table of local addresses: two counts, then sorted ranges that do not touch.
/** u32: number of IPv4 ranges, each two u32 (first, last). */
export const LOCAL_IPV4_COUNT = 0;
/** u32: number of IPv6 ranges, each four u64 (first: high, low; last: high, low). */
export const LOCAL_IPV6_COUNT = 4;
export const LOCAL_IPV4_RANGES = 16;
export const LOCAL_IPV4_MAXIMUM = 16384;
export const LOCAL_IPV6_RANGES = 131088;
export const LOCAL_IPV6_MAXIMUM = 16384;
export const LOCAL_TABLE_BYTES = 655376;

// The filter region (`-f` from a file): a directory of link types, then their programs.
/** u32: number of entries; each entry: link type, address of the program, its number of instructions. */
export const FILTER_COUNT = 0;
export const FILTER_ENTRIES = 16;
export const FILTER_ENTRY_BYTES = 16;
export const FILTER_ENTRY_LINK_TYPE = 0;
export const FILTER_ENTRY_PROGRAM = 4;
export const FILTER_ENTRY_LENGTH = 8;
