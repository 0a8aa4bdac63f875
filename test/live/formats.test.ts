import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, HOST, type Host, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { type Logged, nginxLog, startNginx } from '../support/live/nginx.ts';
import { endOf, type Running, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { tally } from '../support/live/rows.ts';
import { until } from '../support/live/wait.ts';
import { serve } from '../support/live/web.ts';
import { linesOf, logFiles, logLines, logText, makeDirectory } from '../support/live/workspace.ts';

// Programs that read the formats agree with nginx's own log of the same traffic; header lines stand in each file that begins anew.

const ROUNDS = 2;
const TIMES = 25;
/** So that programs which wait for a core lose nothing: a block of 1 MB is given away every 100 ms, however little it holds. */
const RING_MB = '64';

interface Watching {
  readonly running: Running;
  readonly directory: string;
}

async function watch(host: Host, sockets: number, ...flags: readonly string[]): Promise<Watching> {
  const directory = makeDirectory();
  return { running: await capture(host, ['-d', directory, '-b', RING_MB, ...flags], { sockets }), directory };
}

async function serveAll(host: Host, outside: Host, place: string): Promise<Running> {
  mkdirSync(join(place, 'files'));
  writeFileSync(join(place, 'files/some'), 'z'.repeat(3000));
  await serve(outside, 8000);
  const upstream = `proxy_pass http://${OUTSIDE}:8000/; proxy_http_version 1.1; proxy_set_header Connection "";`;
  return startNginx(
    place,
    host,
    `root ${place}/files; location /there/ { ${upstream} } location /moved { return 302 /some; }
location /broken { return 500; } location /none { return 204; }`,
  );
}

async function ask(round: number): Promise<void> {
  const urls = ['some', 'missing', 'moved', 'broken', 'none', 'there/'].map(
    (path) => `http://${HOST}/${path}?${round}=[1-${TIMES}]`,
  );
  const words = ['-A', 'Mozilla/5.0 (X11; Linux x86_64) "quoted" \\ 한글', '-e', 'http://elsewhere/?a="b"'];
  for (const method of [[], ['-I']]) {
    const curl = startProcess(['curl', '-s', '-m', '20', ...words, ...method, ...urls]);
    expect(await endOf(curl)).toEqual({ status: 0, signal: null });
  }
}

/** Renames every log file of a directory, once it has all that was asked. */
async function rename({ running, directory }: Watching, lines: number, signalled: boolean): Promise<void> {
  const written = (): number =>
    logText(directory)
      .split('\n')
      .slice(0, -1)
      .filter((line) => !isHeader(line)).length;
  await until(`${lines} lines`, () => written() >= lines);
  for (const name of readdirSync(directory)) renameSync(join(directory, name), join(directory, `${name}.1`));
  if (signalled) running.child.kill('SIGHUP');
}

/** What GoAccess makes of lines. */
function goaccess(
  directory: string,
  format: string,
): { general: Record<string, number>; statuses: Record<string, number> } {
  const place = makeDirectory();
  const log = join(place, 'log');
  writeFileSync(log, logText(directory));
  const wanted = [`--log-format=${format}`, '--no-global-config', '--no-progress', '-o', join(place, 'out.json')];
  execFileSync('goaccess', [log, `--invalid-requests=${join(place, 'invalid')}`, ...wanted], { stdio: 'ignore' });
  expect(readFileSync(join(place, 'invalid'), 'utf8')).toBe('');
  const { general, status_codes: codes } = JSON.parse(readFileSync(join(place, 'out.json'), 'utf8'));
  const items = codes.data.flatMap(({ items }: { items: { data: string; hits: { count: number } }[] }) => items);
  const statuses = items.map(({ data, hits }: (typeof items)[number]) => [data.slice(0, 3), hits.count]);
  return { general, statuses: Object.fromEntries(statuses) };
}

/** What awk counts in Zeek's way: the column is found by the header line. */
function byAwk(text: string, column: string): Record<string, number> {
  const program = `/^#fields/ { for (i = 2; i <= NF; i++) at[$i] = i - 1 } !/^#/ { n[$at["${column}"]]++ }
END { for (value in n) print value, n[value] }`;
  const counted = execFileSync('awk', ['-F\t', program], { input: text, encoding: 'utf8' });
  return Object.fromEntries(linesOf(counted).map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));
}

const statusesOf = (logged: readonly Logged[]): Record<string, number> => tally(logged.map(({ status }) => status));
const isHeader = (line: string): boolean => line.startsWith('#') || line.startsWith('time\t');
const missing = whyNotLive('live formats') ?? whyNoTool('nginx') ?? whyNoTool('curl');

