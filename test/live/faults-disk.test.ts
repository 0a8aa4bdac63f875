import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freezableDisk, whyNotFrozen } from '../support/live/frozen-disk.ts';
import { health, METRICS_PORT, samples, sum } from '../support/live/metrics.ts';
import {
  addAddresses,
  capture,
  HOST,
  type Host,
  makeNetwork,
  OUTSIDE,
  whyNoTool,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { countLines, logLines, logText, makeDirectory } from '../support/live/workspace.ts';

// A disk that stalls, rights that are lost, no descriptor left: what is lost is counted, and logging goes on by itself.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\n\r\n';
const METRICS = ['-metrics', String(METRICS_PORT)];
const NOBODY = 65534;
const ROOT = 0;

/** Sends requests, each from the next port, so that each line shows which it is. */
interface Requests {
  send(count?: number): void;
  sent(): number;
}

function requestsTo(host: Host): Requests {
  const sender = openSender(host, 'eth0');
  let sent = 0;
  return {
    send(count = 1) {
      for (let n = 0; n < count; n++, sent++) sender.send(frame(OUTSIDE, 40000 + sent, HOST, 80, REQUEST));
    },
    sent: () => sent,
  };
}

/** Which requests these lines are of, from 0. */
const numbersIn = (lines: readonly string[]): number[] =>
  lines.map((line) => Number(/#(\d{5}) /.exec(line)?.[1]) - 40000);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const missing = whyNotLive('faults of the disk') ?? whyNoTool('curl');

describe.skipIf((missing ?? whyNotFrozen()) !== undefined)('a disk that stalls', () => {
  test('for more than 5 s: it is told, capture goes on, and no line is lost', async () => {
    const { host } = makeNetwork();
    const { prepare, directory, of } = freezableDisk();
    const running = await capture(host, ['-d', directory, ...METRICS], { prepare });
    const disk = of(running);
    const requests = requestsTo(host);
    requests.send(20);
    await until('the lines', () => disk.count() === 20);
    disk.freeze();
    const begin = performance.now();
    const stalled = await until('that it is told', () => {
      requests.send(5);
      running.child.kill('SIGHUP');
      const told = health(host);
      return told.startsWith('503') && told;
    });
    expect(stalled).toMatch(/^503 a write has not ended for \d+ s\n$/);
    expect(performance.now() - begin).toBeGreaterThan(5000);
    disk.thaw();
    requests.send(20);
    await until('all lines', () => disk.count() === requests.sent());
    expect(numbersIn(disk.lines())).toEqual(upTo(requests.sent()));
    await until('that it is well', () => health(host) === '200 ok\n');
    expect(sum(samples(host), 'httplog_lines_lost_total')).toBe(0);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: requests.sent(), 'kernel drops': 0, 'lines lost': 0 });
  });

  /** A program that has written twenty lines, and whose disk stalls now. */
  async function stalled() {
    const { host } = makeNetwork();
    const { prepare, directory, of } = freezableDisk();
    const running = await capture(host, ['-d', directory], { prepare });
    const disk = of(running);
    const requests = requestsTo(host);
    requests.send(20);
    await until('the lines', () => disk.count() === 20);
    disk.freeze();
    return { running, disk, requests };
  }

  test('SIGTERM meanwhile: it waits, and all lines are written', async () => {
    const { running, disk, requests } = await stalled();
    requests.send(20);
    running.child.kill('SIGTERM');
    await pause(700);
    expect(running.child.exitCode).toBe(null);
    disk.thaw();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: 40, 'kernel drops': 0, 'lines lost': 0 });
    expect(numbersIn(disk.lines())).toEqual(upTo(40));
  });

  test('SIGTERM twice meanwhile: it says at once how much is lost, and the system lets it go with the disk', async () => {
    const { running, disk, requests } = await stalled();
    requests.send(20);
    await pause(400); // these are in a write that does not end
    requests.send(20);
    running.child.kill('SIGTERM');
    await pause(700);
    running.child.kill('SIGTERM');
    await until('the totals', () => said(running, 'lines lost').length === 1, 3000);
    const totals = totalsOf(running);
    expect(totals).toMatchObject({ CQ: 60, 'kernel drops': 0 });
    disk.thaw();
    expect(await endOf(running)).toEqual({ status: 143, signal: null });
    // What the system had taken already may be there all the same, whole.
    const numbers = numbersIn(disk.lines());
    expect(numbers).toEqual(upTo(numbers.length));
    expect(numbers.length).toBeGreaterThanOrEqual(60 - (totals['lines lost'] ?? 0));
    expect(totals['lines lost']).toBe(40);
  });
});

