// The schema for ClickHouse, made from the one list of columns: a table of records, and a view that counts them by the minute.
import { COLUMNS, type Column } from '../../layout/columns.table.ts';
import { BATCH_KEY } from './pieces.ts';

/** For one server; for a cluster whose shards have replicas; for a server of before 2020, without codecs, TTL and DateTime64. */
export type SchemaVariant = 'node' | 'cluster' | 'old';

/** What the schema is of. */
export interface SchemaNames {
  readonly database: string;
  readonly table: string;
}

/** Records and minutes are kept for so many days. */
const KEEP_DAYS = 90;
const KEEP_MINUTES_DAYS = 730;
/** So many inserts of a table are remembered by a server, so that none is taken twice; for a cluster by its keeper, a week long. */
const WINDOW = 100_000;
const WINDOW_OF_SHARD = 10_000;
const WINDOW_SECONDS = 604_800;

const WORD = 'LowCardinality(String)';
/** It is another one each second. */
const BATCH = `${WORD} CODEC(ZSTD(1))`;
const TEXT = 'String CODEC(ZSTD(1))';
const PORT = 'UInt16 CODEC(ZSTD(1))';
const AMOUNT = 'Nullable(UInt64) CODEC(T64, ZSTD(1))';

/** Types of columns that their kind alone does not tell: what has few values is a dictionary's word. */
const TYPES: Readonly<Record<string, string>> = {
  timestamp: "DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1))",
  'client.address': TEXT,
  'client.port': PORT,
  'server.port': PORT,
  'network.peer.address': TEXT,
  'network.peer.port': PORT,
  'url.port': PORT,
  'url.path': 'String CODEC(ZSTD(3))',
  'url.query': 'String CODEC(ZSTD(3))',
  'httplog.request.start_line': TEXT,
  'httplog.response.start_line': TEXT,
  'http.response.status_code': PORT,
};
const OLD_TYPES: Readonly<Record<string, string>> = { timestamp: 'String' };

/** Columns of json; a record without one has its empty value, or where 0 says something NULL. */
const RECORD_COLUMNS: readonly Column[] = COLUMNS.filter(({ json }) => json !== 'tsv');

/** An identifier with the dots of its key. */
function name(key: string): string {
  return `\`${key}\``;
}

function typeOf({ key, kind }: Column, variant: SchemaVariant): string {
  const type = TYPES[key] ?? (kind === 'text' ? WORD : kind === 'truth' ? 'Nullable(UInt8)' : AMOUNT);
  if (variant !== 'old') return type;
  return OLD_TYPES[key] ?? type.replace(/ CODEC\(.*\)$/, '').replace(/^LowCardinality\((.*)\)$/, '$1');
}

function columns(variant: SchemaVariant): string[] {
  const isOld = variant === 'old';
  return [
    `${name(BATCH_KEY)} ${isOld ? 'String' : BATCH}`,
    ...RECORD_COLUMNS.map((column) => `${name(column.key)} ${typeOf(column, variant)}`),
    `date Date MATERIALIZED ${isOld ? 'toDate(substring(timestamp, 1, 10))' : 'toDate(timestamp)'}`,
    // It takes no place on the disk.
    `minute DateTime${isOld ? '' : "('UTC')"} ALIAS ${minuteOf(variant)}`,
    ...(isOld ? [] : ['INDEX client `client.address` TYPE bloom_filter(0.01) GRANULARITY 4']),
  ];
}

function minuteOf(variant: SchemaVariant): string {
  const time = variant === 'old' ? "replaceOne(substring(timestamp, 1, 19), 'T', ' ')" : 'timestamp';
  return `toStartOfMinute(toDateTime(${time}, 'UTC'))`;
}

/** An engine of tables; a replicated one has its place in the keeper by the macros of the server's configuration. */
function engine(kind: string, variant: SchemaVariant): string {
  if (variant !== 'cluster') return `${kind}MergeTree`;
  return `Replicated${kind}MergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')`;
}

