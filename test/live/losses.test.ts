import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcap } from '../support/capture-file.ts';
import { type Carried, carried, numbersOf, repeatedAmong } from '../support/live/carried.ts';
import { capture, HOST, type Host, makeNetwork, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { type Logged, nginxLog, startNginx } from '../support/live/nginx.ts';
import { endOf, type Running, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { makeRoughNetwork, sequenceOf, whyNotRough } from '../support/live/rough-network.ts';
import { essenceOf, essenceOfLogged, type Row, rowsOf, targetOf, wrongPairs } from '../support/live/rows.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// Packets that are lost, late, doubled and out of order on their way; and packets that httplog itself does not see.

const SIZES = [0, 1, 1000, 20_000];
const FLAGS = ['-d', '-', '-b', '64', '-pair', '-format', 'json', '-header', 'X-Asked'];
const IN_ORDER = { 'kernel drops': 0, 'lines lost': 0 };

/** nginx with files; each answer says what was asked. */
async function serveFiles(place: string, host: Host): Promise<Running> {
  mkdirSync(join(place, 'files/up'), { recursive: true });
  for (const size of SIZES) writeFileSync(join(place, `files/${size}`), 'z'.repeat(size));
  const upload = 'location /up/ { dav_methods PUT; } location /gzip/ { gzip on; gzip_types *; alias';
  return startNginx(
    place,
    host,
    `root ${place}/files; add_header X-Asked $request_uri always; ${upload} ${place}/files/; }`,
  );
}

/** So many requests of each kind, no connection of which asks before it has its answer. */
async function ask(place: string, count: number): Promise<void> {
  const base = `http://${HOST}`;
  const parallel = ['-Z', '--parallel-max', '4', '--parallel-immediate'];
  const put = ['-T', join(place, 'files/20000'), '-H', 'Expect:'];
  const all = [
    ...SIZES.map((size) => [...parallel, `${base}/${size}?n=[1-${count}]`]),
    [...parallel, '--compressed', `${base}/gzip/20000?n=[1-${count}]`],
    [...put, `${base}/up/[1-${count}]`],
    [...put, '-H', 'Transfer-Encoding: chunked', `${base}/up/c[1-${count}]`],
  ];
  const started = all.map((values) => startProcess(['curl', '-s', '-m', '30', '-o', '/dev/null', ...values]));
  for (const curl of started) expect(await endOf(curl, 40_000)).toEqual({ status: 0, signal: null });
}

async function end(running: Running): Promise<{ totals: Readonly<Record<string, number>>; rows: Row[] }> {
  expect(await stop(running)).toEqual({ status: 0, signal: null });
  return { totals: totalsOf(running), rows: rowsOf(running.stdout()) };
}

const missing = whyNotLive('losses') ?? whyNotRough() ?? whyNoTool('nginx') ?? whyNoTool('curl');

describe.skipIf(missing !== undefined)('on the way', () => {
  test('losses, delays, repeats and a changed order: every transaction is there, with status and size', async () => {
    const random = sequenceOf(4711);
    const seen: Carried[] = [];
    let lost = 0;
    const { host } = makeRoughNetwork(
      (toHost, frame) => {
        const isLost = random() < 0.03;
        const isRepeated = random() < 0.02;
        const isLate = random() < 0.1;
        // Each direction in the order in which the host sees it: what it sends before it is lost, what it gets when it comes.
        if (!toHost) seen.push(carried(frame));
        if (isLost) {
          lost++;
          return [];
        }
        const first = isLate ? 2 + 6 * random() : 0;
        return isRepeated ? [first, first + 3 * random()] : [first];
      },
      (frame) => seen.push(carried(frame)),
    );
    const place = makeDirectory();
    const nginx = await serveFiles(place, host);
    const running = await capture(host, [...FLAGS, '-assemble']);
    await ask(place, 20);
    await stop(nginx);
    const { rows, totals } = await end(running);
    const logged = nginxLog(place);
    expect(logged).toHaveLength(20 * 7);
    expect(lost).toBeGreaterThan(20);
    expect(totals).toMatchObject({
      ...IN_ORDER,
      transactions: logged.length,
      'without answer': 0,
      'without request': 0,
    });
    expect(totals).toMatchObject({ gaps: 0, resynchronised: 0 });
    expect(totals['out of order']).toBeGreaterThan(10);
    expect(rows.map(essenceOf).sort()).toEqual(logged.map(essenceOfLogged).sort());
    expect(rows.filter((row) => row['httplog.complete'] !== true)).toEqual([]);
    expect(wrongPairs(rows)).toEqual([]);
    const repeated = repeatedAmong(seen);
    expect(repeated).toBeGreaterThan(10);
    expect(totals.retransmissions).toBe(repeated);
  });

  test.skipIf(whyNoTool('tcpreplay') !== undefined)(
    'packets that httplog does not see: only what they belong to is missing or not whole, and no pair is wrong',
    async () => {
      const seen: Carried[] = [];
      const clean = makeRoughNetwork((_, frame) => {
        seen.push(carried(frame));
        return [0];
      });
      const place = makeDirectory();
      const nginx = await serveFiles(place, clean.host);
      await ask(place, 20);
      await stop(nginx);
      const logged = nginxLog(place);
      expect(logged).toHaveLength(20 * 7);
      const numbers = numbersOf(seen);
      const whole = new Set(logged.map(({ port, number }) => `${port} ${number}`));
      const random = sequenceOf(99);
      const isSeen = seen.map(() => random() >= 0.02);
      for (const [at, { port, payload }] of seen.entries()) {
        if (!isSeen[at] && payload.length > 0) whole.delete(`${port} ${numbers[at]}`);
      }
      expect(whole.size).toBeGreaterThan(40);
      expect(whole.size).toBeLessThan(logged.length - 5);

      const { host } = makeNetwork();
      const assembled = await capture(host, [...FLAGS, '-assemble']);
      const heads = await capture(host, FLAGS, { sockets: 2 });
      await replay(
        place,
        seen.filter((_, at) => isSeen[at]),
      );
      const results = [await end(assembled), await end(heads)];
      for (const { rows, totals } of results) {
        expect(totals).toMatchObject(IN_ORDER);
        expect(wrongPairs(rows)).toEqual([]);
        for (const row of rows) expect(row['httplog.type']).toBe('http.request.method' in row ? 'CQ' : 'CR');
        touched(rows, logged, whole);
      }
      expect(results[0]?.totals.gaps).toBeGreaterThan(0);
    },
  );
});

/** Sends frames out of this host as fast as httplog surely takes them. */
async function replay(place: string, segments: readonly Carried[]): Promise<void> {
  const file = join(place, 'seen.pcap');
  writeFileSync(file, pcap(segments.map(({ frame }, at) => ({ time: BigInt(at) * 1000n, bytes: frame }))));
  const tcpreplay = startProcess(['tcpreplay', '-q', '-i', 'eth0', '--pps=10000', file]);
  expect({ ...(await endOf(tcpreplay)), said: tcpreplay.stderr() }).toMatchObject({ status: 0 });
}

/** Expects all whole transactions as nginx logged them, and of the others nothing that is not so. */
function touched(rows: readonly Row[], logged: readonly Logged[], whole: ReadonlySet<string>): void {
  const expected = new Map(logged.map((one) => [`${one.port} ${one.target}`, one]));
  const found = new Map<string, Row>();
  for (const row of rows.filter((row) => row['url.path'] !== undefined)) {
    const key = `${row['client.port']} ${targetOf(row)}`;
    expect(found.has(key), key).toBe(false);
    expect(expected.has(key), key).toBe(true);
    found.set(key, row);
  }
  for (const [key, one] of expected) {
    const row = found.get(key);
    const isWhole = whole.has(`${one.port} ${one.number}`);
    const status = row?.['http.response.status_code'];
    expect(isWhole || status !== undefined ? status : one.status, key).toBe(one.status);
    if (!isWhole) continue;
    const isAssembled = row?.['httplog.complete'] !== undefined;
    if (isAssembled) expect(row?.['httplog.complete'], key).toBe(true);
    const bytes = row?.['httplog.response.wire_bytes'] ?? row?.['http.response.body.size'] ?? 0;
    expect(bytes, key).toBe(isAssembled || !one.target.startsWith('/gzip') ? one.sent : 0);
  }
}
