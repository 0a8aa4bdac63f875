// The part of @duckdb/node-api that is used, and where it is found: it is an optional package, which only questions load.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NoAnswer } from './log-files.ts';

/** Makes another value of one of DuckDB's, and calls `self` for those in it. */
export type Converter = (value: unknown, type: unknown, self: Converter) => unknown;

export interface Chunk {
  readonly rowCount: number;
  convertRows(converter: Converter): unknown[][];
}

export interface Result {
  readonly columnCount: number;
  columnName(index: number): string;
  columnTypeId(index: number): number;
  fetchChunk(): Promise<Chunk | null>;
}

export interface Pending {
  getResult(): Promise<Result>;
}

export interface Prepared {
  readonly statementType: number;
  startStream(): Pending;
}

export interface Connection {
  readonly progress: { readonly percentage: number };
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>;
  extractStatements(sql: string): Promise<{ readonly count: number; prepare(index: number): Promise<Prepared> }>;
}

export interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<{ connect(): Promise<Connection> }>;
  };
  readonly DuckDBTypeId: Readonly<Record<string, number>>;
  readonly StatementType: { readonly SELECT: number };
  readonly DuckDBIntervalValue: new () => object;
  readonly JsonDuckDBValueConverter: Converter;
}

/** Above what `npm install -g` makes: beside this Node.js, and with Debian's npm. */
const GLOBAL: readonly string[] = [join(dirname(dirname(process.execPath)), 'lib'), '/usr/local/lib', '/usr/lib'];

/** Loads DuckDB. Throws NoAnswer where it is not installed, or not for this machine. */
export function loadDuckDb(): DuckDb {
  const load = createRequire(import.meta.url);
  const path = find(load);
  if (path === undefined) {
    throw new NoAnswer('DuckDB is not installed, which answers questions: npm install -g @duckdb/node-api');
  }
  try {
    return load(path) as DuckDb;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new NoAnswer(
      `DuckDB cannot be loaded: ${reason}; npm install -g @duckdb/node-api installs it for this machine`,
    );
  }
}

function find(load: NodeJS.Require): string | undefined {
  for (const paths of [undefined, ...GLOBAL.map((directory) => [directory])]) {
    try {
      return load.resolve('@duckdb/node-api', paths === undefined ? {} : { paths });
    } catch {
      // It is not there; perhaps at the next place.
    }
  }
  return undefined;
}
