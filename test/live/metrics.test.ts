import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../layout/counters.table.ts';
import { ask, health, METRICS_PORT, samples, sum } from '../support/live/metrics.ts';
import { capture, HOST, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, httplog, said, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { connections, send, serve } from '../support/live/web.ts';
import { logLines, makeDirectory } from '../support/live/workspace.ts';

// What a run shows of itself: to Prometheus, to who asks whether it is well, and on SIGUSR1.

const PORT = METRICS_PORT;
const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

/** TCP ports on which a process listens. */
function listening(pid: number): string[] {
  const listed = execFileSync('nsenter', ['-t', String(pid), '-n', 'ss', '-ltnpH'], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => (line.includes(`pid=${pid},`) ? [line.split(/\s+/)[3] ?? ''] : []));
}

describe.skipIf(whyNotLive('live metrics') !== undefined || whyNoTool('curl') !== undefined)('-metrics', () => {
  test.each([1, 2])('%i threads: what is served is what the totals say, and the log holds', async (threads) => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80, (request, response) => {
      response.statusCode = Number(request.url?.slice(1)) % 4 === 3 ? 503 : 200;
      response.end('ok');
    });
    const flags = ['-d', directory, '-pair', '-metrics', `:${PORT}`];
    const running = await capture(host, flags, { threads });
    expect(listening(running.pid)).toEqual([`127.0.0.1:${PORT}`]);
    await send(`http://${HOST}`, connections(4), 0, 200);
    await until('the lines', () => logLines(directory).length === 200);
    await until('that the lines are counted', () => sum(samples(host), 'httplog_lines_written_total') === 200);
    expect(health(host)).toBe('200 ok\n');
    const found = samples(host);
    await stop(running);
    const totals = totalsOf(running);
    expect(totals).toMatchObject({ CQ: 200, CR: 200, transactions: 200, 'lines lost': 0 });
    expect({
      packets: sum(found, 'httplog_packets_total'),
      bytes: sum(found, 'httplog_packet_bytes_total'),
      CQ: sum(found, 'httplog_messages_total', 'type="CQ"'),
      CR: sum(found, 'httplog_messages_total', 'type="CR"'),
      SQ: sum(found, 'httplog_messages_total', 'type="SQ"'),
      SR: sum(found, 'httplog_messages_total', 'type="SR"'),
      'cut heads': sum(found, 'httplog_heads_cut_total'),
      copies: sum(found, 'httplog_packet_copies_total'),
      'kernel drops': sum(found, 'httplog_kernel_drops_total'),
      'lines lost': sum(found, 'httplog_lines_lost_total'),
      transactions: sum(found, 'httplog_transactions_total', 'outcome="answered"'),
      'without answer': sum(found, 'httplog_transactions_total', 'without_answer'),
      'without request': sum(found, 'httplog_transactions_total', 'without_request'),
      retransmissions: sum(found, 'httplog_retransmissions_total'),
      'flows evicted': sum(found, 'httplog_flows_evicted_total'),
    }).toEqual(totals);
    expect(Object.fromEntries(found)).toMatchObject({
      'httplog_messages_total{type="CR",class="2xx"}': 150,
      'httplog_messages_total{type="CR",class="5xx"}': 50,
      'httplog_transaction_duration_seconds_count{type="CQ",class="2xx"}': 150,
      'httplog_transaction_duration_seconds_bucket{type="CQ",class="5xx",le="+Inf"}': 50,
      httplog_kernel_packets_total: totals.packets,
      httplog_capture_threads: threads,
      httplog_capture_threads_alive: threads,
      httplog_areas: 64 * threads,
      httplog_ring_blocks: 8 * threads,
      httplog_flows: 4,
      httplog_flows_maximum: 65536,
      httplog_files_opened_total: 1,
    });
    const bytes = logLines(directory).reduce((all, line) => all + Buffer.byteLength(line) + 1, 0);
    expect(sum(found, 'httplog_written_bytes_total')).toBe(bytes);
    expect(sum(found, 'httplog_write_duration_seconds_count')).toBeGreaterThan(0);
  });

  test('what the kernel dropped is there as soon as somebody asks', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-', '-b', '1', '-metrics', `127.0.0.1:${PORT}`]);
    const sender = openSender(host, 'eth0');
    await until('that it is well', () => health(host).startsWith('200'));
    // Nobody reads the ring meanwhile.
    running.child.kill('SIGSTOP');
    for (let n = 0; n < 3000; n++)
      sender.send(frame(OUTSIDE, 50000, HOST, 80, `GET /${'x'.repeat(1000)} HTTP/1.1\r\n\r\n`));
    running.child.kill('SIGCONT');
    const found = await until('drops', () => {
      const seen = samples(host);
      return sum(seen, 'httplog_kernel_drops_total') > 0 && seen;
    });
    expect(sum(found, 'httplog_kernel_freezes_total')).toBeGreaterThan(0);
    await stop(running);
    expect(totalsOf(running)['kernel drops']).toBe(sum(found, 'httplog_kernel_drops_total'));
  });

  test('/healthz says why lines are not written, until they are', async () => {
    const { host } = makeNetwork();
    const directory = join(makeDirectory(), 'log');
    const running = await capture(host, ['-d', directory, '-metrics', `127.0.0.1:${PORT}`]);
    const sender = openSender(host, 'eth0');
    await until('that it is well', () => health(host) === '200 ok\n');
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'in its place');
    sender.send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    const reason = await until('that it is not', () => health(host).startsWith('503') && health(host));
    expect(reason).toMatch(/^503 .*\.log: a part of the path is no directory \(ENOTDIR\): move that away\n$/);
    expect(sum(samples(host), 'httplog_lines_lost_total', 'write_failed')).toBe(1);
    rmSync(directory);
    mkdirSync(directory);
    sender.send(frame(OUTSIDE, 50001, HOST, 80, REQUEST));
    await until('the line', () => logLines(directory).length === 1);
    expect(health(host)).toBe('503 lines were lost just now: the writer is behind, or a write failed\n');
    await until('that it is well again', () => health(host) === '200 ok\n');
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ CQ: 2, 'lines lost': 1 });
  });

  test('a reader that does not read is a write that does not end', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-', '-metrics', `127.0.0.1:${PORT}`], { unread: true });
    const sender = openSender(host, 'eth0');
    for (let n = 0; n < 300; n++)
      sender.send(frame(OUTSIDE, 40000, HOST, 80, `GET /${'\\'.repeat(1000)} HTTP/1.1\r\n\r\n`));
    await until('that it is not well', () => /^503 a write has not ended for [5-9] s\n$/.test(health(host)));
    running.child.stdout.resume();
    await until('that it is well again', () => health(host) === '200 ok\n');
    await stop(running);
  });

  test('a port that is taken: exit 1, in one line', async () => {
    const { host } = makeNetwork();
    await serve(host, PORT);
    const before = ['ip', 'netns', 'exec', host.namespace];
    const running = startProcess(httplog(['-i', 'eth0', '-d', '-', '-metrics', `:${PORT}`], before));
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stderr()).toBe(
      `httplog: metrics cannot be served at 127.0.0.1:${PORT}: the port is in use (EADDRINUSE): choose another with -metrics\n`,
    );
  });

  test('clients that hold all connections, or ask without a pause, cost no line', async () => {
    const { host } = makeNetwork();
    await serve(host, 80);
    const running = await capture(host, ['-d', '-', '-metrics', `127.0.0.1:${PORT}`]);
    const hammer = `while :; do curl -s -o /dev/null http://127.0.0.1:${PORT}/metrics; done`;
    const clients = [hammer, hammer, `sleep 30 | curl -s -T - http://127.0.0.1:${PORT}/`].map((script) =>
      startProcess(['ip', 'netns', 'exec', host.namespace, 'timeout', '20', 'sh', '-c', script]),
    );
    await send(`http://${HOST}`, connections(4), 0, 1000);
    for (const { child } of clients) child.kill('SIGTERM');
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: 1000, CR: 1000, 'kernel drops': 0, 'lines lost': 0 });
  });

  test.skipIf(whyNoTool('prometheus') !== undefined)('a real Prometheus scrapes it', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const modes = ['-pair', '-assemble', '-spool', join(directory, 'spool')];
    const running = await capture(host, ['-d', join(directory, 'log'), ...modes, '-metrics', `:${PORT}`]);
    await send(`http://${HOST}`, connections(2), 0, 50);
    const configuration = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'httplog', static_configs: [{ targets: [`127.0.0.1:${PORT}`] }] }],
    };
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(configuration));
    const flags = [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      '--web.listen-address=127.0.0.1:9090',
    ];
    const prometheus = startProcess(['ip', 'netns', 'exec', host.namespace, 'prometheus', ...flags]);
    const query = (expression: string): { metric: Record<string, string>; value: [number, string] }[] => {
      const { body } = ask(host, `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(expression)}`);
      return body.startsWith('{') ? JSON.parse(body).data.result : [];
    };
    const value = (expression: string): string | undefined => query(expression)[0]?.value[1];
    await until('Prometheus to scrape', () => value('up{job="httplog"}') === '1', 30_000);
    await until('all messages', () => value('sum(httplog_messages_total)') === '100', 30_000);
    expect(value('httplog_messages_total{type="CR",class="2xx"}')).toBe('50');
    expect(value('sum(httplog_transaction_duration_seconds_count)')).toBe('50');
    expect(value('httplog_records_spooled_total')).toBe('50');
    expect(
      Number(value('histogram_quantile(0.5, sum by (le) (httplog_transaction_duration_seconds_bucket))')),
    ).toBeGreaterThan(0);
    const names = new Set(query('{job="httplog",__name__=~"httplog_.*"}').map(({ metric }) => metric.__name__));
    const expected = METRICS.filter(({ runs }) => runs !== 'delivery').flatMap(({ name, kind }) =>
      kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
    );
    expect([...names].sort()).toEqual(expected.sort());
    // What it knows of each metric: type and help.
    const { body } = ask(host, 'http://127.0.0.1:9090/api/v1/targets/metadata?limit=200');
    const metadata = JSON.parse(body).data as { metric: string; type: string; help: string }[];
    const known = new Map(metadata.map(({ metric, type, help }) => [metric, `${type} ${help}`]));
    for (const { name, kind, help } of METRICS.filter(({ runs }) => runs !== 'delivery'))
      expect(known.get(name)).toBe(`${kind} ${help}`);
    await stop(running);
    await until('that it is seen to be gone', () => value('up{job="httplog"}') === '0', 30_000);
    expect(await stop(prometheus)).toEqual({ status: 0, signal: null });
  });
});

