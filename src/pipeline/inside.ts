// What a run shows of itself while it goes on, to whoever watches its health.
import { COUNTER_ROUNDS } from '../../layout/counters.ts';
import { takeGauges } from './gauges.ts';
import { type Counters, total } from './statistics.ts';
import type { TransactionSettings } from './transaction-settings.ts';
import type { Writer } from './writer.ts';

/** The inside of a run. */
export interface Inside extends Pick<TransactionSettings, 'pair' | 'assemble'> {
  /** Whether packets come from interfaces. */
  readonly live: boolean;
  /** Whether records go to a spool. */
  readonly records: boolean;
  /** Whether they are delivered. */
  readonly delivery: boolean;
  /** Brings up to date what is only counted when somebody looks: the kernel's counts, and how full everything is. */
  look(): void;
  /** A word of the counters (layout/counters) over all threads. */
  of(word: number): number;
  /** For each capture thread its rounds. */
  rounds(): readonly number[];
  /** What writing suffers from just now. */
  readonly trouble: Writer['trouble'];
  /** The run is to end. */
  stopping(): boolean;
}

/** What there is to look into. */
interface Parts
  extends Pick<Inside, 'live' | 'records' | 'delivery' | 'pair' | 'assemble' | 'look' | 'trouble' | 'stopping'> {
  readonly memories: readonly WebAssembly.Memory[];
  /** The main thread's counters, and those of each memory. */
  readonly counters: Counters;
  readonly captured: readonly Counters[];
}

/** Shows a run made of these parts. */
export function showInside(parts: Parts): Inside {
  const { memories, counters, captured, live, records, delivery, pair, assemble, trouble, stopping } = parts;
  const all = [counters, ...captured];
  return {
    live,
    records,
    delivery,
    pair,
    assemble,
    look() {
      parts.look();
      takeGauges(memories, counters);
    },
    of: (word) => total(all, word),
    rounds: () => captured.map((own) => total([own], COUNTER_ROUNDS)),
    trouble,
    stopping,
  };
}
