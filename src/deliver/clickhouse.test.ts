import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { expect, onTestFinished, test } from 'vitest';
import { openClickHouse } from './clickhouse.ts';
import { carryOut } from './clickhouse-answer.ts';
import { readClickHouseUrl } from './clickhouse-url.ts';
import type { Receiver, Refusal } from './receiver.ts';

// What servers may answer that are none, or are no ClickHouse, or say something else than that the records are there.

type Answer = (response: ServerResponse, message: IncomingMessage) => void;

const NAMED = { 'X-ClickHouse-Server-Display-Name': 'h' };
/** An answer to each SELECT of delivery: nothing is known, and nothing is there. */
const NOTHING = JSON.stringify({ settings: [], type: '', own: '', local: '', n: '0', a: '0', b: '0' });
const nothing: Answer = (response) => response.writeHead(200, NAMED).end(`${NOTHING}\n`);
const says =
  (status: number, headers: Record<string, string>, text: string): Answer =>
  (response) =>
    response.writeHead(status, headers).end(text);
const summary = (rows: number): Record<string, string> => ({
  'X-ClickHouse-Summary': JSON.stringify({ read_rows: '0', written_rows: String(rows) }),
});
/** What comes as long as somebody takes it. */
const endless =
  (status: number, headers: Record<string, string>, part: string): Answer =>
  (response) => {
    response.writeHead(status, headers);
    const more = (): void => {
      while (response.write(part));
    };
    response.on('drain', more);
    more();
  };

