import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openClickHouse } from '../../src/deliver/clickhouse.ts';
import { readClickHouseUrl } from '../../src/deliver/clickhouse-url.ts';
import type { Receiver } from '../../src/deliver/receiver.ts';
import { type Chdb, openChdb, whyNoChdb } from '../support/chdb.ts';
import { type ChdbServer, serveChdb } from '../support/chdb-server.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// What was sent before, or can't be taken, sent again to the ClickHouse of today.

const missing = whyNoChdb();
if (missing !== undefined) console.warn(`skipped: sent again to ClickHouse of today: ${missing}`);
const it = test.skipIf(missing !== undefined);

const BATCH = '000000000001-0123456789abcdef';
const DAY = new Date(Date.now() - 3_600_000).toISOString().slice(0, 13);
const record = (n: number, more = ''): string =>
  `{"timestamp":"${DAY}:00:00.${String(n).padStart(9, '0')}Z","host.name":"o'ne\\\\","url.path":"/${n}"${more}}\n`;
const records = (count: number): string[] => Array.from({ length: count }, (_, n) => record(n));

let chdb: Chdb;
let server: ChdbServer;
beforeEach(async () => {
  if (missing !== undefined) return;
  const directory = makeDirectory();
  chdb = openChdb(join(directory, 'engine'));
  server = await serveChdb(chdb, directory);
});

/** Another run of httplog. */
function open(): Receiver {
  const url = readClickHouseUrl(`http://127.0.0.1:${server.port}/web/http`);
  if (typeof url === 'string') throw new Error(url);
  const settings = { urls: [url], password: undefined, passwordFile: undefined, authority: undefined, create: true };
  const receiver = openClickHouse(settings);
  onTestFinished(() => receiver.close());
  return receiver;
}

const batchOf = (lines: readonly string[], batch = BATCH) => ({
  batch,
  records: lines.length,
  bytes: Buffer.from(lines.join('')),
});
const rows = (sql: string): string[] => chdb.rows(sql).map((row) => row.join('\t'));
/** Records, different ones, and those of the view. */
const counts = (): string[] =>
  rows(
    'SELECT count(), uniqExact(`url.path`), (SELECT sum(n) FROM (SELECT countMerge(messages) AS n FROM web.http_minutes)) FROM web.http',
  )[0]?.split('\t') ?? [];
const CUT_OFF = expect.stringMatching(/^Code: 354\..* inflate failed/);
const inserts = () => server.asked.filter(({ query }) => query.startsWith('INSERT'));
/** The answer to the next insert never comes, and meanwhile something happens. */
function swallowNext(meanwhile = (): void => {}): void {
  server.swallow = ({ query }) => {
    if (!query.startsWith('INSERT')) return false;
    server.swallow = () => false;
    meanwhile();
    return true;
  };
}

it('an insert whose view failed is given to the view when it is sent again', async () => {
  const one = open();
  await one.send(batchOf(records(3), '000000000000-0123456789abcdef'), false);
  chdb.query('DETACH TABLE web.http_minutes');
  swallowNext(() => chdb.query('ATTACH TABLE web.http_minutes'));
  const again = batchOf(records(5).slice(3));
  await expect(one.send(again, false)).rejects.toThrow();
  expect(counts()).toEqual(['5', '5', '3']);
  for (let times = 0; times < 2; times++) {
    expect(await one.send(again, true)).toBeUndefined();
    expect(counts()).toEqual(['5', '5', '5']);
  }
});

it('what an earlier run may have sent is looked for, and not sent when it is there', async () => {
  const batch = batchOf(records(100));
  await open().send(batch, false);
  expect(inserts()).toHaveLength(1);
  expect(await open().send(batch, true)).toBeUndefined();
  expect(inserts()).toHaveLength(1);
  await open().send(batchOf(records(7), '000000000002-0123456789abcdef'), true);
  expect(inserts()).toHaveLength(2);
});

it('a server that knows an insert again of which it has nothing gets it all the same', async () => {
  const one = open();
  const batch = batchOf(records(4));
  swallowNext(() => chdb.query('ALTER TABLE web.http DELETE WHERE 1 SETTINGS mutations_sync = 1'));
  await expect(one.send(batch, false)).rejects.toThrow();
  expect(rows('SELECT count() FROM web.http')).toEqual(['0']);
  await one.send(batch, true);
  expect(inserts().map(({ settings }) => settings.get('insert_deduplication_token'))).toEqual([
    BATCH,
    BATCH,
    `${BATCH}+0`,
  ]);
  expect(rows('SELECT count(), uniqExact(`url.path`) FROM web.http')).toEqual(['4\t4']);
});

