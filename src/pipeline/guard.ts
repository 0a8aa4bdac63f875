// Calls the packet code, and goes on behind a packet on which it traps: a bug that a packet finds costs that packet's lines.
import { COUNTER_TRAPS } from '../../layout/counters.ts';
import { PLACE_INPUT_AT, PLACE_PACKET, PLACE_RESUME } from '../../layout/directory.ts';
import { STOP_BROKEN } from '../../layout/stops.ts';
import { instantiate, type PacketCode } from './packet-code.ts';
import { count, countersOf } from './statistics.ts';

/** The packet code of a capture thread; a trap in a walk makes a new instance. */
export interface GuardedCode {
  walkBlock(block: number): number;
  walkFile(): number;
  tick(): void;
  finish(): void;
}

/** Guards the packet code over a memory; `trapped` is told of each trap. */
export function guard(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  trapped: (reason: string) => void,
): GuardedCode {
  const words = new Int32Array(memory.buffer);
  const counters = countersOf(memory);
  let code: PacketCode = instantiate(module, memory);

  /** Counts the trap and makes a new instance. Returns whether the walk had moved on, so that it can go on. */
  const recover = (error: unknown, place: number, before: number): boolean => {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    count(counters, COUNTER_TRAPS, 1);
    trapped(error.message);
    Atomics.store(words, PLACE_RESUME / 4, 0);
    code = instantiate(module, memory);
    return Atomics.load(words, place / 4) !== before;
  };

  return {
    walkBlock(block) {
      for (;;) {
        const before = Atomics.load(words, PLACE_PACKET / 4);
        try {
          return code.walkBlock(block);
        } catch (error) {
          if (!recover(error, PLACE_PACKET, before)) throw error;
        }
      }
    },
    walkFile() {
      for (;;) {
        const before = Atomics.load(words, PLACE_INPUT_AT / 4);
        try {
          return code.walkFile();
        } catch (error) {
          // A trap in the file's own structure leaves the place where it was: nothing behind it can be read.
          if (!recover(error, PLACE_INPUT_AT, before)) return STOP_BROKEN;
        }
      }
    },
    tick: () => void code.tick(),
    finish: () => void code.finish(),
  };
}
