import type { FormatName } from '../../layout/formats.table.ts';

/** How lines are written, and what they hold. */
export interface FormatSettings {
  readonly format: FormatName;
  /** tsv: the columns; empty for the usual ones, and with every other format. */
  readonly fields: readonly string[];
  /** json: names of header fields that each line has; empty with every other format. */
  readonly headers: readonly string[];
  /** The name of this host that json has, and tsv where its column is asked for; empty for none. */
  readonly host?: string;
  /** Name of the header field with the client's address behind a proxy; empty for none. */
  readonly clientHeader: string;
  /** Names of header fields and query parameters whose values are replaced, as they were given, each once whatever its case. */
  readonly redact: readonly string[];
}
