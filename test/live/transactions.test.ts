import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, HOST, type Host, makeNetwork, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { type Logged, nginxLog, startNginx } from '../support/live/nginx.ts';
import { endOf, type Running, startProcess, stop, totalsOf } from '../support/live/program.ts';
import {
  essenceOf,
  essenceOfLogged,
  placeOf,
  type Row,
  rowsIn,
  tally,
  targetOf,
  wrongPairs,
} from '../support/live/rows.ts';
import { linesOf, logText, makeDirectory } from '../support/live/workspace.ts';

// Transactions of real clients with nginx are those of its own log. Several programs watch the same traffic.

const CONNECTIONS = 8;
/** So that programs which wait for a core lose nothing: a block of 1 MB is given away every 100 ms, however little it holds. */
const RING_MB = '64';
const STATUSES = ['200', '201', '204', '206', '301', '304', '404', '410'];
const SIZES = [0, 1, 1000, 20_000, 50_000];

/** Each answer says what was asked, so that a wrong pair is seen. */
const SERVER = (
  place: string,
): string => `root ${place}/files; if_modified_since before; add_header X-Asked $request_uri always;
location /up/ { dav_methods PUT; create_full_put_path on; client_max_body_size 8m; }
location /gone { return 410 "gone\\n"; } location /moved { return 301 /0; } location /none { return 204; }
location /gzip { gzip on; gzip_types *; alias ${place}/files/; }`;

/** A program that watches, and where it writes. */
interface Watching {
  readonly running: Running;
  readonly directory: string;
}

async function watch(host: Host, flags: readonly string[], threads: number, sockets: number): Promise<Watching> {
  const directory = makeDirectory();
  const running = await capture(host, ['-d', directory, '-b', RING_MB, ...flags], { threads, sockets });
  return { running, directory };
}

async function makeFiles(place: string): Promise<void> {
  mkdirSync(join(place, 'files/up'), { recursive: true });
  for (const size of SIZES) writeFileSync(join(place, `files/${size}`), 'z'.repeat(size));
}

/** Runs curl, whose answers nobody reads. */
async function curl(...values: readonly string[]): Promise<void> {
  const running = startProcess(['curl', '-s', '-S', '-m', '20', '-o', '/dev/null', ...values]);
  expect({ ...(await endOf(running)), values }).toEqual({ status: 0, signal: null, values });
}

/** Requests of every kind, many of them side by side and over connections that are kept. */
async function ask(place: string): Promise<void> {
  const base = `http://${HOST}`;
  const many = ['-Z', '--parallel-max', String(CONNECTIONS), '--parallel-immediate'];
  await Promise.all([
    ...SIZES.map((size) => curl(...many, `${base}/${size}?n=[1-40]`)),
    curl(...many, '--compressed', `${base}/gzip/20000?n=[1-40]`),
    curl('-I', `${base}/20000?head=[1-20]`),
    curl('-H', 'If-Modified-Since: Thu, 01 Jan 2037 00:00:00 GMT', `${base}/1000?since=[1-20]`),
    curl(`${base}/none?[1-20]`, `${base}/missing?[1-20]`, `${base}/moved?[1-20]`, `${base}/gone?[1-20]`),
    curl('-r', '5-104', `${base}/20000?part=[1-20]`),
    curl('-0', `${base}/1000?old=[1-20]`),
    curl('-T', join(place, 'files/50000'), '-H', 'Expect:', `${base}/up/plain[1-20]`),
    curl('-T', join(place, 'files/20000'), '-H', 'Expect: 100-continue', `${base}/up/asked[1-10]`),
    curl(
      '-T',
      join(place, 'files/20000'),
      '-H',
      'Transfer-Encoding: chunked',
      '-H',
      'Expect:',
      `${base}/up/chunks[1-10]`,
    ),
  ]);
}

async function endAll(programs: readonly Watching[]): Promise<Record<string, number>[]> {
  return Promise.all(
    programs.map(async ({ running }) => {
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      return totalsOf(running);
    }),
  );
}

/** Status, lengths of both bodies and milliseconds stand at a text line's end. */
function textEssence(line: string): string {
  const words = line.split(' ');
  const [status, , length] = words.slice(-4);
  return `${words[2]?.split('#')[1]} ${words[5]} ${words[6]} ${status} ${length || 0}`;
}

/** nginx counts its interim answer among the bytes behind the final one's head. */
function withoutInterim(logged: Logged): Logged {
  const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n';
  return logged.target.startsWith('/up/asked') ? { ...logged, sent: logged.sent - INTERIM.length } : logged;
}

const withoutNumber = ({ port, method, target, status, sent }: Logged): string =>
  `${port} ${method} ${target} ${status} ${sent}`;

const JSON_FLAGS = ['-pair', '-format', 'json', '-header', 'X-Asked'];
const missing = whyNotLive('live transactions') ?? whyNoTool('nginx') ?? whyNoTool('curl');