describe.skipIf(missing !== undefined)('formats', () => {
  test('GoAccess, jq and awk count what nginx has logged; renamed files begin with header lines', async () => {
    const { host, outside } = makeNetwork();
    const place = makeDirectory();
    const nginx = await serveAll(host, outside, place);
    const both = ['-p', '80,8000'];
    const combined = await watch(host, 1, '-format', 'combined', '-assemble');
    const virtual = await watch(host, 2, '-format', 'vcombined');
    const json = await watch(host, 3, '-format', 'json', '-pair', '-assemble');
    const zeek = await watch(host, 4, '-format', 'zeek', '-assemble', '-log_split', ...both);
    const tsv = await watch(
      host,
      5,
      '-format',
      'tsv',
      '-pair',
      '-fields',
      'time,type,target,status,request.referer',
      ...both,
    );
    const all = [combined, virtual, json, zeek, tsv];
    const count = 12 * TIMES;
    await ask(0);
    await rename(zeek, count + 2 * TIMES, false);
    await rename(tsv, count + 2 * TIMES, true);
    await until('both to begin anew', () =>
      [zeek, tsv].every(({ directory }) => readdirSync(directory).some(isCurrent)),
    );
    await ask(1);
    await stop(nginx);
    for (const { running } of all) {
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      expect(totalsOf(running)).toMatchObject({
        'without answer': 0,
        'without request': 0,
        'kernel drops': 0,
        'lines lost': 0,
      });
    }
    const logged = nginxLog(place);
    const statuses = statusesOf(logged);
    expect(logged).toHaveLength(ROUNDS * count);
    expect(Object.keys(statuses)).toEqual(['200', '204', '302', '404', '500']);

    if (whyNoTool('goaccess') === undefined) {
      const sent = logged.reduce((sum, one) => sum + one.sent, 0);
      for (const [{ directory }, format] of [
        [combined, 'COMBINED'],
        [virtual, 'VCOMBINED'],
      ] as const) {
        const seen = goaccess(directory, format);
        expect(seen.general).toMatchObject({ total_requests: logged.length, failed_requests: 0, bandwidth: sent });
        expect(seen.statuses).toEqual(statuses);
      }
    }
    if (whyNoTool('jq') === undefined) {
      const input = logText(json.directory);
      const codes = execFileSync('jq', ['.["http.response.status_code"]'], { input, encoding: 'utf8' });
      expect(tally(linesOf(codes))).toEqual(statuses);
    }
    headers(zeek, tsv, logged);
  });

  /** The files of zeek and tsv, of which each was renamed once. */
  function headers(zeek: Watching, tsv: Watching, logged: readonly Logged[]): void {
    const proxied = logged.filter(({ target }) => target.startsWith('/there/')).length;
    const statuses = statusesOf(logged);
    const files = [...logFiles(zeek.directory)];
    expect(files.map(([name]) => name.replace(/\d{8}/, 'D'))).toEqual([
      'http-CQ-D.log',
      'http-CQ-D.log.1',
      'http-SQ-D.log',
      'http-SQ-D.log.1',
    ]);
    for (const [name, lines] of files) {
      expect(
        lines.filter(isHeader).map((line) => line.split(/[\t ]/)[0]),
        name,
      ).toEqual([
        '#separator',
        '#set_separator',
        '#empty_field',
        '#unset_field',
        '#path',
        '#open',
        '#fields',
        '#types',
      ]);
      expect(lines.findLastIndex(isHeader), name).toBe(7);
      expect(lines.length, name).toBe(8 + (name.includes('CQ') ? logged.length : proxied) / ROUNDS);
    }
    const text = (type: string): string =>
      files
        .flatMap(([name, lines]) => (name.includes(type) ? lines : []))
        .map((line) => `${line}\n`)
        .join('');
    expect(byAwk(text('CQ'), 'status_code')).toEqual(statuses);
    expect(byAwk(text('SQ'), 'status_code')).toEqual({ 200: proxied });
    expect(byAwk(text('CQ'), 'method')).toEqual({ GET: logged.length / 2, HEAD: logged.length / 2 });

    expect([...logFiles(tsv.directory).keys()].map((name) => name.replace(/\d{8}/, 'D'))).toEqual([
      'http-D.log',
      'http-D.log.1',
    ]);
    for (const [name, lines] of logFiles(tsv.directory)) {
      expect(lines[0], name).toBe('time\ttype\ttarget\tstatus\trequest.referer');
      expect(lines.findLastIndex(isHeader), name).toBe(0);
      expect(lines.length, name).toBe(1 + (logged.length + proxied) / ROUNDS);
    }
    const rows = logLines(tsv.directory)
      .filter((line) => !isHeader(line))
      .map((line) => line.split('\t'));
    expect(tally(rows.filter((row) => row[1] === 'CQ').map((row) => row[3] ?? ''))).toEqual(statuses);
    expect(new Set(rows.map((row) => row[4]))).toEqual(new Set(['http://elsewhere/?a="b"']));
  }
});

/** The file of today, not renamed. */
function isCurrent(name: string): boolean {
  return name.endsWith('.log');
}
