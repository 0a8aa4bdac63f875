import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { type ClickHouseServer, makeClickHouse, USER } from '../support/live/clickhouse.ts';
import {
  addAddresses,
  cable,
  capture,
  type Host,
  makeHost,
  moveTo,
  whyNoTool,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, type Running, stop } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { logLines, makeDirectory } from '../support/live/workspace.ts';

// Three hosts that deliver to one server while it, the way to it and one of them fail.

const PASSWORD = 's3cret';
const NAMES = ['one', 'two', 'three'] as const;
const missing = whyNotLive('three hosts and ClickHouse') ?? whyNoTool('clickhouse-server');

describe.skipIf(missing !== undefined)('three hosts, one table', () => {
  test('in the end it holds what their logs hold, each record once', async () => {
    const directory = makeDirectory();
    chmodSync(directory, 0o755);
    const middle = makeHost();
    const hosts = NAMES.map((name, i) => {
      const host = makeHost();
      cable(host, 'eth0', middle, `to${i}`);
      addAddresses(host, 'eth0', `10.0.${i}.1/24`);
      addAddresses(middle, `to${i}`, `10.0.${i}.9/24`);
      const sender = openSender(middle, `to${i}`);
      let sent = 0;
      const send = (count: number): void => {
        for (let n = 0; n < count; n++, sent++) {
          const request = `GET /${name}/${sent} HTTP/1.1\r\nHost: ${name}\r\n\r\n`;
          sender.send(frame(`10.0.${i}.9`, 20_000 + sent, `10.0.${i}.1`, 80, request));
        }
      };
      return {
        name,
        host,
        send,
        sent: () => sent,
        log: join(directory, name, 'log'),
        spool: join(directory, name, 'spool'),
        i,
      };
    });
    moveTo(middle);
    const server = await makeClickHouse(join(directory, 'server'), PASSWORD, undefined, '0.0.0.0');
    const start = ({ name, host, log, spool, i }: (typeof hosts)[number]): Promise<Running> => {
      const environment = { HTTPLOG_CLICKHOUSE: `http://${USER}:${PASSWORD}@10.0.${i}.9:${server.port}/web/http` };
      const flags = ['-i', 'eth0', '-d', log, '-spool', spool, '-host', name, '-clickhouse_create'];
      // What a host is after it gave up its rights is enough to deliver.
      return capture(host, [...flags, '-user', name === 'two' ? 'nobody' : 'root'], { environment });
    };
    await server.start();
    const running: Running[] = [];
    for (const host of hosts) running.push(await start(host));
    /** Traffic for some seconds. */
    const traffic = async (seconds: number): Promise<void> => {
      for (let n = 0; n < 10 * seconds; n++) {
        for (const { send } of hosts) send(5);
        await pause(100);
      }
    };
    await traffic(2);
    // Stopped for 20 s, and meanwhile one httplog killed and started again.
    await server.stop('SIGTERM');
    const stopped = performance.now();
    await traffic(5);
    // What a kill may lose: the spool has records 200 ms later at the latest.
    await pause(500);
    running[0]?.child.kill('SIGKILL');
    if (running[0] !== undefined) await endOf(running[0]);
    running[0] = await start(hosts[0] as (typeof hosts)[number]);
    await traffic(2);
    await pause(STOPPED - (performance.now() - stopped));
    await server.start();
    const isEmpty = (): boolean => hosts.every(({ spool }) => closedFiles(spool).length === 0);
    await until('empty spools', isEmpty, 30_000);
    // Killed while it takes what comes.
    await Promise.all([traffic(2), pause(1500).then(() => server.stop('SIGKILL'))]);
    await server.start();
    await traffic(1);
    await until('empty spools', isEmpty, 30_000);
    // Its port cut off for all of them, and then the cable of one.
    setPort(middle, server.port, 'add');
    await traffic(1);
    const cutOff = await server.rows(COUNTS);
    await traffic(2);
    expect(await server.rows(COUNTS)).toEqual(cutOff);
    cut(middle, 'down');
    setPort(middle, server.port, 'del');
    await pause(1000);
    cut(middle, 'up');
    await traffic(1);
    await until('empty spools', isEmpty, 30_000);
    for (const one of running) expect(await stop(one)).toEqual({ status: 0, signal: null });

    const logged = minutesOf(hosts.map(({ name, log }) => [name, logLines(log)]));
    const rows = (select: string): Promise<string[][]> => server.rows(`${select} GROUP BY h, m ORDER BY h, m`);
    const minute = "formatDateTime(minute, '%Y-%m-%d %H:%M') AS m";
    const table = await rows(`SELECT \`host.name\` AS h, ${minute}, count() FROM web.http`);
    expect(table).toEqual(logged);
    const sent = String(hosts.reduce((sum, { sent }) => sum + sent(), 0));
    expect(await server.rows(COUNTS)).toEqual([[sent, sent]]);
    for (const { stderr } of running) expect(stderr()).toContain('not delivered');
    const view = await rows(`SELECT \`host.name\` AS h, ${minute}, countMerge(messages) FROM web.http_minutes`);
    await expectView(server, view, table);
  }, 180_000);
});

const COUNTS = 'SELECT count(), uniqExact(`host.name`, `url.path`) FROM web.http';
/** Milliseconds. */
const STOPPED = 20_000;

/** Lines by host and minute, as rows. */
function minutesOf(logs: readonly (readonly [string, readonly string[]])[]): string[][] {
  const counts = new Map<string, number>();
  for (const [host, lines] of logs) {
    for (const line of lines) {
      const key = `${host}\t${line.slice(0, 16)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].sort().map(([key, count]) => [...key.split('\t'), String(count)]);
}

/**
 * The view says what the table says. This server knows no tokens: of the insert that was in its hands when it was killed, one a host,
 * the view may have nothing.
 */
async function expectView(server: ClickHouseServer, view: string[][], table: string[][]): Promise<void> {
  const sum = (rows: string[][], host: string): number =>
    rows.reduce((all, [name, , count]) => all + (name === host ? Number(count) : 0), 0);
  for (const host of NAMES) {
    const missing = sum(table, host) - sum(view, host);
    const batches = `SELECT DISTINCT n FROM (SELECT count() AS n FROM web.http WHERE \`host.name\` = '${host}' GROUP BY \`httplog.batch\`)`;
    const sizes = (await server.rows(batches)).map(([count]) => Number(count));
    expect([0, ...sizes]).toContain(missing);
    if (missing === 0) expect(view.filter(([name]) => name === host)).toEqual(table.filter(([name]) => name === host));
  }
}

/** Takes the last host's cable out, or puts it in. */
function cut(middle: Host, state: 'up' | 'down'): void {
  middle.ip(`link set to2 ${state}`);
}

/** Lets nothing through to a port that comes from the hosts, or again. */
function setPort(middle: Host, port: number, action: 'add' | 'del'): void {
  // What is for this host itself is looked up first: here behind what is thrown away.
  if (action === 'add') middle.ip('rule add pref 10 lookup local');
  if (action === 'add') middle.ip('rule del pref 0');
  for (let i = 0; i < NAMES.length; i++)
    middle.ip(`rule ${action} pref 5 iif to${i} ipproto tcp dport ${port} blackhole`);
}
