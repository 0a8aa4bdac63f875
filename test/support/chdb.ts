import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Piece } from '../../src/deliver/pieces.ts';

// ClickHouse of today, embedded: the npm package chdb. It is half a gigabyte, so it is no dependency: where HTTPLOG_CHDB names a
// directory in which it was installed (npm install --prefix DIR chdb), as the gate does, it is used.

/** The engine over a directory of data, closed when the test ends. */
export interface Chdb {
  /** Carries out statements, of which the last may have an answer. */
  query(sql: string, format?: string): string;
  /** The rows of an answer, each as its columns. */
  rows(sql: string): string[][];
  /** Inserts a piece as delivery does. */
  insert(table: string, piece: Piece): void;
}

interface Session {
  query(sql: string, format?: string): string;
  close(): void;
}
type Sessions = new (directory: string, options: { connectionArgs: string[] }) => Session;

const place: string = process.env.HTTPLOG_CHDB ?? '';

/** The one server of a cluster; its keeper takes what tables say when they are made, and no more. */
const CONFIGURATION = `<clickhouse><timezone>UTC</timezone><tcp_port>9000</tcp_port>
<macros><cluster>all</cluster><shard>1</shard><replica>one</replica></macros>
<remote_servers><all><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></all></remote_servers>
<zookeeper><implementation>testkeeper</implementation></zookeeper></clickhouse>`;

/** Why there is none; undefined when there is. */
export function whyNoChdb(): string | undefined {
  if (place === '') return 'needs chdb: HTTPLOG_CHDB names the directory in which npm has installed it';
  return existsSync(join(place, 'node_modules/chdb')) ? undefined : `there is no chdb in ${place}`;
}

/** Opens the engine; a process has one at a time. */
export function openChdb(directory: string): Chdb {
  const { Session } = createRequire(join(place, 'index.js'))('chdb') as { Session: Sessions };
  const [configuration, body] = [join(directory, 'config.xml'), join(directory, 'body')];
  mkdirSync(directory, { recursive: true });
  writeFileSync(configuration, CONFIGURATION);
  const session = new Session(join(directory, 'data'), { connectionArgs: [`--config-file=${configuration}`] });
  onTestFinished(() => session.close());
  return {
    query: (sql, format) => session.query(sql, format),
    rows(sql) {
      const lines = session.query(sql, 'TabSeparated').split('\n');
      return lines.filter((line) => line !== '').map((line) => line.split('\t'));
    },
    insert(table, piece) {
      writeFileSync(body, piece.body);
      const settings = [
        'input_format_skip_unknown_fields = 1',
        "date_time_input_format = 'best_effort'",
        'insert_distributed_sync = 1',
        `insert_deduplication_token = '${piece.name}'`,
        'deduplicate_blocks_in_dependent_materialized_views = 1',
      ];
      session.query(`INSERT INTO ${table} FROM INFILE '${body}' SETTINGS ${settings.join(', ')} FORMAT JSONEachRow`);
    },
  };
}
