import { describe, expect, test } from 'vitest';
import { latin1 } from '../support/bytes.ts';
import { health, METRICS_PORT, samples, sum } from '../support/live/metrics.ts';
import { capture, HOST, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, type Running, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { until } from '../support/live/wait.ts';
import { countLines, linesOf, logLines, makeDirectory } from '../support/live/workspace.ts';
import { ipv4, tcp } from '../support/packets.ts';

// Capture threads that die, and a writer that breaks down. Both are made to by a module that is loaded before the program.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const DIED = 'the capture0 thread died and is started again';

/** SIGUSR2 ends the oldest thread. */
const KILLER = `import threads from 'node:worker_threads';
import { syncBuiltinESMExports } from 'node:module';
const { Worker } = threads;
const made = [];
threads.Worker = class extends Worker {
  constructor(...values) {
    super(...values);
    made.push(this);
    this.on('exit', () => made.splice(made.indexOf(this), 1));
  }
};
syncBuiltinESMExports();
process.on('SIGUSR2', () => made[0].terminate());`;

/** Behind SIGUSR2 a write that succeeds does not say how much it wrote: the writer cannot go on. */
const BREAKER = `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
const writev = promisify(fs.writev);
let broken = false;
const breaking = () => {};
breaking[promisify.custom] = async (descriptor, parts) => (broken ? {} : writev(descriptor, parts));
fs.writev = breaking;
syncBuiltinESMExports();
process.on('SIGUSR2', () => { broken = true; });`;

/** SIGUSR2 throws what nobody catches. */
const BUG = `process.on('SIGUSR2', () => { throw new Error('a test’s bug'); });`;

const before = (module: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` });

/** Ports of the clients in these lines. */
const portsIn = (lines: readonly string[]): number[] => lines.map((line) => Number(/#(\d+) /.exec(line)?.[1]));
const upTo = (end: number): number[] => Array.from({ length: end - 50000 }, (_, n) => 50000 + n);

/** Waits as `until` does, and no longer than the process lives. */
function untilItSays(running: Running, words: string, times: number): Promise<unknown> {
  return until(`${words} (${times} times)`, () => {
    if (running.child.exitCode !== null || running.child.signalCode !== null)
      throw new Error(`it ended (${running.child.exitCode ?? running.child.signalCode}): ${running.stderr()}`);
    return said(running, words).length >= times;
  });
}

describe.skipIf(whyNotLive('threads that die') !== undefined)('a capture thread that dies', () => {
  test.skipIf(whyNoTool('curl') !== undefined)(
    'is replaced, with a line and a counter, and no line is lost',
    async () => {
      const { host } = makeNetwork();
      const flags = ['-d', '-', '-metrics', String(METRICS_PORT)];
      const running = await capture(host, flags, { environment: before(KILLER) });
      const sender = openSender(host, 'eth0');
      let port = 50000;
      const one = (): void => sender.send(frame(OUTSIDE, port++, HOST, 80, REQUEST));
      one();
      await until('a line', () => running.stdout() !== '');
      // While packets come.
      const timer = setInterval(one, 5);
      try {
        running.child.kill('SIGUSR2');
        await untilItSays(running, DIED, 1);
      } finally {
        clearInterval(timer);
      }
      one();
      await until('the line behind its death', () => running.stdout().includes(`#${port - 1} `));
      await until('that it is well', () => health(host) === '200 ok\n');
      const found = samples(host);
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      expect(portsIn(linesOf(running.stdout()))).toEqual(upTo(port));
      expect(totalsOf(running)).toMatchObject({ CQ: port - 50000, 'kernel drops': 0, 'lines lost': 0 });
      expect(said(running, DIED)).toHaveLength(1);
      expect(sum(found, 'httplog_capture_threads_restarted_total')).toBe(1);
      expect(sum(found, 'httplog_lines_lost_total')).toBe(0);
    },
  );

  test('with -pair: requests that wait in it are lost, and the totals show how many', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-', '-pair'], { environment: before(KILLER) });
    const sender = openSender(host, 'eth0');
    const [client, server] = [OUTSIDE, HOST];
    const [begin, behind] = [1000, 1000 + REQUEST.length];
    const request = (port: number): void => {
      const ends = { source: client, sourcePort: port, destination: server, destinationPort: 80 };
      sender.send(ipv4(ends, tcp({ ...ends, sequence: begin, acknowledgment: 7 }, latin1(REQUEST))));
    };
    const answer = (port: number): void => {
      const ends = { source: server, sourcePort: 80, destination: client, destinationPort: port };
      sender.send(ipv4(ends, tcp({ ...ends, sequence: 7, acknowledgment: behind }, latin1(RESPONSE))));
    };
    request(50001);
    request(50000);
    answer(50000);
    await until('the first line', () => running.stdout() !== '');
    running.child.kill('SIGUSR2');
    await untilItSays(running, DIED, 1);
    answer(50001);
    request(50002);
    answer(50002);
    await until('the last line', () => running.stdout().includes('#50002 '));
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    const { CQ = 0, transactions = 0, 'without answer': unanswered = 0, ...totals } = totalsOf(running);
    expect({ CQ, transactions, unanswered }).toEqual({ CQ: 3, transactions: 2, unanswered: 0 });
    expect(CQ - transactions - unanswered).toBe(1);
    expect(totals).toMatchObject({ CR: 3, 'without request': 1, 'kernel drops': 0, 'lines lost': 0 });
    expect(linesOf(running.stdout())).toHaveLength(3);
  });

  test.each([1, 2])(
    'three times in a minute, of %i: exit 1, one line, and what came until then is written',
    async (threads) => {
      const { host } = makeNetwork();
      const directory = makeDirectory();
      const running = await capture(host, ['-d', directory], { threads, environment: before(KILLER) });
      const sender = openSender(host, 'eth0');
      let port = 50000;
      const some = (): void => {
        for (let n = 0; n < 50; n++) sender.send(frame(OUTSIDE, port++, HOST, 80, REQUEST));
      };
      for (const times of [1, 2, 3]) {
        // A thread that has not begun yet has nothing to lose.
        some();
        await until('the lines', () => countLines(directory) === port - 50000);
        // These stand in the rings when it dies.
        some();
        running.child.kill('SIGUSR2');
        if (times < 3) await untilItSays(running, 'thread died and is started again', times);
      }
      expect(await endOf(running)).toEqual({ status: 1, signal: null });
      expect(said(running, 'threads die too often')).toHaveLength(1);
      expect(totalsOf(running)).toMatchObject({ CQ: port - 50000, 'kernel drops': 0, 'lines lost': 0 });
      expect(totalsOf(running)).not.toHaveProperty('packets not read');
      expect(portsIn(logLines(directory)).sort((a, b) => a - b)).toEqual(upTo(port));
    },
  );
});

