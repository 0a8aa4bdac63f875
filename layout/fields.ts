// What a record can hold of a message's header fields: the slots that `http/head` fills, in this order.
// The first two are the parser's own and stay first.

export const FIELD_CONTENT_LENGTH = 0;
export const FIELD_TRANSFER_ENCODING = 1;
export const FIELD_HOST = 2;
export const FIELD_USER_AGENT = 3;
export const FIELD_CONTENT_TYPE = 4;
export const FIELD_COUNT = 5;

// The names region: u64 with bit n set where a wanted name has n bytes, u32 count, then entries of fixed size.
export const NAMES_LENGTHS = 0;
export const NAMES_COUNT = 8;
export const NAMES_ENTRIES = 16;
/** An entry: u32 length of the name, then its bytes in lower case. */
export const NAME_ENTRY_BYTES = 68;
export const NAME_ENTRY_TEXT = 4;
/** The longest name that can be asked for, in bytes. */
export const NAME_MAXIMUM = 63;

// A slot of the slots region: a span of borrowed bytes, two u32; the address is 0 where the message lacks the field.
export const SLOT_BYTES = 8;
export const SLOT_END = 4;
