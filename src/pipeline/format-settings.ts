/** As `-format` takes it. */
export type FormatName = 'text' | 'json' | 'combined' | 'common' | 'vcombined' | 'zeek' | 'tsv';

/** One format of lines. */
interface Format {
  readonly name: FormatName;
  /** Each line is a request with its answer: the format implies `-pair`. */
  readonly transactions: boolean;
}

/** Every format. */
export const FORMATS: readonly Format[] = [
  { name: 'text', transactions: false },
  { name: 'json', transactions: false },
  { name: 'combined', transactions: true },
  { name: 'common', transactions: true },
  { name: 'vcombined', transactions: true },
  { name: 'zeek', transactions: true },
  { name: 'tsv', transactions: false },
];

/** How lines are written, and what they hold. */
export interface FormatSettings {
  readonly format: FormatName;
  /** tsv: the columns; empty for the usual ones, and with every other format. */
  readonly fields: readonly string[];
  /** json: names of header fields that each line has; empty with every other format. */
  readonly headers: readonly string[];
  /** Name of the header field with the client's address behind a proxy; empty for none. */
  readonly clientHeader: string;
  /** Names of header fields and query parameters whose values are replaced, as they were given, each once whatever its case. */
  readonly redact: readonly string[];
}
