// The methods region: entries of fixed size, each a method's bytes and, at its end, their number.
export const METHOD_ENTRY_BYTES = 24;
export const METHOD_LENGTH = 23;
/** The longest word that may be a method that is not registered, in bytes. */
export const METHOD_WORD_MAXIMUM = 24;
