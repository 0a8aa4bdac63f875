/** A batch of records, as a closed spool file has them. */
export interface SpooledBatch {
  readonly batch: string;
  readonly records: number;
  /** Whole lines of json. */
  readonly bytes: Buffer;
}

/** Who receives records. */
export interface Receiver {
  /**
   * Resolves when the batch is there, once. `isDoubtful`: it may be there already. Rejects, with the reason in one line that shows no
   * password, where it is not known to be there.
   */
  send(batch: SpooledBatch, isDoubtful: boolean): Promise<void>;
  close(): Promise<void>;
}
