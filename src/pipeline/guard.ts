// Calls the packet code, and goes on behind a packet on which it traps: a bug that a packet finds costs that packet's lines.
import { COUNTER_TRAPS } from '../../layout/counters.ts';
import { PLACE_INPUT_AT, PLACE_LEFT, PLACE_PACKET, PLACE_RESUME } from '../../layout/directory.ts';
import { STOP_BROKEN } from '../../layout/stops.ts';
import { instantiate, type PacketCode } from './packet-code.ts';
import { count, countersOf } from './statistics.ts';

/** Milliseconds in which one trap is told, however many there are. */
const TRAP_QUIET = 1000;

/** Tells of traps, at most of one in a second: the counter has them all. */
export function tellTraps(tell: (reason: string) => void): (reason: string) => void {
  let next = 0;
  return (reason) => {
    if (performance.now() < next) return;
    next = performance.now() + TRAP_QUIET;
    tell(reason);
  };
}

/** The packet code of a capture thread; a trap in a walk makes a new instance. */
export interface GuardedCode {
  walkBlock(block: number, clock: number): number;
  walkFile(): number;
  tick(clock: number): number;
  finish(): number;
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

  const place = (word: number): number => Atomics.load(words, word / 4);
  /** Counts the trap and makes a new instance. */
  const recover = (error: unknown): void => {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    count(counters, COUNTER_TRAPS, 1);
    trapped(error.message);
    Atomics.store(words, PLACE_RESUME / 4, 0);
    code = instantiate(module, memory);
  };

  /** A trap in what waits: the new instance has forgotten it. */
  const outsideWalks = (call: () => number): number => {
    try {
      return call();
    } catch (error) {
      recover(error);
      return call();
    }
  };

  return {
    walkBlock(block, clock) {
      for (;;) {
        const packet = place(PLACE_PACKET);
        const left = place(PLACE_LEFT);
        try {
          return code.walkBlock(block, clock);
        } catch (error) {
          recover(error);
          // Behind a block's last packet there is no other address: there only the number left tells that the walk moved on.
          if (place(PLACE_PACKET) === packet && place(PLACE_LEFT) === left) throw error;
        }
      }
    },
    walkFile() {
      for (;;) {
        const before = place(PLACE_INPUT_AT);
        try {
          return code.walkFile();
        } catch (error) {
          recover(error);
          // A trap in the file's own structure leaves the place where it was: nothing behind it can be read.
          if (place(PLACE_INPUT_AT) === before) return STOP_BROKEN;
        }
      }
    },
    tick: (clock) => outsideWalks(() => code.tick(clock)),
    finish: () => outsideWalks(() => code.finish()),
  };
}