describe.skipIf(whyNotLive('SIGUSR1') !== undefined)('SIGUSR1', () => {
  test('says the counters, one line each, and opens no inspector', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-', '-pair'], { threads: 2 });
    const sender = openSender(host, 'eth0');
    for (let n = 0; n < 7; n++) sender.send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    const LAST = 'httplog: capture_threads_restarted_total ';
    await until('that the messages are counted', () => {
      running.child.kill('SIGUSR1');
      return said(running, 'messages_total CQ 7').length > 0;
    });
    await until('the last line', () => said(running, LAST).length === said(running, 'httplog: build_info ').length);
    expect(listening(running.pid)).toEqual([]);
    await stop(running);
    expect(running.stderr()).not.toContain('Debugger');
    const names = running
      .stderr()
      .split('\n')
      .map((line) => `httplog_${line.split(' ')[1]}`);
    const begin = names.lastIndexOf(METRICS[0]?.name ?? '');
    const expected = METRICS.filter(({ runs }) => !['assemble', 'records', 'delivery'].includes(runs)).map(
      ({ name }) => name,
    );
    expect(names.slice(begin, begin + expected.length)).toEqual(expected);
    expect(said(running, 'packets_total 7')).not.toEqual([]);
    expect(totalsOf(running)).toMatchObject({ packets: 7, CQ: 7 });
  });

  test('nor does one that comes while Node starts leave a port open', async () => {
    const begun = Array.from({ length: 8 }, (_, n) => ({ n, running: startProcess(httplog(['-r', '-', '-d', '-'])) }));
    for (const { n, running } of begun) {
      await pause(n * 10);
      running.child.kill('SIGUSR1');
    }
    // Before Node has begun the signal kills, as it does any program.
    const alive = () => begun.filter(({ running: { child } }) => child.exitCode === null && child.signalCode === null);
    await pause(500);
    await until('that no port is open', () => alive().every(({ running }) => listening(running.pid).length === 0));
    for (const { running } of alive()) {
      running.child.kill('SIGUSR1');
      await until('the counters', () => said(running, 'packets_total 0').length > 0);
      expect(listening(running.pid)).toEqual([]);
      running.child.stdin.end();
      expect((await endOf(running)).signal).toBeNull();
    }
  });
});
