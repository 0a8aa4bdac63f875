import { SLAB_BYTES } from '../../layout/slabs.ts';

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

const MEGABYTE = 1048576;
/** Bytes of slabs for requests that have left their flows and are not written yet. */
const LEAVING_BYTES = MEGABYTE;

/** What a memory needs for the flows of these settings: entries, and bytes of slabs, one for each flow where only heads wait. */
export function flowSizes(settings: TransactionSettings): { flows: number; slabs: number } {
  const { pair, assemble, flows, assembleMegabytes } = settings;
  if (assemble) return { flows, slabs: Math.floor(assembleMegabytes * MEGABYTE) };
  return pair ? { flows, slabs: flows * SLAB_BYTES + LEAVING_BYTES } : { flows: 0, slabs: 0 };
}
