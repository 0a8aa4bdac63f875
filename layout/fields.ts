// What a record can hold of a message's header fields: the slots that `http/head` fills, in this order. The first two are
// the parser's own and stay first; behind the fixed ones stand the names that this run asks for.

export const FIELD_CONTENT_LENGTH = 0;
export const FIELD_TRANSFER_ENCODING = 1;
export const FIELD_HOST = 2;
export const FIELD_USER_AGENT = 3;
export const FIELD_CONTENT_TYPE = 4;
/** The first slot that a format asks for: of combined, vcombined and zeek the Referer. */
export const FIELD_REFERER = 5;
/** Slots that every run has. */
export const FIELD_FIXED = 5;
/** The most slots that a run can have. */
export const FIELD_MAXIMUM = 48;

// The names region: what most lines are turned away by, then entries of fixed size.
/** u64: bit n is set where a wanted name has n bytes. */
export const NAMES_LENGTHS = 0;
/** u64: a bit for the hash of each wanted name's first four bytes; all bits where one is shorter. */
export const NAMES_BEGINNINGS = 8;
/** u32: number of entries. */
export const NAMES_COUNT = 16;
export const NAMES_ENTRIES = 24;
/** The hash: the four bytes as a little-endian word, letters made lower case, times this; of that the upper six bits. */
export const NAME_HASH_FACTOR = 0x9e3779b1;
export const NAME_HASH_SHIFT = 26;
/** An entry: u32 length of the name, then its bytes in lower case. */
export const NAME_ENTRY_BYTES = 68;
export const NAME_ENTRY_TEXT = 4;
/** The longest name that can be asked for, in bytes. */
export const NAME_MAXIMUM = 63;

// A slot of the slots region: a span of borrowed bytes, two u32; the address is 0 where the message lacks the field.
export const SLOT_BYTES = 8;
export const SLOT_END = 4;