function windowOf(variant: SchemaVariant): string {
  if (variant !== 'cluster') return `non_replicated_deduplication_window = ${WINDOW}`;
  const seconds = `replicated_deduplication_window_seconds = ${WINDOW_SECONDS}`;
  return `replicated_deduplication_window = ${WINDOW_OF_SHARD}, ${seconds}`;
}

function recordsTable(table: string, variant: SchemaVariant, on: string): string {
  const hour = variant === 'old' ? 'substring(timestamp, 1, 13)' : 'toStartOfHour(timestamp)';
  const end =
    variant === 'old'
      ? []
      : [
          `TTL toDateTime(timestamp) + INTERVAL ${KEEP_DAYS} DAY`,
          `SETTINGS ttl_only_drop_parts = 1, ${windowOf(variant)}`,
        ];
  return [
    `CREATE TABLE IF NOT EXISTS ${table}${on}`,
    '(',
    columns(variant)
      .map((column) => `    ${column}`)
      .join(',\n'),
    ')',
    `ENGINE = ${engine('', variant)}`,
    'PARTITION BY date',
    `ORDER BY (${name('host.name')}, ${hour}, ${name('url.domain')}, ${name('url.path')}, timestamp)`,
    ...end,
  ].join('\n');
}

function minutesView(view: string, table: string, variant: SchemaVariant, on: string): string {
  const keys = ['host.name', 'httplog.type', 'url.domain'].map(name);
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view}${on}`,
    `ENGINE = ${engine('Aggregating', variant)}`,
    'PARTITION BY toYYYYMM(minute)',
    `ORDER BY (minute, ${keys.join(', ')}, class)`,
    // The table behind the view remembers inserts for itself.
    ...(variant === 'old' ? [] : [`TTL minute + INTERVAL ${KEEP_MINUTES_DAYS} DAY`, `SETTINGS ${windowOf(variant)}`]),
    `AS SELECT ${minuteOf(variant)} AS minute, ${keys.join(', ')},`,
    `    intDiv(${name('http.response.status_code')}, 100) AS class,`,
    '    countState() AS messages,',
    `    sumState(${name('http.response.body.size')}) AS body_bytes,`,
    `    quantilesTDigestState(0.5, 0.9, 0.99)(${name('httplog.duration')}) AS duration`,
    `FROM ${table}`,
    `GROUP BY minute, ${keys.join(', ')}, class`,
  ].join('\n');
}

/** One batch goes to one shard, as a whole. */
function distributed(table: string, local: string, { database }: SchemaNames, on: string): string {
  const shard = local.endsWith('_minutes_local') ? 'rand()' : `cityHash64(${name(BATCH_KEY)})`;
  return [
    `CREATE TABLE IF NOT EXISTS ${table}${on}`,
    `AS ${local}`,
    `ENGINE = Distributed('{cluster}', '${database}', '${local.split('.')[1]}', ${shard})`,
  ].join('\n');
}

/** The statements of the schema, each without its semicolon, to be carried out in their order; where all is there they do nothing. */
export function schemaOf(names: SchemaNames, variant: SchemaVariant): string[] {
  const table = `${names.database}.${names.table}`;
  const on = variant === 'cluster' ? " ON CLUSTER '{cluster}'" : '';
  const database = `CREATE DATABASE IF NOT EXISTS ${names.database}${on}`;
  if (variant !== 'cluster') {
    return [database, recordsTable(table, variant, on), minutesView(`${table}_minutes`, table, variant, on)];
  }
  return [
    database,
    recordsTable(`${table}_local`, variant, on),
    minutesView(`${table}_minutes_local`, `${table}_local`, variant, on),
    distributed(table, `${table}_local`, names, on),
    distributed(`${table}_minutes`, `${table}_minutes_local`, names, on),
  ];
}
