import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COLUMNS } from '../../layout/columns.table.ts';
import { schemaOf } from '../../src/deliver/clickhouse-schema.ts';
import { BATCH_KEY, type Piece } from '../../src/deliver/pieces.ts';
import { type Chdb, openChdb, whyNoChdb } from '../support/chdb.ts';
import { Conversation } from '../support/conversation.ts';
import { whyNoProgram } from '../support/live/program.ts';
import { exchange, type Json, recordsOf, spooled } from '../support/live/spooled.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// The schema, its view, its TTL, the deduplication and the questions of the docs, in the ClickHouse of today.

const missing = whyNoProgram() ?? whyNoChdb();
if (missing !== undefined) console.warn(`skipped: ClickHouse of today: ${missing}`);

const ROOT = join(import.meta.dirname, '../..');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MERGED = 'SELECT sum(n) FROM (SELECT countMerge(messages) AS n FROM http_minutes)';

/** An engine in which the schema was carried out as it is shipped. */
function shipped(directory: string): Chdb {
  const chdb = openChdb(join(directory, 'engine'));
  chdb.query(readFileSync(join(ROOT, 'packaging/clickhouse/one-node.sql'), 'utf8'));
  return chdb;
}

/** What a table holds, without what stands for nothing. */
function values(of: Json, columns: ReadonlySet<string>, isNothing: (key: string, value: number) => boolean): Json {
  const kept = Object.entries(of).flatMap(([key, value]) => {
    const number = typeof value === 'boolean' ? Number(value) : value;
    const isEmpty = number === '' || number === null || (typeof number === 'number' && isNothing(key, number));
    return columns.has(key) && !isEmpty ? [[key, number] as const] : [];
  });
  return Object.fromEntries(kept);
}

const byContent = (a: Json, b: Json): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** A record's minute as ClickHouse writes it. */
function minuteOf({ timestamp }: Json): string {
  return `${String(timestamp).slice(0, 16).replace('T', ' ')}:00`;
}

/** The questions that a page asks in the table: its indented blocks after the word. */
function questions(): string[] {
  const page = readFileSync(join(ROOT, 'docs/clickhouse.md'), 'utf8');
  const section = page.slice(page.indexOf('\nQuestions:\n')).split('\n## ')[0] ?? '';
  return section.split('\n\n').filter((block) => block.startsWith('    '));
}

