// A database in memory that can read the files of the log and nothing else, and one question to it.
import { freemem } from 'node:os';
import { type Connection, type DuckDb, loadDuckDb, type Result } from './duckdb.ts';
import { findHeaders } from './header-columns.ts';
import { HELPERS, MOST_REJECTED, type TableSettings, tableOf } from './http-table.ts';
import { type LogFile, NoAnswer } from './log-files.ts';
import { list, literal } from './sql.ts';

/** Which log is asked. */
export interface LogSettings extends Pick<TableSettings, 'files' | 'since'> {
  readonly directory: string;
  /** Whether header fields are columns: each file is looked at for those that it has. */
  readonly withHeaders: boolean;
}

/** A database that can read the files of a log. */
export interface Session {
  readonly duckDb: DuckDb;
  readonly connection: Connection;
  /** Name of the local time zone. */
  readonly zone: string;
}

/** A statement that is no question, or one that DuckDB does not understand: its message, in one line. */
export class WrongQuestion extends Error {}

/** The smallest memory that DuckDB is given, in MB. */
const LEAST_MEMORY = 256;

/** Opens the log, with the table `http` in it. Throws NoAnswer. */
export async function openLog({ directory, files, since, withHeaders }: LogSettings): Promise<Session> {
  const session = await openFiles(directory, files);
  const lines = files.filter(({ isParquet }) => !isParquet);
  const headers = withHeaders ? findHeaders(lines.map(({ path }) => path)) : [];
  try {
    await session.connection.run(`CREATE VIEW http AS ${tableOf({ files, headers, zone: session.zone, since })}`);
  } catch (error) {
    // It is no fault of the question: a file that is no Parquet.
    throw new NoAnswer(wrong(error).message);
  }
  return session;
}

/**
 * Opens a database that can read these files, and nothing else, and write below `output`. Files are named from the log directory on, to
 * which the process goes, so that no letter of its path means anything to DuckDB. Throws NoAnswer.
 */
export async function openFiles(directory: string, files: readonly LogFile[], output?: string): Promise<Session> {
  const duckDb = loadDuckDb();
  process.chdir(directory);
  const zone = zoneOf();
  const connection = await connect(duckDb);
  for (const statement of [...HELPERS, ...confinement(files, zone, output)]) await connection.run(statement);
  return { duckDb, connection, zone };
}

async function connect(duckDb: DuckDb): Promise<Connection> {
  const instance = await duckDb.DuckDBInstance.create(':memory:', {
    // Nothing is fetched from the network; json, parquet and icu are built in.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What does not fit into memory is not written elsewhere.
    temp_directory: '',
    memory_limit: `${memory()}MB`,
  });
  return instance.connect();
}

/** Half of what is free, to the machine and to the container: the capture that may run beside it needs the rest. */
function memory(): number {
  // Node.js before 20.13 does not know what a container may have.
  const available = process.availableMemory?.() ?? Number.POSITIVE_INFINITY;
  return Math.max(LEAST_MEMORY, Math.floor(Math.min(freemem(), available) / 2 ** 21));
}

function confinement(files: readonly LogFile[], zone: string, output: string | undefined): string[] {
  return [
    `SET TimeZone = ${literal(zone)}`,
    `SET allowed_paths = ${list(files.map(({ path }) => path))}`,
    ...(output === undefined ? [] : [`SET allowed_directories = ${list([output])}`]),
    'SET enable_external_access = false',
    'SET enable_progress_bar = true',
    'SET enable_progress_bar_print = false',
    'SET lock_configuration = true',
  ];
}

/** The local time zone by a name that ICU knows; a TZ of another kind (KST-9) by its whole hours, as they are today. */
function zoneOf(): string {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined;
  if (name !== undefined && name !== 'Etc/Unknown' && !/^[+-]/.test(name)) return name;
  const minutes = new Date().getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  return `Etc/GMT${minutes > 0 ? '+' : '-'}${Math.round(Math.abs(minutes) / 60)}`;
}

/** Starts a question, whose rows can then be fetched, behind a statement of ours if there is one. Throws WrongQuestion. */
export async function ask({ connection, duckDb }: Session, sql: string, before?: string): Promise<Result> {
  try {
    if (before !== undefined) await connection.run(before);
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new WrongQuestion(`one statement, not ${statements.count}`);
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== duckDb.StatementType.SELECT) {
      throw new WrongQuestion(
        'only questions are answered (SELECT, WITH, FROM, DESCRIBE, SUMMARIZE); files are written by export',
      );
    }
    return await prepared.startStream().getResult();
  } catch (error) {
    throw wrong(error);
  }
}

/** What is said of a text that holds comments and semicolons only. */
const NO_STATEMENT = 'Error in native callback';
/** What is no fault of the question. */
const OF_THE_MACHINE = /^(IO|Out of Memory|Internal|FATAL|Interrupt) Error/i;

/** DuckDB's message, without the lines that repeat the statement. */
export function wrong(error: unknown): Error {
  if (error instanceof WrongQuestion || error instanceof NoAnswer) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message === NO_STATEMENT) return new WrongQuestion('one statement, not 0');
  const told = (message.split(/\n\n?LINE \d+:/)[0] ?? message).trim().replace(/\s*\n\s*/g, '; ');
  return OF_THE_MACHINE.test(told) ? new NoAnswer(told) : new WrongQuestion(told);
}

/** How many lines were passed over because they are none of httplog's. */
export async function passedOver({ connection }: Session): Promise<number> {
  const number = async (sql: string): Promise<number> => {
    try {
      return Number((await connection.runAndReadAll(sql)).getRowsJson()[0]?.[0] ?? 0);
    } catch {
      return 0; // there was none, or no lines were read at all
    }
  };
  const rejected = 'SELECT count(*) FROM (SELECT DISTINCT scan_id, file_id, line FROM reject_errors)';
  return (await number("SELECT currval('httplog_passed_over')")) + Math.min(MOST_REJECTED, await number(rejected));
}
