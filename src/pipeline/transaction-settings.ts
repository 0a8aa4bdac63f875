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
  /** Megabytes for what is out of order or not whole yet, in all capture threads together. */
  readonly assembleMegabytes: number;
}
