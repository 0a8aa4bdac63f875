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

/** What json lines have in other columns only: the target as sent, and Host. */
const JSON_MADE: Readonly<Record<string, string>> = {
  target: `coalesce(${jsonValue('url.path')}, '') || CASE WHEN ${jsonValue('url.query')} IS NULL THEN '' ELSE '?' || ${jsonValue('url.query')} END`,
  host: `${jsonValue('url.domain')} || CASE WHEN ${jsonValue('url.port')} IS NULL THEN '' ELSE ':' || ${jsonValue('url.port')} END`,
};

function jsonValue(key: string): string {
  return `nullif(json_extract_string(line, ${literal(`$."${key}"`)}), '')`;
}

function jsonOf({ short, key, json }: Column): string {
  const made = JSON_FIXED[short] ?? JSON_MADE[short];
  if (made !== undefined) return short === 'target' ? `nullif(${made}, '')` : made;
  return json === 'tsv' ? 'NULL' : jsonValue(key);
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

function expressionOf(column: Column): string {
  const { short } = column;
  const text = TEXT_COLUMNS[short] ?? URL_PARTS[short] ?? 'NULL';
  return `TRY_CAST(CASE WHEN is_json THEN ${jsonOf(column)} ELSE ${text} END AS ${typeOf(column)})`;
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

/** The expressions of all columns behind `date`. */
export function columnExpressions(zone: string, headers: readonly HeaderColumn[], asInstants: boolean): string[] {
  const time = asInstants ? instant(zone) : localTime(zone);
  const fields = headers.map(
    ({ name, key }) => `CASE WHEN is_json THEN json_extract_string(line, ${literal(`$."${key}"[0]`)}) END AS ${name}`,
  );
  const columns = COLUMNS.map(
    (column) => `${column.short === 'time' ? time : expressionOf(column)} AS ${column.short}`,
  );
  return [...columns, ...fields];
}