it('of a piece that is there in part the rest is sent', async () => {
  const all = records(100);
  const one = open();
  await one.send(batchOf(all.slice(0, 37)), false);
  expect(await open().send(batchOf(all), true)).toBeUndefined();
  expect(counts()).toEqual(['100', '100', '100']);
});

it('an insert that was cut off is not taken', async () => {
  await open().send(batchOf(records(1)), false);
  const body = inserts()[0]?.body ?? Buffer.alloc(0);
  const query = encodeURIComponent('INSERT INTO web.http FORMAT JSONEachRow');
  const url = `http://127.0.0.1:${server.port}/?date_time_input_format=best_effort&query=${query}`;
  for (const [length, status] of [
    [body.length - 1, 500],
    [body.length, 200],
  ] as const) {
    const headers = { 'Content-Encoding': 'gzip' };
    const answer = await fetch(url, { method: 'POST', body: body.subarray(0, length), headers });
    expect([answer.status, await answer.text()]).toEqual([status, status === 200 ? '' : CUT_OFF]);
  }
  expect(rows('SELECT count() FROM web.http')).toEqual(['2']);
});

/** Sends until it is done, as delivery does. */
async function deliver(receiver: Receiver, batch: ReturnType<typeof batchOf>) {
  for (let times = 0; times < 10; times++) {
    try {
      return await receiver.send(batch, times > 0);
    } catch {
      // Again.
    }
  }
  throw new Error('never delivered');
}

it('records that the server can not read are refused, and all others are there', async () => {
  const one = open();
  await one.send(batchOf(records(1), '000000000000-0123456789abcdef'), false);
  const bad = (n: number): boolean => n % 10 === 3;
  const lines = Array.from({ length: 100 }, (_, n) => record(n + 1, bad(n) ? ',"url.port":"x"' : ''));
  const before = inserts().length;
  const refusal = await deliver(one, batchOf(lines));
  expect(refusal).toEqual({ records: 10, reason: expect.stringMatching(/^Code: 27\. .*url.port/) });
  expect(inserts().length - before).toBe(5);
  expect(counts()).toEqual(['91', '91', '91']);
  // Killed before that was noted, the next run finds what is there, and tells the same.
  expect(await deliver(open(), batchOf(lines))).toMatchObject({ records: 10 });
  expect(counts()).toEqual(['91', '91', '91']);
});

it('records that the table itself refuses are found by halves, though answers are lost meanwhile', async () => {
  const one = open();
  await one.send(batchOf(records(1), '000000000000-0123456789abcdef'), false);
  chdb.query("ALTER TABLE web.http ADD CONSTRAINT c CHECK `url.path` NOT IN ('/13', '/77')");
  const lines = Array.from({ length: 100 }, (_, n) => record(n + 1));
  let answers = 0;
  server.swallow = ({ query }) => query.startsWith('INSERT') && ++answers % 7 === 0;
  expect(await deliver(one, batchOf(lines))).toEqual({ records: 2, reason: expect.stringMatching(/^Code: 469\./) });
  expect(counts()).toEqual(['99', '99', '99']);
  expect(inserts().length).toBeLessThan(60);
});

it('a view of somebody else that fails holds nothing up, and doubles nothing', async () => {
  const one = open();
  await one.send(batchOf(records(1), '000000000000-0123456789abcdef'), false);
  chdb.query('CREATE MATERIALIZED VIEW web.bad ENGINE = Null AS SELECT toDate(`url.path`) AS d FROM web.http');
  const lines = records(10).slice(1);
  expect(await deliver(one, batchOf(lines))).toBeUndefined();
  expect(rows('SELECT count(), uniqExact(`url.path`) FROM web.http')).toEqual(['10\t10']);
});

it('what is missing of a schema is made', async () => {
  await open().send(batchOf(records(1)), false);
  chdb.query('DROP VIEW web.http_minutes SYNC');
  await open().send(batchOf(records(2).slice(1), '000000000002-0123456789abcdef'), false);
  expect(counts()).toEqual(['2', '2', '1']);
});

it("the piece of a batch is found by the table's order", async () => {
  const one = open();
  await one.send(batchOf(records(100)), false);
  await open().send(batchOf(records(100)), true);
  const look = server.asked.map(({ query }) => query).findLast((query) => query.includes('countIf')) ?? '';
  const plan = chdb.query(`EXPLAIN indexes = 1 ${look.replace('FORMAT JSONEachRow', '')}`, 'TabSeparated');
  expect(plan).toMatch(/PrimaryKey\s+Keys:\s+host\.name\s+toStartOfHour\(timestamp\)/);
});
