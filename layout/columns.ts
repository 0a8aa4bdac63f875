// What a line of json, tsv and zeek is made of: a list of columns, each a value with what stands before and behind it.
// `pipeline/columns` writes the list; names and help of the values stand in columns.table.

// The columns region: a head, entries of fixed size, then the bytes of the keys.
/** u32: number of entries. */
export const COLUMNS_COUNT = 0;
/** u32: what becomes of a column whose value is absent: one of `ABSENT_x`. */
export const COLUMNS_ABSENT = 4;
/** u32: up to four bytes that end a line, and at `COLUMNS_END_LENGTH` how many. */
export const COLUMNS_END = 8;
export const COLUMNS_END_LENGTH = 12;
export const COLUMNS_ENTRIES = 16;

/** Neither key nor value is written. */
export const ABSENT_LEFT_OUT = 0;
/** The key is written, and nothing behind it. */
export const ABSENT_EMPTY = 1;
/** The key is written, and `-` behind it. */
export const ABSENT_HYPHEN = 2;

/** u32: the value, a number from the list below. */
export const COLUMN_VALUE = 0;
/** u32: the slot of a header field. */
export const COLUMN_SLOT = 4;
/** u32: the bytes before the value: their offset in the region, and their number; sixteen more may be read. */
export const COLUMN_KEY = 8;
export const COLUMN_KEY_LENGTH = 12;
/** u32: up to four bytes behind the value, and their number. */
export const COLUMN_CLOSING = 16;
export const COLUMN_CLOSING_LENGTH = 20;
export const COLUMN_ENTRY_BYTES = 24;

export const COLUMNS_MAXIMUM = 144;
/** Room for the entries and 128 bytes of key for each. */
export const COLUMNS_BYTES = 22528;

/** Nothing: all is said by the key. */
export const VALUE_NOTHING = 0;
export const VALUE_TIMESTAMP = 1;
export const VALUE_TYPE = 2;
export const VALUE_CLIENT_ADDRESS = 3;
export const VALUE_CLIENT_PORT = 4;
export const VALUE_SERVER_ADDRESS = 5;
export const VALUE_SERVER_PORT = 6;
export const VALUE_PEER_ADDRESS = 7;
export const VALUE_PEER_PORT = 8;
export const VALUE_PROTOCOL_VERSION = 9;
export const VALUE_NETWORK_TYPE = 10;
export const VALUE_VLAN = 11;
export const VALUE_METHOD = 12;
export const VALUE_TARGET = 13;
export const VALUE_URL_SCHEME = 14;
export const VALUE_URL_DOMAIN = 15;
export const VALUE_URL_PORT = 16;
export const VALUE_URL_PATH = 17;
export const VALUE_URL_QUERY = 18;
export const VALUE_STATUS = 19;
export const VALUE_REASON = 20;
export const VALUE_REQUEST_BODY_SIZE = 21;
export const VALUE_RESPONSE_BODY_SIZE = 22;
export const VALUE_CONTENT_TYPE = 23;
export const VALUE_DURATION = 24;
export const VALUE_CONNECT = 25;
export const VALUE_REQUEST_TIME = 26;
export const VALUE_TTFB = 27;
export const VALUE_RESPONSE_TIME = 28;
export const VALUE_IDLE = 29;
export const VALUE_REQUEST_WIRE_BYTES = 30;
export const VALUE_RESPONSE_WIRE_BYTES = 31;
export const VALUE_RETRANSMISSIONS = 32;
export const VALUE_TRANSACTION = 33;
export const VALUE_COMPLETE = 34;
export const VALUE_INFORMATION = 35;
export const VALUE_REQUEST_START_LINE = 36;
export const VALUE_RESPONSE_START_LINE = 37;
export const VALUE_REQUEST_HEADER = 38;
export const VALUE_RESPONSE_HEADER = 39;
// Zeek's own.
export const VALUE_EPOCH = 40;
export const VALUE_UID = 41;
export const VALUE_ORIGINATOR_ADDRESS = 42;
export const VALUE_ORIGINATOR_PORT = 43;
export const VALUE_UNESCAPED_TARGET = 44;
export const VALUE_REQUEST_BODY_COUNT = 45;
export const VALUE_RESPONSE_BODY_COUNT = 46;
export const VALUE_PROXIED = 47;
export const VALUE_ANSWER_VERSION = 48;
