// Which files of a spool are on their way, and how far its receivers are. A file is sent or makes room, never both: whoever takes it first
// has it. The spool and the delivery thread say so to each other in words that they share, each before it looks at those of the other
// (Dekker's way).
import { RECEIVERS } from '../../layout/receivers.table.ts';
import { numberOf } from './spool-file.ts';

type ReceiverName = (typeof RECEIVERS)[number];

/** The memory of the words. */
export type ClaimWords = SharedArrayBuffer;

/** What is said of a spool's files, by their batches. */
export interface Claims {
  /** A receiver sends this one from now on. False: it is making room. */
  take(receiver: ReceiverName, batch: string): boolean;
  /** A receiver sends none. */
  release(receiver: ReceiverName): void;
  /** A receiver has this one, and all before it. To be said before it is released. */
  moveTo(receiver: ReceiverName, batch: string): void;
  /** Whether a receiver has this one. */
  has(receiver: ReceiverName, batch: string): boolean;
  /** This one makes room from now on. False: it is on its way. */
  beginDrop(batch: string): boolean;
  endDrop(): void;
}

/** Word of the file that makes room; behind it one for each receiver with what it sends, and one with its place. 0 is none. */
const DROPPED = 0;
const SENT = 1;
const PLACES: number = SENT + RECEIVERS.length;
const WORDS: number = PLACES + RECEIVERS.length;

export function makeClaimWords(): ClaimWords {
  return new SharedArrayBuffer(WORDS * BigInt64Array.BYTES_PER_ELEMENT);
}

/** Opens claims over these words. */
export function openClaims(shared: ClaimWords): Claims {
  const words = new BigInt64Array(shared);
  const wordOf = (receiver: ReceiverName): number => SENT + RECEIVERS.indexOf(receiver);
  return {
    take(receiver, batch) {
      const number = BigInt(numberOf(batch));
      Atomics.store(words, wordOf(receiver), number);
      if (Atomics.load(words, DROPPED) !== number) return true;
      Atomics.store(words, wordOf(receiver), 0n);
      return false;
    },
    release(receiver) {
      Atomics.store(words, wordOf(receiver), 0n);
    },
    moveTo(receiver, batch) {
      Atomics.store(words, PLACES + RECEIVERS.indexOf(receiver), BigInt(numberOf(batch)));
    },
    has: (receiver, batch) => Atomics.load(words, PLACES + RECEIVERS.indexOf(receiver)) >= BigInt(numberOf(batch)),
    beginDrop(batch) {
      const number = BigInt(numberOf(batch));
      Atomics.store(words, DROPPED, number);
      if (RECEIVERS.every((receiver) => Atomics.load(words, wordOf(receiver)) !== number)) return true;
      Atomics.store(words, DROPPED, 0n);
      return false;
    },
    endDrop() {
      Atomics.store(words, DROPPED, 0n);
    },
  };
}
