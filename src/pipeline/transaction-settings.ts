/** What becomes of messages: whether requests and answers are joined, and what of connections is remembered for that. */
export interface TransactionSettings {
  /** A request and its answer become one line; formats of transactions want it too. */
  readonly pair: boolean;
  /** TCP streams are put together first. */
  readonly assemble: boolean;
  /** Flows that are remembered, in all capture threads together. */
  readonly flows: number;
  /** Seconds of silence after which a flow is forgotten. */
  readonly timeoutSeconds: number;
  /** Megabytes for what is out of order or not whole yet, in all capture threads together; a thread's share may be a broken number. */
  readonly assembleMegabytes: number;
}

/** The same for one of so many capture threads: what is bounded for the process is shared out evenly among them. */
export function shareOf(settings: TransactionSettings, threads: number): TransactionSettings {
  return {
    pair: settings.pair,
    assemble: settings.assemble,
    flows: Math.max(1, Math.floor(settings.flows / threads)),
    timeoutSeconds: settings.timeoutSeconds,
    assembleMegabytes: settings.assembleMegabytes / threads,
  };
}
