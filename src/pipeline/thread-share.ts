import type { TransactionSettings } from './transaction-settings.ts';

/** What one of so many capture threads is given: what is bounded for the process is shared out evenly among them. */
export function shareOf(settings: TransactionSettings, threads: number): TransactionSettings {
  return {
    pair: settings.pair,
    assemble: settings.assemble,
    flows: Math.max(1, Math.floor(settings.flows / threads)),
    timeoutSeconds: settings.timeoutSeconds,
    // Perhaps a broken number.
    assembleMegabytes: settings.assembleMegabytes / threads,
  };
}
