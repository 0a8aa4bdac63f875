// What the packet code makes of a capture file, as rows of tsv.
import { asLatin1 } from './bytes.ts';
import { type RunSettings, runFile } from './packet-code.ts';

/** One line: the values of its fields by their names. */
export type Row = Readonly<Record<string, string>>;

export interface Rows {
  readonly rows: Row[];
  /** The counters that are not 0. */
  readonly counters: Readonly<Record<string, number>>;
  readonly stop: number;
}

/** What differs from a run of transactions over every port. */
export interface RowSettings extends Partial<RunSettings> {
  readonly areaCount?: number;
}

/** Walks a capture file and reads its lines. */
export function rowsOf(file: Uint8Array, fields: readonly string[], settings: RowSettings = {}): Rows {
  const { areaCount, ...others } = settings;
  const run = runFile(
    file,
    { ports: 'any', local: [], addVlan: false, split: false, pair: true, ...others, format: 'tsv', fields },
    areaCount,
  );
  const lines = run.areas.flatMap(({ bytes }) => asLatin1(bytes).split('\n').slice(0, -1));
  const rows = lines.map((line) => {
    const values = line.split('\t');
    if (values.length !== fields.length) throw new Error(`${fields.length} fields, not ${JSON.stringify(line)}`);
    return Object.fromEntries(fields.map((name, i) => [name, values[i] ?? '']));
  });
  const counted = [...run.counters].filter(([, count]) => count !== 0n);
  return { rows, stop: run.stop, counters: Object.fromEntries(counted.map(([name, count]) => [name, Number(count)])) };
}

/** Rows in short: the values of some fields, a blank between them, `-` for none. */
export function brief(rows: readonly Row[], ...fields: readonly string[]): string[] {
  return rows.map((row) => fields.map((name) => (row[name] === '' ? '-' : row[name])).join(' '));
}
