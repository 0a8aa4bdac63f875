import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HOST, type Host, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { startNginx } from '../support/live/nginx.ts';
import { endOf, startProcess, stop } from '../support/live/program.ts';
import { until } from '../support/live/wait.ts';
import { serve } from '../support/live/web.ts';
import { ENVIRONMENT, logCapture, rowsOf, run, whyNoAnswers } from '../support/query.ts';
import { COMPARISONS, type Comparison, type LogName, TSHARK_FIELDS } from './questions.ts';

// nginx and curl talk, tcpdump captures; the same questions then go to httplog's logs of the capture, and to tshark and awk.

const missing =
  whyNoAnswers() ??
  whyNotLive('questions to a capture') ??
  ['nginx', 'curl', 'tcpdump', 'tshark', 'awk'].map(whyNoTool).find((reason) => reason !== undefined);

const place = missing === undefined ? mkdtempSync(join(tmpdir(), 'httplog-questions-')) : '';
const captured = join(place, 'capture.pcap');
const logs = Object.fromEntries(['messages', 'pairs', 'json'].map((name) => [name, join(place, name)])) as Record<
  LogName,
  string
>;
afterAll(() => missing === undefined && rmSync(place, { recursive: true, force: true }));

/** The upstream answers slowly where it is asked to. */
async function startServers(host: Host, outside: Host): Promise<void> {
  await serve(outside, 8080, (request, response) => {
    const wait = request.url?.startsWith('/slow') ? 150 : 0;
    setTimeout(() => response.end(`told ${request.url}`), wait);
  });
  mkdirSync(join(place, 'files'));
  writeFileSync(join(place, 'files/some'), 'z'.repeat(3000));
  writeFileSync(join(place, 'files/page.html'), '<p>'.repeat(400));
  const upstream = `proxy_pass http://${OUTSIDE}:8080/; proxy_http_version 1.1; proxy_set_header Connection "";`;
  await startNginx(
    place,
    host,
    `root ${place}/files; types { text/html html; } default_type text/plain;
location /there/ { ${upstream} } location /moved { return 302 /some; } location /broken { return 500; }
location /none { return 204; } location /put { client_max_body_size 1m; return 200 "taken"; }`,
  );
}

const ROUNDS: readonly (readonly string[])[] = [
  ['-A', 'Mozilla/5.0 (X11; Linux x86_64) "quoted" \\ 한글', `http://${HOST}/some?n=[1-9]`, `http://${HOST}/missing`],
  ['-0', '-A', 'old 200 1 2', `http://${HOST}/page.html`, `http://${HOST}/moved?to=[1-3]`],
  ['-H', 'Host: shop.example:8000', '-A', '', `http://${HOST}/broken`, `http://${HOST}/there/a?x=/b?c`],
  ['-I', '-H', 'Host: shop.example', `http://${HOST}/some`, `http://${HOST}/missing?[1-2]`],
  ['-d', 'a=b', `http://${HOST}/put?[1-4]`, `http://${HOST}/broken`],
  ['-X', 'PUT', '-d', 'x'.repeat(700), '-H', 'Expect:', `http://${HOST}/put`, `http://${HOST}/none`],
  ['-X', 'PROPFIND', `http://${HOST}/a%20b%5c/한국어?q=%20`, `http://${HOST}/there/slow?[1-3]`],
];

async function capture(): Promise<void> {
  const { host, outside } = makeNetwork();
  await startServers(host, outside);
  const command = ['ip', 'netns', 'exec', host.namespace, 'tcpdump'];
  const flags = ['-Z', 'root', '--immediate-mode', '-B', '16384', '-U', '-i', 'eth0', '-w', captured, 'tcp'];
  const tcpdump = startProcess([...command, ...flags]);
  await until('tcpdump to listen', () => tcpdump.stderr().includes('listening on'));
  for (const words of ROUNDS) {
    const curl = startProcess(['curl', '-s', '-m', '20', '--path-as-is', ...words]);
    expect(await endOf(curl)).toEqual({ status: 0, signal: null });
  }
  await written();
  await stop(tcpdump);
  expect(tcpdump.stderr()).toContain(' 0 packets dropped by kernel'.trim());
}

/** Until nothing more has come into the capture for a second. */
async function written(): Promise<void> {
  let size = -1;
  let changed = 0;
  await until('the end of the capture', () => {
    const now = statSync(captured).size;
    if (now !== size) changed = performance.now();
    size = now;
    return performance.now() - changed > 1000;
  });
}

function tsharkRows(): string {
  const fields = TSHARK_FIELDS.flatMap(([, field]) => ['-e', field]);
  const words = ['-2', '-n', '-r', captured, '-Y', 'http.request or http.response', '-T', 'fields', ...fields];
  return execFileSync('tshark', words, { env: ENVIRONMENT, encoding: 'utf8', timeout: 50_000 });
}

function awk({ over, awk: program }: Comparison, rows: string): string[] {
  const names = TSHARK_FIELDS.map(([column], index) => `${column} = $${index + 1}`).join('; ');
  const [separator, text, whole] =
    over === 'tshark' ? ['\t', rows, `{ ${names} } ${program}`] : ['[ ]', logText(over), program];
  // Its numbers are whole up to 2^53.
  const words = ['-F', separator, '-v', 'OFMT=%.0f', '-v', 'CONVFMT=%.0f', whole];
  return execFileSync('awk', words, { input: text, encoding: 'utf8' }).split('\n').slice(0, -1).sort();
}

function logText(name: LogName): string {
  return readdirSync(logs[name])
    .map((file) => readFileSync(join(logs[name], file), 'utf8'))
    .join('');
}

function answers(name: LogName, sql: string): string[] {
  const rows = rowsOf(logs[name], sql).map((row) => Object.values(row).map((value) => String(value ?? '')));
  return rows.map((values) => values.join('\t')).sort();
}

describe.skipIf(missing !== undefined)('over the same capture', () => {
  let rows = '';

  test('there is a capture, and a log of each kind', async () => {
    await capture();
    const flags = ['-p', '80,8080', '-local', HOST];
    logCapture(captured, logs.messages, ...flags);
    logCapture(captured, logs.pairs, ...flags, '-pair');
    logCapture(captured, logs.json, ...flags, '-pair', '-assemble', '-format', 'json');
    rows = tsharkRows();
    expect(rows.split('\n').length).toBeGreaterThan(60);
  }, 180_000);

  test.each(COMPARISONS)('$name: as $over', (comparison) => {
    const expected = awk(comparison, rows);
    expect(expected.length).toBeGreaterThan(0);
    for (const name of comparison.of)
      expect({ name, rows: answers(name, comparison.sql) }).toEqual({ name, rows: expected });
  });

  test('top errors finds the request of an answer that stands in a line of its own', () => {
    const errorsOf = (name: LogName): string => run(['top', 'errors', '-d', logs[name], '-json']).stdout;
    expect(errorsOf('messages')).toContain('"path":"/missing"');
    expect(errorsOf('messages')).toBe(errorsOf('pairs'));
  });

  test('Parquet gives the same answers as the lines that it was made of', () => {
    const parquet = join(place, 'parquet');
    expect(run(['export', '-d', logs.json, '-parquet', parquet]).status).toBe(0);
    const everything = 'SELECT * FROM http ORDER BY ALL';
    expect(rowsOf(parquet, everything)).toEqual(rowsOf(logs.json, everything));
  });
});