describe.skipIf(whyNotLive('bugs') !== undefined)('a bug in the main thread', () => {
  test('a writer that breaks down: exit 1, what it was, and how much is lost', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory], { environment: before(BREAKER) });
    const sender = openSender(host, 'eth0');
    for (let n = 0; n < 20; n++) sender.send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    await until('the lines', () => countLines(directory) === 20);
    running.child.kill('SIGUSR2');
    for (let n = 20; n < 50; n++) sender.send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    const totals = totalsOf(running);
    // It lets nothing more in then.
    expect(totals['lines lost']).toBeGreaterThan(0);
    expect(totals.CQ).toBe(20 + (totals['lines lost'] ?? 0));
    expect(portsIn(logLines(directory))).toEqual(upTo(50020));
    expect(said(running, 'httplog: ')).toHaveLength(2);
  });

  test('what nobody catches: exit 1, one line about it, and how much is lost', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory], { environment: before(BUG) });
    const sender = openSender(host, 'eth0');
    sender.send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => countLines(directory) === 1);
    for (let n = 1; n < 50; n++) sender.send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    running.child.kill('SIGUSR2');
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(said(running, 'ends because of a bug, please report it: Error: a test’s bug')).toHaveLength(1);
    const totals = totalsOf(running);
    const written = logLines(directory);
    expect(written.length + (totals['lines lost'] ?? 0) + (totals['packets not read'] ?? 0)).toBe(50);
    expect(portsIn(written)).toEqual(upTo(50000 + written.length));
  });
});
