/** The module `packet.wasm`: transactions, whole streams, every format. */
export const EVERY_MODE: bool = true;
