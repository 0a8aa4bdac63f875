// The packet code as this half sees it: five functions that take and return 32-bit numbers, over a memory.

/** The exports of the packet code; each returns why it stopped (layout/stops). */
export interface PacketCode {
  start(): number;
  /** `clock` is the flow clock (`pipeline/flow-clock`); from a file the packets' stamps take its place. */
  walkBlock(block: number, clock: number): number;
  walkFile(): number;
  tick(clock: number): number;
  finish(): number;
}

/** Makes an instance over a memory and starts it. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): PacketCode {
  const instance = new WebAssembly.Instance(module, { env: { memory }, time: { localOffset } });
  const code = instance.exports as unknown as PacketCode;
  code.start();
  return code;
}

const date = new Date();

/** Seconds to add to UTC for local time, in this UTC minute since 1970. */
function localOffset(minute: number): number {
  date.setTime(minute * 60_000);
  return date.getTimezoneOffset() * -60;
}
