import { asLatin1 } from './bytes.ts';
import { type RunSettings, runFile } from './packet-code.ts';

/** A silence longer than any in the captures: no flow expires, so what a transaction is depends on its packets only. */
const NEVER = 86_400;

/** Settings of a run whose lines are transactions. */
function settingsOf(format: 'tsv' | 'zeek', fields: readonly string[], assemble: boolean): RunSettings {
  return {
    ports: 'any',
    local: [],
    addVlan: false,
    split: false,
    format,
    fields,
    headers: [],
    clientHeader: '',
    redact: [],
    pair: true,
    assemble,
    timeoutSeconds: NEVER,
  };
}

/** The packet code's transactions of a capture with these columns: a line each. */
export function transactionLines(file: Uint8Array, fields: readonly string[], assemble: boolean): string[] {
  return linesOf(file, settingsOf('tsv', fields, assemble));
}

/** The packet code's transactions of a capture, streams put together, as Zeek writes them. */
export function zeekLines(file: Uint8Array): string[] {
  return linesOf(file, settingsOf('zeek', [], true));
}

function linesOf(file: Uint8Array, settings: RunSettings): string[] {
  return runFile(file, settings).areas.flatMap(({ bytes }) => asLatin1(bytes).split('\n').slice(0, -1));
}
