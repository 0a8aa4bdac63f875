import { type ClickHouseUrl, readClickHouseUrl, shown } from '../deliver/clickhouse-url.ts';
import { type OtlpUrl, readOtlpUrl } from '../deliver/otlp-url.ts';
import type { SpoolSettings } from '../pipeline/spooling.ts';
import { type Option, type ServerSettings, type Settings, TRUTH, WRITTEN } from './option.ts';
import { items, type Reading } from './reading.ts';
import { readBoolean, readPath, wholeNumber } from './scalars.ts';

// The rows of records that leave this host; their places among the others are in the one table.

type Rows<K extends keyof Settings> = { readonly [name in K]: Option<Settings[name]> };

/** Several URLs, each of another server; `read` gives a URL, or what is wrong with it. */
function readUrls<Url>(
  text: string,
  read: (item: string) => Url | string,
  shownAs: (url: Url) => string,
): Reading<readonly Url[]> {
  if (text.trim() === '') return { value: [] };
  const urls: Url[] = [];
  for (const item of items(text)) {
    const url = read(item);
    if (typeof url === 'string') return { reason: url };
    urls.push(url);
  }
  return new Set(urls.map(shownAs)).size < urls.length ? { reason: 'names a server twice' } : { value: urls };
}

/** Servers of one table: each URL names the same database and table. */
function readTables(text: string): Reading<readonly ClickHouseUrl[]> {
  const reading = readUrls(text, readClickHouseUrl, shown);
  if (!('value' in reading)) return reading;
  const tables = new Set(reading.value.map(({ database, table }) => `${database}.${table}`));
  return tables.size > 1 ? { reason: 'names more than one table' } : reading;
}

/** Where records go, and where they wait. */
export const DELIVERY_OPTIONS: Rows<keyof ServerSettings | keyof SpoolSettings> = {
  clickHouse: {
    flag: 'clickhouse',
    variable: 'HTTPLOG_CLICKHOUSE',
    group: WRITTEN,
    argument: 'URL',
    isSecret: true,
    defaultShown: 'none',
    allowed:
      'http[s]://USER:PASSWORD@HOST:PORT/DATABASE/TABLE, and more of them behind commas, which are tried in turn; on the command line without the password; empty for none',
    help: 'Every record also goes into this table of ClickHouse, once, through the spool. With -r only where the command line or the environment says it.',
    read: readTables,
  },
  clickHousePasswordFile: {
    flag: 'clickhouse_password_file',
    variable: 'HTTPLOG_CLICKHOUSE_PASSWORD_FILE',
    group: WRITTEN,
    argument: 'FILE',
    allowed: 'the path of a file whose text is the password',
    help: 'The password of -clickhouse, where its URL has none. It is read at the start, and once more when the server refuses it.',
    read: readPath,
  },
  clickHouseAuthority: {
    flag: 'clickhouse_ca',
    variable: 'HTTPLOG_CLICKHOUSE_CA',
    group: WRITTEN,
    argument: 'FILE',
    defaultShown: 'those of Node.js',
    allowed: 'the path of a file of certificates (PEM)',
    help: 'The certificate authority that signed those of the servers of -clickhouse.',
    read: readPath,
  },
  clickHouseCreate: {
    flag: 'clickhouse_create',
    variable: 'HTTPLOG_CLICKHOUSE_CREATE',
    group: WRITTEN,
    default: 'false',
    allowed: TRUTH,
    help: 'Where the database, the table of -clickhouse or the view of its minutes is not there, make it at the first connection, for one server; what httplog clickhouse-schema prints for a cluster is for its administrator.',
    read: readBoolean,
  },
  otlp: {
    flag: 'otlp',
    variable: 'HTTPLOG_OTLP',
    group: WRITTEN,
    argument: 'URL',
    isSecret: true,
    defaultShown: 'none',
    allowed:
      'http[s]://USER:PASSWORD@HOST:PORT/PATH, to which /v1/logs is added where it does not end so, and more of them behind commas, which are tried in turn; on the command line without user and password; empty for none',
    help: 'Every record also goes to this server as an OpenTelemetry log (OTLP over HTTP, protobuf), at least once, through the spool. With -r only where the command line or the environment says it.',
    read: (text): Reading<readonly OtlpUrl[]> => readUrls(text, readOtlpUrl, ({ href }) => href),
  },
  otlpHeadersFile: {
    flag: 'otlp_headers_file',
    variable: 'HTTPLOG_OTLP_HEADERS_FILE',
    group: WRITTEN,
    argument: 'FILE',
    allowed: 'the path of a file with header fields, each on a line of its own as NAME: VALUE',
    help: 'What -otlp sends with each request, such as Authorization: or an API key. It is read at the start, and once more when the server refuses it.',
    read: readPath,
  },
  otlpAuthority: {
    flag: 'otlp_ca',
    variable: 'HTTPLOG_OTLP_CA',
    group: WRITTEN,
    argument: 'FILE',
    defaultShown: 'those of Node.js',
    allowed: 'the path of a file of certificates (PEM)',
    help: 'The certificate authority that signed those of the servers of -otlp.',
    read: readPath,
  },
  spool: {
    flag: 'spool',
    variable: 'HTTPLOG_SPOOL',
    group: WRITTEN,
    argument: 'DIRECTORY',
    defaultShown: 'with -clickhouse or -otlp the directory spool in that of -d, else none',
    allowed: 'the path of a directory',
    help: 'Every record goes as json into files of this directory as well, whatever -format says, each with the name of its host (-host). With -clickhouse or -otlp they go from there when they are delivered. With -r only where the command line or the environment says it.',
    read: readPath,
  },
  spoolMegabytes: {
    flag: 'spool_mb',
    variable: 'HTTPLOG_SPOOL_MB',
    group: WRITTEN,
    argument: 'MB',
    default: '1024',
    allowed: 'a whole number from 8 to 1048576',
    help: 'What the spool takes at the most; when it is full its oldest file makes room, which is counted.',
    read: wholeNumber(8, 1048576),
  },
  spoolSeconds: {
    flag: 'spool_seconds',
    variable: 'HTTPLOG_SPOOL_SECONDS',
    group: WRITTEN,
    argument: 'SECONDS',
    default: '1',
    allowed: 'a whole number from 1 to 600',
    help: 'With -clickhouse or -otlp: for so long records are gathered for one batch, of at most 8 MB. More where many hosts share a server.',
    read: wholeNumber(1, 600),
  },
};
