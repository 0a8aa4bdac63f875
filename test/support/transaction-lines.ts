import { asLatin1 } from './bytes.ts';
import { type RunSettings, runFile } from './packet-code.ts';

/** A silence longer than any in the captures: no flow expires, so what a transaction is depends on its packets only. */
const NEVER = 86_400;

/** Settings of a run whose lines are transactions with these columns. */
function transactionSettings(fields: readonly string[], assemble: boolean): RunSettings {
  return {
    ports: 'any',
    local: [],
    addVlan: false,
    split: false,
    format: 'tsv',
    fields,
    headers: [],
    clientHeader: '',
    redact: [],
    pair: true,
    assemble,
    timeoutSeconds: NEVER,
  };
}

/** The packet code's transactions of a capture: a line each. */
export function transactionLines(file: Uint8Array, fields: readonly string[], assemble: boolean): string[] {
  const { areas } = runFile(file, transactionSettings(fields, assemble));
  return areas.flatMap(({ bytes }) => asLatin1(bytes).split('\n').slice(0, -1));
}
