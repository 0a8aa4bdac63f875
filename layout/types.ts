// The four kinds of line: by which end of the exchange this host is.

/** Client query: a client sent a request to a server on this host. */
export const TYPE_CQ = 1;
/** Client response: a server on this host answered it. */
export const TYPE_CR = 2;
/** Server query: this host sent a request to another server. */
export const TYPE_SQ = 3;
/** Server response: the other server answered it. */
export const TYPE_SR = 4;
