// The subcommands: questions to the log. Only their names are known here, so that the capturing program loads nothing of them.

/** One of them, for the texts. */
export interface Subcommand {
  readonly name: string;
  readonly arguments: string;
  readonly help: string;
}

export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'query',
    arguments: "'SQL'",
    help: 'Ask the log in SQL: one table, http, over all files of the log directory.',
  },
  {
    name: 'top',
    arguments: '[paths|clients|hosts|agents|status|slow|errors]',
    help: 'Ask the log what is asked most often: without SQL, as a table with bars.',
  },
  {
    name: 'export',
    arguments: '-parquet DIRECTORY',
    help: 'Write days of the log as Parquet files, for DuckDB, Spark or Trino elsewhere.',
  },
];

/** Whether a command line begins with one of their names. */
export function isSubcommand(word: string | undefined): boolean {
  return SUBCOMMANDS.some(({ name }) => name === word);
}
