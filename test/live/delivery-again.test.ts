import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/deliver/clickhouse-schema.ts';
import { piecesOf } from '../../src/deliver/pieces.ts';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { type ClickHouseServer, freePort, makeClickHouse, USER } from '../support/live/clickhouse.ts';
import { makeRequests, startFed } from '../support/live/fed.ts';
import { whyNoTool } from '../support/live/network.ts';
import { endOf, httplog, said, startProcess, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { openWay } from '../support/live/unsafe-way.ts';
import { until } from '../support/live/wait.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// An old server, which knows no tokens: what it has in part, and what it does not take.

const missing = whyNoProgram() ?? whyNoTool('clickhouse-server');
if (missing !== undefined) console.warn(`skipped: delivery again to ClickHouse: ${missing}`);

const PASSWORD = 's3cret';
const COUNTS = 'SELECT count(), uniqExact(`url.path`) FROM web.http';
const environmentOf = (port: number) => ({
  HTTPLOG_CLICKHOUSE: `http://${USER}:${PASSWORD}@127.0.0.1:${port}/web/http`,
});

async function started(directory: string): Promise<ClickHouseServer> {
  const server = await makeClickHouse(join(directory, 'server'), PASSWORD);
  await server.start();
  for (const statement of schemaOf({ database: 'web', table: 'http' }, 'old')) await server.carryOut(statement);
  return server;
}

/** Fills a spool with one file of so many records, which no server takes. */
async function fill(directory: string, count: number): Promise<string> {
  const { running, feed } = startFed(directory, [], makeRequests(), environmentOf(await freePort()));
  await feed(count);
  running.child.stdin.end();
  await endOf(running);
  const [file, more] = closedFiles(join(directory, 'spool'));
  expect(more).toBeUndefined();
  return join(directory, 'spool', file?.name ?? '');
}

/** A run that only delivers what is in the spool. */
async function deliver(directory: string, port: number) {
  const { running } = startFed(directory, ['-clickhouse_create'], makeRequests(), environmentOf(port));
  running.child.stdin.end(captureOf([]));
  expect(await endOf(running)).toEqual({ status: 0, signal: null });
  expect(closedFiles(join(directory, 'spool'))).toEqual([]);
  return running;
}

describe.skipIf(missing !== undefined)('delivery again', () => {
  test('an insert that was cut off at a line is not taken in part, nor twice', async () => {
    const directory = makeDirectory();
    const server = await started(directory);
    const way = await openWay(server.port);
    const { running, feed } = startFed(directory, ['-clickhouse_create'], makeRequests(), environmentOf(way.port));
    way.set('cut-off');
    await feed(100);
    await until('an insert to be cut off', () => way.swallowed() > 0);
    await until('a word about it', () => said(running, 'not delivered: ').length > 0);
    expect(await server.rows(COUNTS)).toEqual([['0', '0']]);
    way.set('open');
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(await server.rows(COUNTS)).toEqual([['100', '100']]);
  }, 60_000);

  test('of a batch that is there in part the rest is sent', async () => {
    const directory = makeDirectory();
    const server = await started(directory);
    const file = await fill(directory, 100);
    const [batch = ''] = /^\d{12}-[0-9a-f]{16}/.exec(file.slice(file.lastIndexOf('/') + 1)) ?? [];
    const [first] = piecesOf(batch, readFileSync(file));
    const lines = first?.body.toString().split('\n').slice(0, 37).join('\n');
    await server.carryOut(`INSERT INTO web.http FORMAT JSONEachRow ${lines}\n`);
    expect(await server.rows(COUNTS)).toEqual([['37', '37']]);
    await deliver(directory, server.port);
    expect(await server.rows(COUNTS)).toEqual([['100', '100']]);
  }, 60_000);

  test('what the server does not take for ever is counted and told, and the rest is there', async () => {
    const directory = makeDirectory();
    const server = await started(directory);
    // What somebody makes of the schema.
    await server.carryOut('ALTER TABLE web.http ADD COLUMN `http.request.header.x-number` Array(UInt32)');
    const at = '2026-03-04T05:06:07.000Z';
    const request = (n: number, number: string): string =>
      `GET /${n} HTTP/1.1\r\nHost: h\r\nX-Number: ${number}\r\n\r\n`;
    const packets = Array.from({ length: 100 }, (_, n) => ({ at, text: request(n, n % 10 === 0 ? 'none' : `${n}`) }));
    const late = { at: '2105-01-01T00:00:00.000Z', text: request(100, '1') };
    const flags = [
      '-d',
      join(directory, 'log'),
      '-spool',
      join(directory, 'spool'),
      '-header',
      'X-Number',
      '-clickhouse_create',
    ];
    const capture = fileIn(directory, 'capture', captureOf([...packets, late]));
    const running = startProcess(httplog(['-r', capture, ...flags]), { environment: environmentOf(server.port) });
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(await server.rows(COUNTS)).toEqual([['90', '90']]);
    expect(totalsOf(running)).toMatchObject({ CQ: 101, 'records refused': 11 });
    expect(
      said(running, 'records that clickhouse refuses for ever: 11: a time of 2105-01-01: after 2099'),
    ).toHaveLength(1);
    expect(closedFiles(join(directory, 'spool'))).toEqual([]);
  }, 60_000);

  test('a line of zeros in the spool holds nothing up', async () => {
    const directory = makeDirectory();
    const server = await started(directory);
    const file = await fill(directory, 100);
    const bytes = readFileSync(file);
    bytes.fill(0, 1000, 3000);
    writeFileSync(file, bytes);
    const running = await deliver(directory, server.port);
    const [[count = ''] = []] = await server.rows(COUNTS);
    expect(Number(count)).toBeGreaterThan(80);
    // A hole takes ends of lines, too: one line is left of them.
    expect(totalsOf(running)).toMatchObject({ 'records refused': 1, 'records lost': 99 - Number(count) });
    expect(said(running, 'refuses for ever: 1: no record of json in the spool')).toHaveLength(1);
  }, 60_000);

  test('a table without its view gets it before anything is sent', async () => {
    const directory = makeDirectory();
    const server = await started(directory);
    await server.carryOut('DROP TABLE web.http_minutes');
    await fill(directory, 10);
    await deliver(directory, server.port);
    const view = 'SELECT sum(n) FROM (SELECT countMerge(messages) AS n FROM web.http_minutes)';
    expect(await server.rows(view)).toEqual([['10']]);
  }, 60_000);
});
