// A server of ClickHouse: what is known of it and its table, and what is done there with a piece.
import type { ClickHouseClient } from '@clickhouse/client';
import { HOST_KEY } from '../../layout/columns.table.ts';
import { carryOut, rowsOf } from './clickhouse-answer.ts';
import { schemaOf } from './clickhouse-schema.ts';
import type { ClickHouseUrl } from './clickhouse-url.ts';
import { BATCH_KEY, type Piece, type Span, spanOf } from './pieces.ts';
import { errorCode } from './server-error.ts';

/** A server, and what is known of it. */
export interface Server {
  readonly url: ClickHouseUrl;
  client: ClickHouseClient;
  /** Undefined until it was asked. */
  known: Known | undefined;
}

/** What a server says of itself and the table. */
export interface Known {
  /** The settings that it knows of those wanted. */
  readonly settings: readonly string[];
  /** The time is text: the schema of before 2020. */
  readonly hasTextTime: boolean;
  /** So many inserts by their tokens the table knows again; 0 where that is not certain. */
  readonly window: number;
  /** What it knows again its replicas do as well, and one may be behind the others. */
  readonly isReplicated: boolean;
}

/** Records of a piece in the table: under its own name, and under those of what it was split into. */
export interface There {
  readonly own: number;
  readonly split: number;
}

/** How an insert is to be done. */
export interface Manner {
  /** What the server knows it again by. */
  readonly token: string;
  /** Records that can't be read are passed over. */
  readonly isTolerant?: boolean;
}

const ACCESS_DENIED = 497;
/** Versions before this one get the reduced schema: DateTime64 came with 20.1. */
const FIRST_OF_TODAY = 20;

/** What an insert says to servers that know it. */
const WANTED = {
  insert_deduplicate: 1,
  deduplicate_insert: 'enable',
  deduplicate_blocks_in_dependent_materialized_views: 1,
  async_insert: 0,
} as const;
const TOKEN = 'insert_deduplication_token';
const VIEWS = 'deduplicate_blocks_in_dependent_materialized_views';

/** One block, so one part of the table, whatever the user's profile says: there as a whole or not at all. */
const ONE_BLOCK = 1_048_576;

/** The first words with a server: it makes the table where it has none, and tells of itself. */
export async function begin({ client, url }: Server, create: boolean): Promise<Known> {
  if (create) await createMissing(client, url);
  const { database, table } = url;
  const names = [TOKEN, ...Object.keys(WANTED)].map((name) => `'${name}'`).join(', ');
  const { settings } = await rowsOf<{ settings: string[] }>(
    client,
    `SELECT groupArray(name) AS settings FROM system.settings WHERE name IN (${names})`,
  );
  const { type } = await rowsOf<{ type: string }>(
    client,
    `SELECT any(type) AS type FROM system.columns WHERE database = '${database}' AND table = '${table}' AND name = 'timestamp'`,
  );
  const { own, local } = await rowsOf<{ own: string; local: string }>(
    client,
    `SELECT anyIf(engine_full, name = '${table}') AS own, anyIf(engine_full, name = '${table}_local') AS local FROM system.tables WHERE database = '${database}'`,
  );
  const engine = own.startsWith('Distributed') ? local : own;
  const isReplicated = engine.startsWith('Replicated');
  const hasTokens = settings.includes(TOKEN) && settings.includes(VIEWS);
  return {
    settings,
    hasTextTime: type === 'String',
    isReplicated,
    window: hasTokens ? windowOf(engine, isReplicated) : 0,
  };
}

function windowOf(engine: string, isReplicated: boolean): number {
  const setting = `${isReplicated ? '' : 'non_'}replicated_deduplication_window`;
  return Number(new RegExp(`[ ,]${setting} = (\\d+)`).exec(engine)?.[1] ?? 0);
}

