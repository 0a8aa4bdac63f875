// The redaction region: which values are replaced before anything is written.

/** u64: bit n is set where the value of slot n is replaced. */
export const REDACTION_SLOTS = 0;
/** u64: bit n is set where the value of slot n is a URL, whose query is looked through. */
export const REDACTION_URLS = 8;
/** u64: bit n is set where the name of a query parameter has n bytes. */
export const REDACTION_LENGTHS = 16;
/** u32: number of names of query parameters, then entries like those of the names region. */
export const REDACTION_COUNT = 24;
export const REDACTION_ENTRIES = 32;
/** The most names that can be told. */
export const REDACTION_MAXIMUM = 48;
/** The head, the entries, and sixteen bytes that may be read along. */
export const REDACTION_BYTES = 3328;

/**
 * The settled region: what spans become whose bytes change. Of two heads of 64 KB each byte is part of one span, and three
 * of them (`&a=`) grow to eleven; behind that there is room that may be read along.
 */
export const SETTLED_BYTES = 524288;
