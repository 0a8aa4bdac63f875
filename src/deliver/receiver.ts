import type { RECEIVERS } from '../../layout/receivers.table.ts';

/** A batch of records, as a closed spool file has them. */
export interface SpooledBatch {
  readonly batch: string;
  readonly records: number;
  /** Whole lines of json. */
  readonly bytes: Buffer;
}

/** A receiver of layout/receivers. */
export type ReceiverName = (typeof RECEIVERS)[number];

/** Records that a receiver will never take, and why. */
export interface Refusal {
  readonly records: number;
  readonly reason: string;
}

/** All refusals as one, with the first one's reason; undefined where nothing was refused. */
export function inOne(refusals: readonly Refusal[]): Refusal | undefined {
  const [first] = refusals;
  return first && { records: refusals.reduce((sum, { records }) => sum + records, 0), reason: first.reason };
}

/** Who receives records. */
export interface Receiver {
  readonly name: ReceiverName;
  /**
   * Resolves when the batch is there, but for records that the receiver refuses for ever. `isDoubtful`: it may be there already.
   * Rejects, with the reason in one line that shows no password, where it is not known to be there.
   */
  send(batch: SpooledBatch, isDoubtful: boolean): Promise<Refusal | undefined>;
  close(): Promise<void>;
}

/** Milliseconds that a receiver may ask to be left alone for. */
const LONGEST_REST = 60_000;

/** Records did not get to a receiver, or not for certain. */
export class NotTaken extends Error {
  /** Milliseconds that it asks to be left alone for, a minute at the most; 0 where it does not. */
  readonly wait: number;

  constructor(reason: string, wait: number) {
    super(reason);
    this.wait = Math.min(wait, LONGEST_REST);
  }
}
