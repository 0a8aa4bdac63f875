// The table `http`: a view over the lines of all files, of which DuckDB reads those of the days that a question asks for.
import { HEADER_KEY } from './header-columns.ts';
import { type ColumnSettings, columnExpressions, jsonPaths } from './http-columns.ts';
import type { LogFile } from './log-files.ts';
import { list, literal } from './sql.ts';
import { TEXT_LINE, TEXT_STEPS } from './text-line.ts';

/** What the table is made of. */
export interface TableSettings extends ColumnSettings {
  readonly files: readonly LogFile[];
  /** Only what is not older, a local time as text. */
  readonly since?: string;
}

/** The longest line: two heads of 64 KB, each byte of them written as at most six. */
const LONGEST_LINE = 1048576;
/** More rejected lines than this are not counted. */
export const MOST_REJECTED = 100_000;

/** The host is there with -host; nothing in its name can end it. */
const JSON_BEGINNING =
  '\\{"timestamp":"[-0-9T:.]{29}Z",(?:"host\\.name":"[-.:0-9A-Z_a-z]+",)?"httplog\\.type":"(?:CQ|CR|SQ|SR)",';
const BEGINNING = `^(?:${TEXT_LINE}|${JSON_BEGINNING})`;

/** Counts lines that are passed over. */
const SEQUENCE = 'CREATE SEQUENCE httplog_passed_over';

/**
 * Undoes the escapes of text lines, so that their values are those of json: bytes that are no UTF-8 stay \xhh in both. Rare, so
 * what is dear in it is done only where there is a backslash.
 */
const PLAIN = `CREATE MACRO httplog_plain(escaped) AS CASE WHEN contains(escaped, '\\') THEN
  url_decode(regexp_replace(regexp_replace(replace(escaped, '%', '%25'), '\\\\xc2\\\\x([89][0-9a-f])', '%c2%\\1', 'g'), '\\\\x([0-7][0-9a-f])', '%\\1', 'g'))
  ELSE escaped END`;

/** What the table needs. */
export const HELPERS: readonly string[] = [SEQUENCE, PLAIN];

/** The table as a query. */
export function tableOf(settings: TableSettings): string {
  const { files, since } = settings;
  const lines = files.filter(({ isParquet }) => !isParquet);
  const parquet = files.filter(({ isParquet }) => isParquet);
  const parts = [
    ...(lines.length > 0 ? [ofLines(lines, settings)] : []),
    ...(parquet.length > 0 ? [ofParquet(parquet, settings.zone)] : []),
  ];
  const all = parts.join(' UNION ALL BY NAME ');
  return since === undefined ? all : `SELECT * FROM (${all}) WHERE time >= TIMESTAMP ${literal(since)}`;
}

/** Asks for the header fields of all json lines in these files, by their keys. */
export function headerKeys(files: readonly LogFile[]): string {
  const keys = `unnest(regexp_extract_all(line, ${literal(HEADER_KEY)}, 1))`;
  return `SELECT DISTINCT ${keys} AS key FROM ${rowsOf(files, '')} WHERE starts_with(line, '{') ORDER BY key`;
}

/** Whole lines: nothing parts or quotes them, for a control never stands in one. */
function rowsOf(files: readonly LogFile[], rejects: string): string {
  return `read_csv(${list(files.map(({ path }) => path))}, columns = {'line': 'VARCHAR'}, filename = true, header = false,
    auto_detect = false, delim = chr(1), quote = '', escape = '', new_line = '\\n', strict_mode = false,
    max_line_size = ${LONGEST_LINE}, ignore_errors = true${rejects})`;
}

function ofLines(files: readonly LogFile[], settings: TableSettings): string {
  const rows = rowsOf(files, `, store_rejects = true, rejects_limit = ${MOST_REJECTED}`);
  const own = `SELECT ${dayOf(files)} AS date, ${OWN_LINE} AS line FROM ${rows}`;
  const texts = settings.isExport ? `json_extract_string(line, ${list(jsonPaths(settings.headers))})` : 'NULL';
  const first = `SELECT date, line, starts_with(line, '{') AS is_json,
    CASE WHEN starts_with(line, '{') THEN ${texts} END AS texts,
    CASE WHEN starts_with(line, '{') THEN NULL ELSE string_split(line, ' ') END AS w FROM (${own}) WHERE line IS NOT NULL`;
  const steps = TEXT_STEPS.reduce(
    (from, step) =>
      `SELECT *, ${step.map(([name, expression]) => `${expression} AS ${name}`).join(', ')} FROM (${from})`,
    first,
  );
  return `SELECT date, ${columnExpressions(settings).join(',\n')} FROM (${steps})`;
}

/**
 * The line, or NULL where it is none of httplog's, which is counted, but for empty ones. What has an effect is never left out or put
 * behind another condition: so each line that is read is judged here, whatever else is asked of it.
 */
const OWN_LINE = `CASE WHEN regexp_matches(line, ${literal(BEGINNING)}) AND (NOT starts_with(line, '{') OR json_valid(line)) THEN line
  WHEN line IS NULL THEN NULL
  WHEN nextval('httplog_passed_over') IS NULL THEN line ELSE NULL END`;

/**
 * The day by the file's name. DuckDB asks this of each name before it opens a file, where nothing in it can fail: a cast could, and
 * a CASE of hundreds of files takes long to plan.
 */
function dayOf(files: readonly LogFile[]): string {
  return `map(${list(files.map(({ path }) => path))}, ${list(files.map(({ day }) => day))}::DATE[])[filename]`;
}

/** As `httplog export` wrote it: times are instants there, and local here. */
function ofParquet(files: readonly LogFile[], zone: string): string {
  return `SELECT date, timezone(${literal(zone)}, time) AS time, * EXCLUDE (date, time)
    FROM read_parquet(${list(files.map(({ path }) => path))}, hive_partitioning = true, hive_types = {'date': DATE}, union_by_name = true)`;
}