describe.skipIf(missing !== undefined)('ClickHouse of today', () => {
  test('the schema as it is shipped: a column for each key, tables as wanted, and nothing done the second time', () => {
    const chdb = shipped(makeDirectory());
    const columns = (): string[] => chdb.rows('DESCRIBE TABLE http').map(([name]) => name ?? '');
    const keys = COLUMNS.filter(({ json }) => json !== 'tsv').map(({ key }) => key);
    expect(columns()).toEqual([BATCH_KEY, ...keys, 'date', 'minute']);
    const tables = (): string[][] =>
      chdb.rows(
        "SELECT engine, partition_key, sorting_key FROM system.tables WHERE database = 'default' ORDER BY engine",
      );
    const wanted = [
      ['AggregatingMergeTree', 'toYYYYMM(minute)', 'minute, `host.name`, `httplog.type`, `url.domain`, class'],
      ['MaterializedView', '', ''],
      ['MergeTree', 'date', '`host.name`, toStartOfHour(timestamp), `url.domain`, `url.path`, timestamp'],
    ];
    expect(tables()).toEqual(wanted);
    chdb.query(schemaOf({ database: 'default', table: 'http' }, 'node').join(';\n'));
    expect(tables()).toEqual(wanted);
  }, 60_000);

  test('records of every kind, each value in its column, each once in table and view however often it is sent', async () => {
    const directory = makeDirectory();
    const begin = BigInt(Date.now() - HOUR) * 1_000_000n + 123_456n;
    const ask = `GET /a?b=%C3%A4"\\\xff HTTP/1.1\r\nHost: h:81\r\nUser-Agent: \t'"\\\r\nX-Unknown: 1\r\n\r\n`;
    const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n';
    const packets = [
      new Conversation({ begin }).open().client(ask).wait(7).server(answer).closeBoth(),
      new Conversation({ begin, clientPort: 40_001 }).client(ask),
      new Conversation({ begin, clientPort: 40_002 }).server(answer),
    ].flatMap((one) => one.packets());
    const pieces = await spooled(directory, packets, ['-pair', '-assemble'], ['-header', 'X-Unknown'], ['-pair']);
    expect(pieces.length).toBe(3);
    const records = recordsOf(pieces);
    const chdb = shipped(directory);
    // Again at once, and once more when others came between.
    for (const piece of [...pieces, ...pieces, pieces[0] as Piece, pieces[0] as Piece]) chdb.insert('http', piece);
    const settings = "SETTINGS output_format_json_quote_64bit_integers = 0, date_time_output_format = 'iso'";
    const rows = chdb.query(`SELECT * FROM http ${settings}`, 'JSONEachRow').trim().split('\n');
    const columns = new Map(chdb.rows('DESCRIBE TABLE http').map(([name = '', type = '']) => [name, type]));
    const known = new Set(columns.keys());
    const isNothing = (key: string, value: number): boolean => value === 0 && /^UInt/.test(columns.get(key) ?? '');
    const found = rows.map((row) => values(JSON.parse(row) as Json, known, isNothing));
    const wanted = records.map((record) => values(record, known, () => false));
    expect(found.sort(byContent)).toEqual(wanted.sort(byContent));
    expect(chdb.rows(MERGED)).toEqual([[String(records.length)]]);
    // It is the name that is known again, not what stands behind it.
    const [first] = pieces as [Piece, ...Piece[]];
    chdb.insert('http', { ...first, name: 'another' });
    const twice = String(records.length + first.records);
    expect([chdb.rows('SELECT count() FROM http'), chdb.rows(MERGED)]).toEqual([[[twice]], [[twice]]]);
  }, 60_000);

  test('the view: counts, bytes and quantiles by minute and class of status, over several inserts', async () => {
    const directory = makeDirectory();
    const begin = Math.floor((Date.now() - HOUR) / 60_000) * 60_000;
    const status = (i: number): number => (i % 10 === 0 ? 503 : i % 4 === 0 ? 404 : 200);
    const exchanges = Array.from({ length: 100 }, (_, i) =>
      exchange(begin + i * 900, 40_000 + i, `/${i}`, 1 + i, status(i), i),
    );
    const pieces = [
      ...(await spooled(directory, exchanges.slice(0, 60).flat(), ['-pair'])),
      ...(await spooled(makeDirectory(), exchanges.slice(60).flat(), ['-pair'])),
    ];
    const chdb = shipped(directory);
    for (const piece of pieces) chdb.insert('http', piece);
    const groups = new Map<string, [messages: number, bytes: number]>();
    for (const record of recordsOf(pieces)) {
      const status = Number(record['http.response.status_code']);
      const key = `${minuteOf(record)}\t${Math.floor(status / 100)}`;
      const [messages, bytes] = groups.get(key) ?? [0, 0];
      groups.set(key, [messages + 1, bytes + Number(record['http.response.body.size'])]);
    }
    expect(groups.size).toBe(6);
    const counted = chdb.rows(
      'SELECT minute, class, countMerge(messages), sumMerge(body_bytes) FROM http_minutes GROUP BY minute, class',
    );
    expect(counted.sort()).toEqual([...groups].map(([key, sums]) => [...key.split('\t'), ...sums.map(String)]).sort());
    // 1 to 100 ms, in microseconds.
    const exact = [50_500, 90_100, 99_010];
    const asked = 'SELECT arrayJoin(quantilesTDigestMerge(0.5, 0.9, 0.99)(duration)) FROM http_minutes';
    const aside = chdb.rows(asked).map(([value], i) => Math.abs(Number(value) - (exact[i] ?? Number.NaN)));
    expect(aside).toHaveLength(exact.length);
    expect(Math.max(...aside)).toBeLessThan(1000);
  }, 60_000);

  test('TTL: a record goes after 90 days, its minute after two years', async () => {
    const directory = makeDirectory();
    const times = [800 * DAY, 100 * DAY, HOUR].map((ago) => Date.now() - ago);
    const packets = times.flatMap((time, i) => exchange(time, 40_000 + i, '/', 1, 200));
    const pieces = await spooled(directory, packets, ['-pair']);
    const chdb = shipped(directory);
    for (const piece of pieces) chdb.insert('http', piece);
    for (const table of ['http', 'http_minutes']) chdb.query(`OPTIMIZE TABLE ${table} FINAL`);
    const days = (since: number): string[][] =>
      times.slice(since).map((time) => [new Date(time).toISOString().slice(0, 10)]);
    expect(chdb.rows('SELECT date FROM http ORDER BY date')).toEqual(days(2));
    expect(chdb.rows('SELECT DISTINCT toDate(minute) AS day FROM http_minutes ORDER BY day')).toEqual(days(1));
  }, 60_000);

  test('the questions of the docs, as they stand there but for the day', async () => {
    const directory = makeDirectory();
    const now = Date.now();
    const today = new Date(now).toISOString().slice(0, 10);
    const night = Date.parse(`${today}T03:12:30Z`);
    const packets = [
      ...exchange(now, 40_000, '/slow?x', 90, 200),
      ...exchange(now, 40_001, '/quick', 10, 200),
      ...exchange(now, 40_002, '/quick', 10, 200),
      ...exchange(night, 40_003, '/broken', 50, 500),
      ...exchange(night, 40_004, '/fine', 60, 200),
    ];
    const pieces = await spooled(directory, packets, ['-pair']);
    const chdb = shipped(directory);
    for (const piece of pieces) chdb.insert('http', piece);
    const answers = questions().map((sql) => chdb.rows(sql.replaceAll(/\d{4}-\d\d-\d\d(?= \d\d:)/g, today)));
    const minutes = new Map<string, number>();
    for (const minute of recordsOf(pieces).map(minuteOf)) {
      if (Date.parse(`${minute}Z`) > now - HOUR) minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    expect(answers).toEqual([
      [
        ['/slow', '1', '90'],
        ['/fine', '1', '60'],
        ['/broken', '1', '50'],
        ['/quick', '2', '10'],
      ],
      [['web1', '192.0.2.1', '1']],
      [...minutes].sort().map(([minute, n]) => [minute, String(n), expect.stringMatching(/^\[\d+,\d+,\d+\]$/)]),
    ]);
  }, 60_000);

  test('the cluster’s: its tables are made, and what comes to the Distributed one is in its shard once', async () => {
    const directory = makeDirectory();
    const packets = [40_000, 40_001].flatMap((port) => exchange(Date.now() - HOUR, port, '/', 1, 200));
    const pieces = await spooled(directory, packets, ['-pair']);
    const chdb = openChdb(join(directory, 'engine'));
    const statements = (database: string): string[] => schemaOf({ database, table: 'http' }, 'cluster');
    // There is no queue for ON CLUSTER here: it is read.
    for (const statement of statements('web')) {
      expect(statement.match(/ ON CLUSTER '\{cluster\}'/g)).toHaveLength(1);
      expect(chdb.query(`EXPLAIN AST ${statement}`, 'TabSeparated')).toContain('Create');
      chdb.query(statement.replace(" ON CLUSTER '{cluster}'", ''));
    }
    const engines = "SELECT name, engine FROM system.tables WHERE database = 'web' AND name LIKE 'http%' ORDER BY name";
    expect(chdb.rows(engines)).toEqual([
      ['http', 'Distributed'],
      ['http_local', 'ReplicatedMergeTree'],
      ['http_minutes', 'Distributed'],
      ['http_minutes_local', 'MaterializedView'],
    ]);
    // Nor does a replica write without a keeper of its own: the same tables, not replicated.
    for (const statement of statements('shard')) {
      const alone = statement
        .replace(" ON CLUSTER '{cluster}'", '')
        .replace(/Replicated(\w*MergeTree)\(.*\)/, '$1')
        .replace(' replicated_', ' non_replicated_');
      chdb.query(alone);
    }
    for (const piece of [...pieces, ...pieces]) chdb.insert('shard.http', piece);
    const counts = ['http', 'http_local'].map((table) => chdb.rows(`SELECT count() FROM shard.${table}`));
    const minutes = ['http_minutes', 'http_minutes_local'].map((table) =>
      chdb.rows(`SELECT countMerge(messages) FROM shard.${table}`),
    );
    expect([...counts, ...minutes]).toEqual([[['2']], [['2']], [['2']], [['2']]]);
  }, 60_000);
});
