// ClickHouse as a receiver, by its official client. A batch is there once: the piece's name is the insert's deduplication token,
// its query's name, and a column, by which it is looked for where it is not known what became of an insert.
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { schemaOf } from './clickhouse-schema.ts';
import { type ClickHouseUrl, shown } from './clickhouse-url.ts';
import { BATCH_KEY, type Piece, piecesOf } from './pieces.ts';
import type { Receiver } from './receiver.ts';
import { readAgain } from './secret-file.ts';
import { errorCode, reasonOf } from './server-error.ts';
import { takeTurns } from './turns.ts';

/** How ClickHouse is reached. */
export interface ClickHouseSettings {
  /** Tried in turn; each of the same table. */
  readonly urls: readonly ClickHouseUrl[];
  /** What the password file held at the start, and where it is: it may be read again. */
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  /** Certificates of the authority that the servers' are signed by, as PEM. */
  readonly authority: Uint8Array | undefined;
  /** A table that is not there is made. */
  readonly create: boolean;
}

/** Milliseconds that an insert may take. */
const PATIENCE = 30_000;
/** Wrong password in old servers, no password given, and both as newer ones say it. */
const NO_ENTRY: readonly number[] = [193, 194, 516];
const ACCESS_DENIED = 497;
/** What an insert says to servers that know it. */
const WANTED = ['insert_deduplication_token', 'deduplicate_blocks_in_dependent_materialized_views', 'async_insert'];

/** Versions before this one get the reduced schema: DateTime64 came with 20.1. */
const FIRST_OF_TODAY = 20;

/** A server, and what is known of it. */
interface Server {
  readonly url: ClickHouseUrl;
  client: ClickHouseClient;
  /** The settings that it knows of those wanted; undefined until it was asked. */
  known: readonly string[] | undefined;
}

/** Opens ClickHouse; nothing is sent yet. */
export function openClickHouse(settings: ClickHouseSettings): Receiver {
  let { password } = settings;
  const connect = (url: ClickHouseUrl): ClickHouseClient => clientOf(url, password, settings.authority);
  const servers: Server[] = settings.urls.map((url) => ({ url, client: connect(url), known: undefined }));
  const inTurn = takeTurns(servers, async (server, error) => {
    const reason = reasonOf(error, [server.url.password, password]);
    if (NO_ENTRY.includes(errorCode(error))) await refused(server);
    // It may be another one when it is there again.
    server.known = undefined;
    return `${shown(server.url)}: ${reason}`;
  });

  const refused = async (server: Server): Promise<void> => {
    password = readAgain(settings.passwordFile) ?? password;
    await server.client.close();
    server.client = connect(server.url);
  };
  const sendTo = async (server: Server, pieces: readonly Piece[], isDoubtful: boolean): Promise<undefined> => {
    server.known ??= await begin(server, settings.create);
    for (const piece of pieces) {
      if (isDoubtful && (await isThere(server, piece))) continue;
      await insert(server, server.known, piece);
    }
  };
  return {
    name: 'clickhouse',
    send({ batch, bytes }, isDoubtful) {
      const pieces = piecesOf(batch, bytes);
      return inTurn((server, isFirst) => sendTo(server, pieces, isDoubtful || !isFirst));
    },
    async close() {
      for (const { client } of servers) await client.close();
    },
  };
}

function clientOf(
  url: ClickHouseUrl,
  password: string | undefined,
  authority: Uint8Array | undefined,
): ClickHouseClient {
  return createClient({
    url: url.origin,
    username: url.user,
    password: url.password ?? password ?? '',
    application: 'httplog',
    request_timeout: PATIENCE,
    log: { level: ClickHouseLogLevel.OFF },
    ...(authority === undefined ? {} : { tls: { ca_cert: Buffer.from(authority) } }),
  });
}

/** The first words with a server: it makes the table where it has none, and tells which settings it knows. */
async function begin({ client, url }: Server, create: boolean): Promise<readonly string[]> {
  if (create) await createTable(client, url);
  return knownTo(client);
}

async function createTable(client: ClickHouseClient, url: ClickHouseUrl): Promise<void> {
  const { database, table } = url;
  const found = `SELECT count() AS n FROM system.tables WHERE database = '${database}' AND name = '${table}'`;
  const [there] = await rowsOf<{ n: string }>(client, found);
  if (Number(there?.n) > 0) return;
  const [server] = await rowsOf<{ v: string }>(client, 'SELECT version() AS v');
  const variant = Number.parseInt(server?.v ?? '', 10) < FIRST_OF_TODAY ? 'old' : 'node';
  for (const query of schemaOf(url, variant)) await client.command({ query });
}

async function knownTo(client: ClickHouseClient): Promise<readonly string[]> {
  const names = WANTED.map((name) => `'${name}'`).join(', ');
  const rows = await rowsOf<{ name: string }>(client, `SELECT name FROM system.settings WHERE name IN (${names})`);
  return rows.map(({ name }) => name);
}

/** Whether a piece is in the table. While its insert may still go on there is no answer: then this rejects. */
async function isThere({ client, url }: Server, { name, day, records }: Piece): Promise<boolean> {
  const running = `SELECT count() AS n FROM system.processes WHERE query_id = '${name}'`;
  const [going] = await rowsOf<{ n: string }>(client, running).catch(noneIfDenied);
  if (Number(going?.n ?? 0) > 0) throw new Error(`the insert of ${name} has not ended`);
  const found = `SELECT count() AS n FROM ${url.database}.${url.table} WHERE date = '${day}' AND \`${BATCH_KEY}\` = '${name}'`;
  const [row] = await rowsOf<{ n: string }>(client, found);
  return Number(row?.n) >= records;
}

/** Who may not see what a server does has its word for a second query of the same name. */
function noneIfDenied(error: unknown): [] {
  if (errorCode(error) !== ACCESS_DENIED) throw error;
  return [];
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const result = await client.query({ query, format: 'JSONEachRow' });
  return result.json<Row>();
}

async function insert({ client, url }: Server, known: readonly string[], { name, body }: Piece): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${url.database}.${url.table} FORMAT JSONEachRow`,
    values: Readable.from([body], { objectMode: false }),
    // A server refuses a second query of the name while the first one goes on.
    query_id: name,
    clickhouse_settings: {
      input_format_skip_unknown_fields: 1,
      date_time_input_format: 'best_effort',
      // Through a Distributed table: it is done when the shard has it.
      insert_distributed_sync: 1,
      ...(known.includes('insert_deduplication_token') ? { insert_deduplication_token: name } : {}),
      ...(known.includes('deduplicate_blocks_in_dependent_materialized_views')
        ? { deduplicate_blocks_in_dependent_materialized_views: 1 }
        : {}),
      ...(known.includes('async_insert') ? { async_insert: 0 } : {}),
    },
  });
  // An answer that is not read holds its connection.
  for await (const _ of stream);
}
