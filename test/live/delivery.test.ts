import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/deliver/clickhouse-schema.ts';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { makeCertificate } from '../support/live/certificate.ts';
import { type ClickHouseServer, freePort, makeClickHouse, USER } from '../support/live/clickhouse.ts';
import { makeRequests, startFed } from '../support/live/fed.ts';
import { whyNoTool } from '../support/live/network.ts';
import { endOf, httplog, said, startProcess, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { openWay } from '../support/live/unsafe-way.ts';
import { pause, until } from '../support/live/wait.ts';
import { logLines, makeDirectory } from '../support/live/workspace.ts';

// Delivery to a real server: whatever happens between, in the end the table holds each record once.

const missing = whyNoProgram() ?? whyNoTool('clickhouse-server');
if (missing !== undefined) console.warn(`skipped: delivery to ClickHouse: ${missing}`);

const PASSWORD = 'f1rst-s3cret';
const TABLE = 'web.http';
const VIEWED = `SELECT sum(n) FROM (SELECT countMerge(messages) AS n FROM ${TABLE}_minutes)`;

/** Waits until table and view have so many records: killed between them, a server that knows no tokens leaves the view without. */
async function arrive(server: ClickHouseServer, count: number): Promise<void> {
  let there: (string | undefined)[] = [];
  const look = async (): Promise<boolean> => {
    const counts = [`SELECT count() FROM ${TABLE}`, VIEWED].map((query) => server.rows(query).catch(() => []));
    there = (await Promise.all(counts)).map((rows) => rows[0]?.[0]);
    return there.every((one) => Number(one) >= count);
  };
  for (const end = performance.now() + 20_000; !(await look()); await pause(50)) {
    if (performance.now() > end) throw new Error(`${there} of ${count} records are there`);
  }
}

/** The table says what the text log says: as many records, each once, minute by minute. */
async function compare(server: ClickHouseServer, directory: string): Promise<void> {
  const lines = logLines(join(directory, 'log'));
  const [counted] = await server.rows(`SELECT count(), uniqExact(\`url.path\`) FROM ${TABLE}`);
  expect(counted).toEqual([String(lines.length), String(lines.length)]);
  const minutes = new Map<string, number>();
  for (const line of lines) minutes.set(line.slice(0, 16), (minutes.get(line.slice(0, 16)) ?? 0) + 1);
  const sums = await server.rows(
    `SELECT formatDateTime(minute, '%Y-%m-%d %H:%M'), count() FROM ${TABLE} GROUP BY minute ORDER BY minute`,
  );
  expect(sums).toEqual([...minutes].sort().map(([minute, count]) => [minute, String(count)]));
}

describe.skipIf(missing !== undefined)('delivery to ClickHouse', () => {
  test('a server that is away, stopped, killed, cut off, given another password, and httplog killed', async () => {
    const directory = makeDirectory();
    const server = await makeClickHouse(join(directory, 'server'), PASSWORD);
    const way = await openWay(server.port);
    const passwordFile = join(directory, 'password');
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    const url = `http://${USER}@127.0.0.1:${way.port}/web/http`;
    const flags = ['-clickhouse', url, '-clickhouse_create', '-clickhouse_password_file', passwordFile];
    const requests = makeRequests();
    let { running, feed } = startFed(directory, flags, requests);
    // Away at the start.
    await feed(100);
    await until('a word about it', () => said(running, 'not delivered: ').length > 0);
    await server.start();
    await arrive(server, 100);
    // Answers that never come: the records are there all the same.
    way.set('one-way');
    await feed(100);
    await until('an answer to be lost', () => way.swallowed() > 0);
    way.set('open');
    await feed(50);
    await arrive(server, 250);
    // Killed, and meanwhile the password changed.
    await server.stop('SIGKILL');
    await feed(50);
    server.setPassword('s3cond-s3cret');
    await server.start();
    await until('the password to be refused', () => closedFiles(join(directory, 'spool')).length > 0);
    writeFileSync(passwordFile, 's3cond-s3cret\n');
    await arrive(server, 300);
    // Cut off, and httplog killed meanwhile.
    way.set('shut');
    await feed(50);
    running.child.kill('SIGKILL');
    await endOf(running);
    const first = running;
    ({ running, feed } = startFed(directory, flags, requests));
    await feed(10);
    way.set('open');
    await arrive(server, 360);
    await server.stop('SIGTERM');
    await server.start();
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    await compare(server, directory);
    for (const { stderr } of [first, running]) expect(stderr()).not.toContain('s3cret');
    expect(said(first, 'records are delivered again').length).toBeGreaterThan(0);
    expect(await server.rows(VIEWED)).toEqual([['360']]);
  }, 120_000);

  test('a server that may only be read from, and one that stands still, get all in the end', async () => {
    const directory = makeDirectory();
    const server = await makeClickHouse(join(directory, 'server'), PASSWORD);
    await server.start();
    const environment = { HTTPLOG_CLICKHOUSE: `http://${USER}:${PASSWORD}@127.0.0.1:${server.port}/web/http` };
    const { running, feed } = startFed(directory, ['-clickhouse_create'], makeRequests(), environment);
    await feed(50);
    await arrive(server, 50);
    await server.stop('SIGKILL');
    server.setReadOnly(true);
    await server.start();
    await feed(50);
    await until('its refusal', () => said(running, 'Code: 164').length > 0);
    expect(closedFiles(join(directory, 'spool')).length).toBeGreaterThan(0);
    server.setReadOnly(false);
    await server.stop('SIGKILL');
    await server.start();
    await arrive(server, 100);
    server.signal('SIGSTOP');
    await feed(50);
    await pause(2000);
    server.signal('SIGCONT');
    await arrive(server, 150);
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    await compare(server, directory);
  }, 60_000);

  test('over TLS with an authority of its own, the second of two servers, with the password in the environment', async () => {
    const directory = makeDirectory();
    const { certificate, key } = makeCertificate(directory);
    const port = await freePort();
    const server = await makeClickHouse(join(directory, 'server'), PASSWORD, { certificate, key, port });
    await server.start();
    const urls = [await freePort(), port].map((one) => `https://${USER}:${PASSWORD}@127.0.0.1:${one}/web/http`);
    const environment = { HTTPLOG_CLICKHOUSE: urls.join(',') };
    // Two servers have one table only where somebody made it so.
    for (const statement of schemaOf({ database: 'web', table: 'http' }, 'old')) await server.carryOut(statement);
    const flags = ['-format', 'json'];
    const stranger = startFed(directory, flags, makeRequests(), environment);
    await stranger.feed(10);
    stranger.running.child.stdin.end();
    expect(await endOf(stranger.running)).toEqual({ status: 0, signal: null });
    expect(said(stranger.running, 'not delivered: ')[0]).toMatch(/ECONNREFUSED.*; .*certificate/);
    const known = startFed(directory, [...flags, '-clickhouse_ca', certificate], makeRequests(), environment);
    await known.feed(10);
    known.running.child.stdin.end();
    expect(await endOf(known.running)).toEqual({ status: 0, signal: null });
    expect(await server.rows(`SELECT count(), uniqExact(\`httplog.batch\`) FROM ${TABLE}`)).toEqual([['20', '2']]);
    expect(closedFiles(join(directory, 'spool'))).toEqual([]);
    for (const { running } of [stranger, known]) expect(running.stderr()).not.toContain(PASSWORD);
  }, 60_000);
});

test.skipIf(whyNoProgram() !== undefined)(
  'a spool that nobody empties drops its oldest files, which the totals tell',
  async () => {
    const directory = makeDirectory();
    const flags = ['-clickhouse', `http://127.0.0.1:${await freePort()}/web/http`, '-spool_mb', '8', '-format', 'tsv'];
    const { running, feed } = startFed(directory, flags, makeRequests());
    for (let i = 0; i < 4; i++) await feed(10_000);
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    const kept = closedFiles(join(directory, 'spool')).reduce((sum, { records }) => sum + records, 0);
    expect(kept).toBeLessThan(40_000);
    expect(totalsOf(running)).toMatchObject({ CQ: 40_000, 'records lost': 0, 'records dropped': 40_000 - kept });
    expect(said(running, 'is full: its oldest records make room')).toHaveLength(1);
  },
  60_000,
);

test.skipIf(whyNoProgram() !== undefined)('a password on the command line is refused, and shown nowhere', async () => {
  const running = startProcess(httplog(['-r', '-', '-clickhouse', `http://u:${PASSWORD}@h/d/t`]));
  expect(await endOf(running)).toEqual({ status: 2, signal: null });
  expect(said(running, 'flag -clickhouse: a password there is seen by every user of this host (ps)')).toHaveLength(1);
  const wrong = startProcess(httplog(['-r', '-']), {
    environment: { HTTPLOG_CLICKHOUSE: `ftp://u:${PASSWORD}@h/d/t` },
  });
  expect(await endOf(wrong)).toEqual({ status: 2, signal: null });
  for (const { stderr } of [running, wrong]) expect(stderr()).not.toContain(PASSWORD);
});
