import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { makeClickHouse, USER } from '../support/live/clickhouse.ts';
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
import { countLines, logLines, makeDirectory } from '../support/live/workspace.ts';

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
      return { name, host, send, log: join(directory, name, 'log'), spool: join(directory, name, 'spool'), i };
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
    /** Traffic for some seconds, and then it is quiet. */
    const traffic = async (seconds: number): Promise<void> => {
      for (let n = 0; n < 10 * seconds; n++) {
        for (const { send } of hosts) send(5);
        await pause(100);
      }
      await pause(500);
    };
    const all = (): number => hosts.reduce((sum, { log }) => sum + countLines(log), 0);
    await traffic(2);
    await server.stop('SIGKILL');
    await traffic(2);
    running[0]?.child.kill('SIGKILL');
    if (running[0] !== undefined) await endOf(running[0]);
    running[0] = await start(hosts[0] as (typeof hosts)[number]);
    await server.start();
    await traffic(1);
    await server.stop('SIGTERM');
    await traffic(1);
    await server.start();
    cut(middle, 'down');
    await pause(1500);
    cut(middle, 'up');
    await traffic(1);
    expect(all()).toBe(3 * 5 * 10 * 7);
    await until('empty spools', () => hosts.every(({ spool }) => closedFiles(spool).length === 0), 30_000);
    for (const one of running) expect(await stop(one)).toEqual({ status: 0, signal: null });
    const sums = await server.rows(
      'SELECT `host.name`, count(), uniqExact(`url.path`) FROM web.http GROUP BY `host.name` ORDER BY `host.name`',
    );
    const logged = hosts.map(({ name, log }) => [name, String(logLines(log).length), String(logLines(log).length)]);
    expect(sums).toEqual(logged.sort());
  }, 120_000);
});

/** Takes the last host's cable out, or puts it in. */
function cut(middle: Host, state: 'up' | 'down'): void {
  middle.ip(`link set to2 ${state}`);
}
