import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { captureOf, fileIn, requestLine } from '../support/live/capture-files.ts';
import { freePort } from '../support/live/clickhouse.ts';
import { makeRequests, startFed } from '../support/live/fed.ts';
import { type OtlpServer, startOtlpServer, taking } from '../support/live/otlp-server.ts';
import { endOf, httplog, said, startProcess, stop, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { pause, until } from '../support/live/wait.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';
import { smallDisk } from '../support/small-disk.ts';

// The spool of the program as a process.

const AT = '2026-03-04T05:06:07.089Z';
const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: the spool: ${missing}`);

const records = (spool: string): unknown[] =>
  closedFiles(spool).flatMap(({ name }) =>
    linesOf(readFileSync(join(spool, name), 'utf8')).map((line) => JSON.parse(line)),
  );

test.skipIf(missing !== undefined).each(['text', 'json', 'common'])(
  'with -format %s the log is what it is without, and the records say the host',
  async (format) => {
    const directory = makeDirectory();
    const file = fileIn(directory, 'capture', captureOf([{ at: AT }, { at: AT, back: true }, { at: AT, port: 50001 }]));
    const spool = join(directory, 'spool');
    const flags = ['-r', file, '-d', '-', '-format', format, ...(format === 'json' ? ['-host', 'web1'] : [])];
    const plain = startProcess(httplog(flags));
    await endOf(plain);
    const running = startProcess(httplog([...flags, '-host', 'web1', '-spool', spool]));
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(running.stdout()).toBe(plain.stdout());
    if (format === 'text') expect(linesOf(running.stdout())[0]).toBe(requestLine('2026-03-04 05:06:07.089'));
    expect(records(spool)).toHaveLength(linesOf(plain.stdout()).length);
    for (const record of records(spool)) expect(record).toMatchObject({ 'host.name': 'web1' });
    expect(totalsOf(running)).toMatchObject({ 'lines lost': 0, 'records lost': 0, 'records dropped': 0 });
  },
);

test.skipIf(missing !== undefined)('two runs do not share one', async () => {
  const directory = makeDirectory();
  const flags = ['-d', '-', '-r', '-', '-spool', join(directory, 'spool')];
  const first = startProcess(httplog(flags));
  first.child.stdin.write(captureOf([{ at: AT }]));
  await until('the first line', () => first.stdout() !== '');
  const second = startProcess(httplog(flags));
  expect(await endOf(second)).toEqual({ status: 1, signal: null });
  expect(said(second, 'is in use, or its file system has no locks: name another with -spool')).toHaveLength(1);
  expect(await stop(first)).toEqual({ status: 0, signal: null });
});

test.skipIf(missing !== undefined)('-check says where records go, and what is wrong there', async () => {
  const directory = makeDirectory();
  const flags = ['-check', '-r', fileIn(directory, 'x', captureOf([])), '-d', '-'];
  const fits = startProcess(httplog([...flags, '-spool', join(directory, 'spool')]));
  expect(await endOf(fits)).toEqual({ status: 0, signal: null });
  expect(fits.stdout()).toContain(`spools records in ${directory}/spool, at most 1024 MB\n`);
  const wrong = startProcess(httplog([...flags, '-spool', join(directory, 'x')]));
  expect(await endOf(wrong)).toEqual({ status: 1, signal: null });
  expect(said(wrong, `spool directory ${directory}/x: `)).toHaveLength(1);
});

/** A capture of so many requests, one a millisecond. */
function manyRequests(directory: string, count: number): string {
  const begin = Date.parse(AT);
  const packets = Array.from({ length: count }, (_, i) => ({
    at: new Date(begin + i).toISOString(),
    text: `GET /n/${i} HTTP/1.1\r\nHost: h\r\nUser-Agent: ${'x'.repeat(400)}\r\n\r\n`,
  }));
  return fileIn(directory, 'many', captureOf(packets));
}

/** What a server has taken. */
const pathsOf = ({ taken }: OtlpServer): unknown[] => taken.map(({ attributes }) => attributes['url.path']);

test.skipIf(missing !== undefined)(
  'a file waits for a spool that is full, and at its end for all of it to be delivered',
  async () => {
    const directory = makeDirectory();
    const file = manyRequests(directory, 60_000);
    const server = await startOtlpServer();
    server.answer((request, response) => setTimeout(() => taking(request, response), 20));
    const to = ['-otlp', `http://127.0.0.1:${server.port}`, '-spool_mb', '8', '-d', join(directory, 'log')];
    const running = startProcess(httplog(['-r', file, ...to]));
    expect(await endOf(running, 60_000)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: 60_000, 'records lost': 0, 'records dropped': 0 });
    const brought = pathsOf(server);
    expect(brought).toHaveLength(60_000);
    expect(new Set(brought).size).toBe(60_000);
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  'what is dropped was not delivered: both together are what was there',
  async () => {
    const directory = makeDirectory();
    const file = manyRequests(directory, 60_000);
    const server = await startOtlpServer();
    server.answer((request, response) => setTimeout(() => taking(request, response), 50));
    const flags = [
      '-r',
      '-',
      '-otlp',
      `http://127.0.0.1:${server.port}`,
      '-spool_mb',
      '8',
      '-d',
      join(directory, 'log'),
    ];
    const running = startProcess(httplog(flags));
    running.child.stdin.end(readFileSync(file));
    expect(await endOf(running, 60_000)).toEqual({ status: 0, signal: null });
    const { 'records dropped': dropped = 0, 'records lost': lost } = totalsOf(running);
    const brought = pathsOf(server);
    expect(dropped).toBeGreaterThan(0);
    expect(lost).toBe(0);
    expect(new Set(brought).size).toBe(brought.length);
    expect(brought.length + dropped).toBe(60_000);
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  'a receiver that takes a file for longer than it is waited for, but takes it, gets all',
  async () => {
    const directory = makeDirectory();
    const file = manyRequests(directory, 14_000);
    const server = await startOtlpServer();
    server.answer((request, response) => setTimeout(() => taking(request, response), 400));
    const flags = ['-r', file, '-d', join(directory, 'log'), '-otlp', `http://127.0.0.1:${server.port}`];
    const patient = startProcess(httplog(flags));
    expect(await endOf(patient, 60_000)).toEqual({ status: 0, signal: null });
    expect(new Set(pathsOf(server)).size).toBe(14_000);
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  'a receiver that is away takes nothing from the other one',
  async () => {
    const directory = makeDirectory();
    const file = manyRequests(directory, 60_000);
    const server = await startOtlpServer();
    const away = `http://127.0.0.1:${await freePort()}/a/b`;
    const to = ['-otlp', `http://127.0.0.1:${server.port}`, '-clickhouse', away, '-spool_mb', '8'];
    const running = startProcess(httplog(['-r', file, '-d', join(directory, 'log'), ...to]));
    expect(await endOf(running, 60_000)).toEqual({ status: 0, signal: null });
    expect(new Set(pathsOf(server)).size).toBe(60_000);
    const left = closedFiles(join(directory, 'log/spool')).reduce((sum, one) => sum + one.records, 0);
    expect(totalsOf(running)).toMatchObject({ 'records lost': 0, 'records dropped': 60_000 - left });
    // Who has all does not make the next run drop anything.
    const server2 = ['-otlp', `http://127.0.0.1:${server.port}`, '-spool_mb', '8', '-d', join(directory, 'log')];
    const next = startProcess(httplog(['-r', '-', ...server2]));
    next.child.stdin.end(readFileSync(manyRequests(directory, 5_000)));
    expect(await endOf(next, 30_000)).toEqual({ status: 0, signal: null });
    expect(totalsOf(next)).toMatchObject({ 'records lost': 0, 'records dropped': 0 });
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  'a spool that is removed under it: what was in it is counted, what comes is delivered',
  async () => {
    const directory = makeDirectory();
    const server = await startOtlpServer();
    const { running, feed } = startFed(directory, ['-otlp', `http://127.0.0.1:${server.port}`], makeRequests());
    await feed(50);
    await until('the first records', () => server.taken.length === 50);
    await feed(50);
    rmSync(join(directory, 'spool'), { recursive: true });
    await feed(50);
    await pause(1200);
    await feed(50);
    await until('the last records', () => server.taken.length >= 100);
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    const { 'records lost': lost = 0 } = totalsOf(running);
    expect(lost).toBeGreaterThan(0);
    expect(new Set(pathsOf(server)).size + lost).toBe(200);
  },
  30_000,
);

test.skipIf(missing !== undefined)(
  'a disk that is full of the spool keeps the newest records',
  async () => {
    const disk = smallDisk('a full disk under a spool', 9216);
    if (disk === undefined) return;
    try {
      const directory = makeDirectory();
      const file = manyRequests(directory, 30_000);
      const spool = join(disk.path, 'spool');
      const running = startProcess(
        httplog(['-r', file, '-d', join(directory, 'log'), '-spool', spool, '-spool_mb', '64']),
      );
      expect(await endOf(running, 60_000)).toEqual({ status: 0, signal: null });
      const kept = records(spool);
      expect(kept.at(-1)).toMatchObject({ 'url.path': '/n/29999' });
      expect(totalsOf(running)).toMatchObject({ 'records lost': 0, 'records dropped': 30_000 - kept.length });
    } finally {
      disk.unmount();
    }
  },
  60_000,
);