async function createMissing(client: ClickHouseClient, url: ClickHouseUrl): Promise<void> {
  const { database, table } = url;
  const found = `SELECT count() AS n FROM system.tables WHERE database = '${database}' AND name IN ('${table}', '${table}_minutes')`;
  const { n } = await rowsOf<{ n: string }>(client, found);
  if (Number(n) === 2) return;
  const { version } = await rowsOf<{ version: string }>(client, 'SELECT version() AS version');
  const variant = Number.parseInt(version, 10) < FIRST_OF_TODAY ? 'old' : 'node';
  for (const query of schemaOf(url, variant)) await carryOut(client, { query });
}

/** What of a piece is in the table. While its insert may still go on there is no answer: then this rejects. */
export async function look({ client, url }: Server, known: Known, piece: Piece): Promise<There> {
  const { name, day } = piece;
  const running = `SELECT count() AS n FROM system.processes WHERE query_id = '${name}'`;
  const going = await rowsOf<{ n: string }>(client, running).catch(noneIfDenied);
  if (Number(going.n) > 0) throw new Error(`the insert of ${name} has not ended`);
  const own = `\`${BATCH_KEY}\` = '${name}'`;
  const split = `\`${BATCH_KEY}\` LIKE '${name}.%'`;
  const where = [`date = '${day}'`, ...placeOf(spanOf(piece), known), `(${own} OR ${split})`].join(' AND ');
  const there = await rowsOf<{ a: string; b: string }>(
    client,
    `SELECT countIf(${own}) AS a, countIf(${split}) AS b FROM ${url.database}.${url.table} WHERE ${where}`,
  );
  return { own: Number(there.a), split: Number(there.b) };
}

/** Where the server need not look elsewhere: the table's order begins with host and hour. */
function placeOf({ first, last, host }: Span, { hasTextTime }: Known): string[] {
  const hosts = host === undefined ? [] : [`\`${HOST_KEY}\` = ${quoted(host)}`];
  if (hasTextTime) {
    const hour = 'substring(timestamp, 1, 13)';
    return [...hosts, `${hour} >= '${first.slice(0, 13)}'`, `${hour} <= '${last.slice(0, 13)}'`];
  }
  const time = (second: string): string => `toDateTime('${second.replace('T', ' ')}', 'UTC')`;
  const hour = 'toStartOfHour(timestamp)';
  return [...hosts, `${hour} > ${time(first)} - 3600`, `${hour} <= ${time(last)}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** Who may not see what a server does has its word for a second query of the same name. */
function noneIfDenied(error: unknown): { n: string } {
  if (errorCode(error) !== ACCESS_DENIED) throw error;
  return { n: '0' };
}

/** Inserts a piece. Rejects where that is not known to be done. */
export async function insert(
  server: Server,
  known: Known,
  piece: Piece,
  { token, isTolerant = false }: Manner,
): Promise<void> {
  const { client, url } = server;
  const wanted = Object.entries(WANTED).filter(([name]) => known.settings.includes(name));
  const written = await carryOut(client, {
    query: `INSERT INTO ${url.database}.${url.table} FORMAT JSONEachRow`,
    body: piece.body,
    id: piece.name,
    settings: {
      input_format_skip_unknown_fields: 1,
      input_format_allow_errors_num: isTolerant ? piece.records : 0,
      input_format_allow_errors_ratio: isTolerant ? 1 : 0,
      date_time_input_format: 'best_effort',
      // Through a Distributed table: it is done when the shard has it.
      insert_distributed_sync: 1,
      max_insert_block_size: ONE_BLOCK,
      min_insert_block_size_rows: ONE_BLOCK,
      ...Object.fromEntries(wanted),
      ...(known.settings.includes(TOKEN) ? { [TOKEN]: token } : {}),
    },
  });
  // With what the views have it may be more.
  if (!isTolerant && written > 0 && written < piece.records)
    throw new Error(`it took ${written} of ${piece.records} records`);
}