describe.skipIf(missing !== undefined)('rights that are lost while it runs as a user', () => {
  test.each<[string, (directory: string, file: string) => void, (directory: string, file: string) => void]>([
    [
      'to the directory',
      (directory) => {
        chownSync(directory, ROOT, ROOT);
        chmodSync(directory, 0o700);
      },
      (directory) => chownSync(directory, NOBODY, NOBODY),
    ],
    ['to the file', (_, file) => chownSync(file, ROOT, ROOT), (_, file) => chownSync(file, NOBODY, NOBODY)],
  ])(
    '%s: the open file serves until it is opened anew; then lines are lost and counted, until they are back',
    async (_name, take, giveBack) => {
      const { host } = makeNetwork();
      const place = makeDirectory();
      chmodSync(place, 0o755);
      const directory = join(place, 'log');
      const running = await capture(host, ['-d', directory, '-user', 'nobody', ...METRICS]);
      const requests = requestsTo(host);
      requests.send();
      await until('the line', () => countLines(directory) === 1);
      const file = join(directory, readdirSync(directory)[0] ?? '');
      take(directory, file);
      requests.send();
      await until('the line', () => countLines(directory) === 2);
      running.child.kill('SIGHUP');
      await pause(100);
      requests.send(3);
      await until('what is wrong', () => said(running, 'lines are lost until that is mended').length === 1);
      const what = `${file}: permission denied (EACCES): give the user that runs httplog the right to write there`;
      expect(said(running, what)).toHaveLength(1);
      expect(health(host)).toBe(`503 ${what}\n`);
      giveBack(directory, file);
      requests.send();
      await until('that it goes on', () => said(running, 'writing goes on; lines lost meanwhile: 3').length === 1);
      expect(sum(samples(host), 'httplog_lines_lost_total', 'write_failed')).toBe(3);
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      expect(totalsOf(running)).toMatchObject({ CQ: 6, 'kernel drops': 0, 'lines lost': 3 });
      expect(numbersIn(logLines(directory))).toEqual([0, 1, 5]);
    },
  );
});

describe.skipIf(missing !== undefined)('the limit of descriptors', () => {
  test('a file that cannot be opened: what goes into it is lost and counted; the others, and all later ones, are written', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory, '-log_split', ...METRICS]);
    const requests = requestsTo(host);
    const answers = openSender(host, 'eth0');
    const answer = (port: number): void => answers.send(frame(HOST, 80, OUTSIDE, port, RESPONSE));
    await until('that it is well', () => health(host) === '200 ok\n');
    requests.send();
    await until('the file of requests', () => countLines(directory) === 1);
    const limit = (of: number): void =>
      void execFileSync('prlimit', ['--pid', String(running.pid), `--nofile=${of}:4096`]);
    const taken = new Set(readdirSync(`/proc/${running.pid}/fd`).map(Number));
    let lowestFree = 0;
    while (taken.has(lowestFree)) lowestFree++;
    limit(lowestFree);
    for (const port of [50000, 50001]) answer(port);
    requests.send();
    addAddresses(host, 'lo', '10.99.0.1/32');
    await until('what is wrong', () => said(running, 'lines are lost until that is mended').length === 1);
    expect(said(running, 'too many open files (EMFILE): raise the limit of open files')[0]).toMatch(/http-CR-\d+\.log/);
    await until('the line of a file that is open', () => logText(directory).includes('#40001 '));
    await until(
      'that addresses are not followed',
      () => said(running, 'the interfaces and local addresses').length === 1,
    );
    limit(1024);
    answer(50002);
    await until('that it goes on', () => said(running, 'writing goes on; lines lost meanwhile: 2').length === 1);
    await until('that it serves again', () => sum(samples(host), 'httplog_lines_lost_total', 'write_failed') === 2);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: 2, CR: 3, 'kernel drops': 0, 'lines lost': 2 });
    expect(logLines(directory)).toHaveLength(3);
  });
});