describe.skipIf(missing !== undefined)('nginx and curl', () => {
  test('each request is one transaction, with what nginx logged: assembled or not, one thread or two', async () => {
    const { host } = makeNetwork();
    const place = makeDirectory();
    await makeFiles(place);
    const nginx = await startNginx(place, host, SERVER(place));
    const whole = await watch(host, ['-assemble', ...JSON_FLAGS], 1, 1);
    const heads = await watch(host, JSON_FLAGS, 1, 2);
    const wholeTwice = await watch(host, ['-assemble', ...JSON_FLAGS], 2, 4);
    const headsTwice = await watch(host, JSON_FLAGS, 2, 6);
    const text = await watch(host, ['-assemble', '-pair'], 1, 7);
    const messages = await watch(host, ['-assemble'], 1, 8);
    await ask(place);
    await stop(nginx);
    const programs = [whole, heads, wholeTwice, headsTwice, text, messages];
    const totals = await endAll(programs);
    const logged = nginxLog(place).map(withoutInterim);
    const count = logged.length;
    expect(count).toBe(40 * 6 + 20 * 9 + 20);
    expect(Object.keys(tally(logged.map(({ status }) => status)))).toEqual(STATUSES);
    for (const total of totals) expect(total).toMatchObject({ 'kernel drops': 0, 'lines lost': 0, copies: 0 });
    for (const total of totals.slice(0, 5)) {
      expect(total).toMatchObject({ transactions: count, 'without answer': 0, 'without request': 0, CQ: count });
    }
    for (const place of [0, 2, 4, 5])
      expect(totals[place]).toMatchObject({ gaps: 0, resynchronised: 0, 'cut heads': 0 });

    const expected = logged.map(essenceOfLogged).sort();
    for (const { directory } of [whole, wholeTwice]) {
      const rows = rowsIn(directory);
      expect(rows.map(essenceOf).sort()).toEqual(expected);
      expect(wrongPairs(rows)).toEqual([]);
      expect(rows.filter((row) => row['httplog.complete'] !== true)).toEqual([]);
    }
    // Heads alone don't tell how long a chunked body is.
    const chunked = (target: string): boolean => target.startsWith('/gzip');
    const known = logged.map((one) => (chunked(one.target) ? { ...one, sent: 0 } : one));
    for (const { directory } of [heads, headsTwice]) {
      const rows = rowsIn(directory);
      expect(rows.map(essenceOf).sort()).toEqual(known.map(essenceOfLogged).sort());
      expect(wrongPairs(rows)).toEqual([]);
    }
    // Text has the body's own bytes, nginx what it sent.
    const lines = linesOf(logText(text.directory)).map(textEssence);
    expect(lines.filter((line) => !line.includes('/gzip')).sort()).toEqual(
      logged
        .filter(({ target }) => !chunked(target))
        .map(withoutNumber)
        .sort(),
    );
    expect(lines.filter((line) => line.includes('/gzip')).map((line) => line.split(' ').at(-1))).toHaveLength(40);
    const written = linesOf(logText(messages.directory));
    expect(written.filter((line) => / CQ /.test(line))).toHaveLength(count);
    expect(written.filter((line) => / CR HTTP\/1\.1 100 /.test(line))).toHaveLength((totals[5]?.CR ?? 0) - count);
    uploads(rowsIn(whole.directory));
  });

  /** Bodies of requests. */
  function uploads(rows: readonly Row[]): void {
    const sizes = (pattern: RegExp, key: string): Set<unknown> =>
      new Set(rows.filter((row) => pattern.test(targetOf(row))).map((row) => row[key]));
    expect(sizes(/plain/, 'http.request.body.size')).toEqual(new Set([50_000]));
    expect(sizes(/asked|chunks/, 'http.request.body.size')).toEqual(new Set([20_000]));
    expect(sizes(/plain/, 'httplog.information')).toEqual(new Set([undefined]));
    expect(sizes(/asked/, 'httplog.information')).toEqual(new Set([100]));
    for (const bytes of sizes(/chunks/, 'httplog.request.wire_bytes')) expect(bytes).toBeGreaterThan(20_000);
  }

  test.skipIf(whyNoTool('wrk') !== undefined)('wrk at full speed: what nginx answered', async () => {
    const { host } = makeNetwork();
    const place = makeDirectory();
    await makeFiles(place);
    const nginx = await startNginx(place, host, SERVER(place));
    const whole = await watch(host, ['-assemble', ...JSON_FLAGS], 1, 1);
    const heads = await watch(host, JSON_FLAGS, 1, 2);
    const wrk = startProcess(['wrk', '-t1', `-c${CONNECTIONS}`, '-d1s', `http://${HOST}/1000?wrk`]);
    expect(await endOf(wrk)).toEqual({ status: 0, signal: null });
    await stop(nginx);
    const totals = await endAll([whole, heads]);
    for (const total of totals) expect(total).toMatchObject({ 'kernel drops': 0, 'lines lost': 0 });
    const logged = nginxLog(place);
    expect(logged.length).toBeGreaterThan(500);
    for (const { directory } of [whole, heads]) {
      const rows = new Map(rowsIn(directory).map((row) => [placeOf(row), row]));
      // wrk leaves in the middle: the last request of a connection may be on the wire and not be read or answered.
      const last = new Map(logged.map(({ port, number }) => [port, number]));
      const sure = logged.filter(({ port, number }) => last.get(port) !== number);
      const found = sure.map(({ port, number }) => rows.get(`${port} ${number}`));
      expect(found.map((row) => row && essenceOf(row))).toEqual(sure.map(essenceOfLogged));
      expect(rows.size - sure.length).toBeLessThanOrEqual(2 * CONNECTIONS);
      expect(wrongPairs([...rows.values()])).toEqual([]);
    }
  });
});
