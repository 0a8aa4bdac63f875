// The seen region: a cache of sets, each of a few entries, and behind them room for one entry more.
export const SEEN_SETS = 2048;
export const SEEN_WAYS = 4;
export const SEEN_ENTRY_BYTES = 64;
export const SEEN_BYTES = 524352;