/** A server, and how many bytes it got rid of. */
async function serve(toSelect: Answer, toInsert: Answer): Promise<{ port: number; written(): number }> {
  const sockets = new Set<Socket>();
  const server = createServer((message, response) => {
    sockets.add(message.socket);
    message.resume().on('end', () => (message.url?.includes('INSERT') ? toInsert : toSelect)(response, message));
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    written: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
  };
}

const LINES = [1, 2].map((n) => `{"timestamp":"2026-01-01T00:00:00.000000000Z","host.name":"h","n":${n}}\n`).join('');

function open(port: number): Receiver {
  const url = readClickHouseUrl(`http://127.0.0.1:${port}/web/http`);
  if (typeof url === 'string') throw new Error(url);
  const to = { urls: [url], password: undefined, passwordFile: undefined, authority: undefined, create: false };
  const receiver = openClickHouse(to);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** What becomes of a batch of two records. */
async function deliver(toSelect: Answer, toInsert: Answer, bytes = LINES): Promise<Refusal | undefined> {
  const { port, written } = await serve(toSelect, toInsert);
  const sent = open(port).send({ batch: 'b', records: 2, bytes: Buffer.from(bytes) }, false);
  return sent.finally(() => expect(written()).toBeLessThan(30_000_000));
}

test.each<[string, Answer]>([
  ['nothing but its name, as old servers', says(200, NAMED, '')],
  ['what was written', says(200, summary(2), '')],
  ['what was written to views as well', says(200, summary(5), '')],
  ['that nothing was written, as of what it has', says(200, summary(0), '')],
])('an insert is done where a server says %s', async (_, answer) => {
  expect(await deliver(nothing, answer)).toBeUndefined();
});

const LATE = 'Code: 241. DB::Exception: Memory limit exceeded';
test.each<[string, Answer, RegExp]>([
  ['nothing', says(200, {}, ''), /HTTP 200 OK of a server that is no ClickHouse/],
  ['a page', says(200, NAMED, '<html>Hello'), /an answer where there is none to give: <html>Hello/],
  ['an error too late', says(200, NAMED, LATE), /: Code: 241\. DB::Exception: Memory limit exceeded$/],
  ['an error in a header', says(200, { ...NAMED, 'X-ClickHouse-Exception-Code': '209' }, ''), /code 209$/],
  ['less than all', says(200, summary(1), ''), /it took 1 of 2 records$/],
  ['where else to go', says(302, { Location: '/x' }, ''), /HTTP 302 Found$/],
  ['an error without a word', says(502, {}, ''), /HTTP 502 Bad Gateway$/],
  ['what has no end', endless(200, NAMED, 'x'.repeat(1e6)), /more than 64 KB$/],
  ['an error that has no end', endless(500, NAMED, 'x'.repeat(1e6)), /more than 64 KB$/],
  ['packed', says(200, { ...NAMED, 'Content-Encoding': 'gzip' }, 'x'), /an encoding that was not asked for$/],
  ['packed, an error', says(500, { 'Content-Encoding': 'gzip' }, 'x'), /an encoding that was not asked for$/],
  [
    'half an answer',
    (response) => response.writeHead(200, { ...NAMED, 'Content-Length': 9 }).write('x', () => response.destroy()),
    /aborted/,
  ],
])('an insert is not done where a server says %s', async (_, answer, reason) => {
  await expect(deliver(nothing, answer)).rejects.toThrow(reason);
});

test.each<[string, Answer, RegExp]>([
  ['nothing', says(200, NAMED, ''), /an answer of 0 rows instead of one$/],
  ['no json', says(200, NAMED, '{"n'), /JSON/],
  ['lines without end', endless(200, NAMED, `${NOTHING}\n`.repeat(10_000)), /more than 64 KB$/],
])('nothing is inserted where a server answers a question by %s', async (_, answer, reason) => {
  let inserts = 0;
  const count: Answer = (response) => {
    inserts++;
    response.end();
  };
  await expect(deliver(answer, count)).rejects.toThrow(reason);
  expect(inserts).toBe(0);
});

test('that there is no table is said with what to do', async () => {
  const noTable = says(404, NAMED, 'Code: 60. DB::Exception: Table web.http does not exist');
  await expect(deliver(nothing, noTable)).rejects.toThrow(/does not exist \(-clickhouse_create makes it, or what/);
});

test('an answer that trickles has its time', async () => {
  const { port } = await serve(nothing, (response) => {
    response.writeHead(200, NAMED);
    const timer = setInterval(() => response.write('\n'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const client = createClient({ url: `http://127.0.0.1:${port}`, log: { level: ClickHouseLogLevel.OFF } });
  onTestFinished(() => client.close());
  const begun = performance.now();
  const insert = carryOut(client, { query: 'INSERT', body: Buffer.from('x') }, 300);
  await expect(insert).rejects.toThrow('no answer within 0.3 s');
  expect(performance.now() - begun).toBeLessThan(3000);
});

test('lines that are no records, and times that the table does not hold, are refused, and the others are sent', async () => {
  const bytes = `${LINES}\0\0\0\n${LINES.slice(0, 80)}\0\0${LINES.slice(80)}{"timestamp":"2300-01-01T00:00:00.000000000Z"}\n`;
  const refusal = await deliver(nothing, says(200, summary(3), ''), bytes);
  expect(refusal).toEqual({ records: 3, reason: 'no record of json in the spool' });
});

const TOKENS = ['insert_deduplication_token', 'deduplicate_blocks_in_dependent_materialized_views'];
const DISTRIBUTED = "Distributed('{cluster}', 'web', 'http_local', cityHash64(`httplog.batch`))";
const replicated = (settings: string): string =>
  `ReplicatedMergeTree('/t', '{replica}') ORDER BY n SETTINGS ttl_only_drop_parts = 1${settings}, index_granularity = 8192`;
test.each<[string, { own: string; local?: string; settings?: string[] }, string[]]>([
  [
    'no tokens',
    { own: 'MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 9', settings: [] },
    ['', ''],
  ],
  ['tokens and no window', { own: 'MergeTree ORDER BY n' }, ['b', 'b']],
  ['a window', { own: 'MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 10000' }, ['b', 'b', 'b+0']],
  ['replicas', { own: replicated(', replicated_deduplication_window = 10000') }, ['b', 'b', 'b']],
  ['replicas and no window', { own: replicated(', replicated_deduplication_window_seconds = 9') }, ['b', 'b']],
  ['shards', { own: DISTRIBUTED, local: replicated(', replicated_deduplication_window = 10000') }, ['b', 'b', 'b']],
  ['shards elsewhere', { own: DISTRIBUTED }, ['b', 'b']],
])('what may be there, and is not, is sent again by its name to a table with %s', async (_, table, tokens) => {
  const answer = JSON.stringify({ ...JSON.parse(NOTHING), settings: TOKENS, ...table });
  const asked: string[] = [];
  const lost: Answer = (response, { url = '' }) => {
    asked.push(new URL(url, 'http://h').searchParams.get('insert_deduplication_token') ?? '');
    if (asked.length === 1) response.destroy();
    else response.writeHead(200, NAMED).end();
  };
  const { port } = await serve(says(200, NAMED, answer), lost);
  const receiver = open(port);
  const batch = { batch: 'b', records: 2, bytes: Buffer.from(LINES) };
  await expect(receiver.send(batch, false)).rejects.toThrow();
  expect(await receiver.send(batch, true)).toBeUndefined();
  expect(asked).toEqual(tokens);
});
