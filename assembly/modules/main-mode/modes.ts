/** The module `message.wasm`: the main mode alone. What other modes need is not in it. */
export const EVERY_MODE: bool = false;
