// The columns of the table `http`: those of json and tsv (layout/columns.table), by their short names, each with its type.
import { COLUMNS, type Column } from '../../layout/columns.table.ts';
import { literal } from './sql.ts';
import { TEXT_COLUMNS } from './text-line.ts';

/** Smaller than other numbers: ports and status codes. */
const INTEGERS: readonly string[] = ['client_port', 'server_port', 'peer_port', 'url_port', 'status', 'information'];

/** A header field that json lines have. */
export interface HeaderColumn {
  readonly name: string;
  readonly key: string;
}

/** The type of a column in SQL. */
export function typeOf({ short, kind }: Column): string {
  if (short === 'time') return 'TIMESTAMP';
  if (kind === 'truth') return 'BOOLEAN';
  if (kind === 'text') return 'VARCHAR';
  return INTEGERS.includes(short) ? 'INTEGER' : 'BIGINT';
}

/** The type stands near the beginning of every json line, before all that a client sent: it is read without reading the line as JSON. */
const TYPE_KEY = '"httplog.type":"';
const JSON_FIXED: Readonly<Record<string, string>> = {
  type: `substring(line, strpos(line, ${literal(TYPE_KEY)}) + ${TYPE_KEY.length}, 2)`,
  protocol: "'http'",
};

/** An expression for the text at a path in a json line. */
type JsonText = (path: string) => string;

/** Reads the line as JSON for each text: that of a column that is not asked for is never read. */
const oneByOne: JsonText = (path) => `json_extract_string(line, ${literal(path)})`;

/** Takes it from the texts at all paths, of which the line was read once. */
const fromAll =
  (paths: readonly string[]): JsonText =>
  (path) =>
    `texts[${paths.indexOf(path) + 1}]`;

/** The paths of all columns in a json line. */
export function jsonPaths(headers: readonly HeaderColumn[]): string[] {
  return [...COLUMNS.filter(({ json }) => json !== 'tsv').map(({ key }) => pathOf(key)), ...headers.map(headerPath)];
}

function pathOf(key: string): string {
  return `$."${key}"`;
}

function headerPath({ key }: HeaderColumn): string {
  return `${pathOf(key)}[0]`;
}

function jsonOf({ short, key, json }: Column, textAt: JsonText): string {
  const value = (of: string): string => `nullif(${textAt(pathOf(of))}, '')`;
  const behind = (sign: string, of: string): string =>
    `CASE WHEN ${value(of)} IS NULL THEN '' ELSE '${sign}' || ${value(of)} END`;
  // What json lines have in other columns only: the target as sent, and Host.
  if (short === 'target') return `nullif(coalesce(${value('url.path')}, '') || ${behind('?', 'url.query')}, '')`;
  if (short === 'host') return `${value('url.domain')} || ${behind(':', 'url.port')}`;
  return JSON_FIXED[short] ?? (json === 'tsv' ? 'NULL' : value(key));
}

/** Parts of a URL, which text lines have in target and Host only. */
const AUTHORITY = `CASE WHEN contains(target_text, '://') AND regexp_matches(target_text, '^[A-Za-z][-A-Za-z0-9+.]*://[^/?]')
  THEN regexp_extract(target_text, '^[^:]*://(?:[^/?@]*@)?([^/?]*)', 1)
  WHEN w[6 + tags] = 'CONNECT' THEN regexp_extract(target_text, '([^@]*)$', 1) ELSE host_text END`;
const PATH = `CASE WHEN w[6 + tags] = 'CONNECT' THEN NULL
  WHEN starts_with(target_text, '/') OR NOT regexp_matches(target_text, '^[A-Za-z][-A-Za-z0-9+.]*://[^/?]') THEN split_part(target_text, '?', 1)
  ELSE split_part(regexp_extract(target_text, '^[^:]*://[^/?]*(.*)$', 1), '?', 1) END`;
const URL_PARTS: Readonly<Record<string, string>> = {
  scheme: `CASE WHEN asks THEN coalesce(nullif(regexp_extract(target_text, '^([A-Za-z][-A-Za-z0-9+.]*)://[^/?]', 1), ''), 'http') END`,
  domain: `httplog_plain(nullif(regexp_replace(${AUTHORITY}, ':\\d{1,5}$', ''), ''))`,
  url_port: `nullif(regexp_extract(${AUTHORITY}, ':(\\d{1,5})$', 1), '')`,
  path: `httplog_plain(nullif(${PATH}, ''))`,
  query: `httplog_plain(CASE WHEN w[6 + tags] <> 'CONNECT' AND contains(target_text, '?') THEN nullif(substring(target_text, strpos(target_text, '?') + 1), '') END)`,
};

function expressionOf(column: Column, textAt: JsonText): string {
  const { short } = column;
  const text = TEXT_COLUMNS[short] ?? URL_PARTS[short] ?? 'NULL';
  return `TRY_CAST(CASE WHEN is_json THEN ${jsonOf(column, textAt)} ELSE ${text} END AS ${typeOf(column)})`;
}

/** Text lines have local time, json has UTC. */
const TEXT_TIME = 'TRY_CAST(left(line, 23) AS TIMESTAMP)';
const JSON_TIME = 'substring(line, 15, 30)';

function localTime(zone: string): string {
  const json =
    zone === 'UTC'
      ? `TRY_CAST(${JSON_TIME} AS TIMESTAMP)`
      : `timezone(${literal(zone)}, TRY_CAST(${JSON_TIME} AS TIMESTAMP WITH TIME ZONE))`;
  return `CASE WHEN is_json THEN ${json} ELSE ${TEXT_TIME} END`;
}

function instant(zone: string): string {
  const text = `timezone(${literal(zone)}, ${TEXT_TIME})`;
  return `CASE WHEN is_json THEN TRY_CAST(${JSON_TIME} AS TIMESTAMP WITH TIME ZONE) ELSE ${text} END`;
}

/** What the expressions are for. */
export interface ColumnSettings {
  /** Name of the time zone in which times are told. */
  readonly zone: string;
  readonly headers: readonly HeaderColumn[];
  /** All columns are wanted, by who reads them elsewhere: json is read once, and times are instants, for local time can come twice. */
  readonly isExport?: boolean;
}

/** The expressions of all columns behind `date`. */
export function columnExpressions({ zone, headers, isExport = false }: ColumnSettings): string[] {
  const textAt = isExport ? fromAll(jsonPaths(headers)) : oneByOne;
  const time = isExport ? instant(zone) : localTime(zone);
  const columns = COLUMNS.map(
    (column) => `${column.short === 'time' ? time : expressionOf(column, textAt)} AS ${column.short}`,
  );
  const fields = headers.map((header) => `CASE WHEN is_json THEN ${textAt(headerPath(header))} END AS ${header.name}`);
  return [...columns, ...fields];
}
