import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, HOST, makeNetwork, OUTSIDE, whyNotLive } from '../support/live/network.ts';
import { endOf, messagesIn, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { connections, send, serve, startLoad } from '../support/live/web.ts';
import { essence, linesOf, logFiles, logLines, logText, makeDirectory, typeOf } from '../support/live/workspace.ts';

// The log files while traffic goes on: renamed, removed, without room, and how a run ends.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
const LINE =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [0-9.]+#\d+ [0-9.]+#\d+ (?:CQ GET \/\d+ HTTP\/1\.1 10\.9\.0\.1 test|CR HTTP\/1\.1 200 OK 2 text\/plain; n=\d+)$/;

/** Today's log file, as the program (TZ=UTC) names it. */
function today(directory: string): string {
  return join(directory, `http-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}.log`);
}

/** The numbers of the requests, and of the responses, of which there are lines. */
function numbersIn(lines: readonly string[]): { readonly requests: number[]; readonly responses: number[] } {
  const numbers = (type: string, pattern: RegExp): number[] =>
    lines
      .filter((line) => typeOf(line) === type)
      .map((line) => Number(pattern.exec(line)?.[1]))
      .sort((a, b) => a - b);
  return { requests: numbers('CQ', / GET \/(\d+) /), responses: numbers('CR', / n=(\d+)$/) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe.skipIf(whyNotLive('live log files') !== undefined)('log files', () => {
  test('renamed under load again and again, with and without SIGHUP: no line lost or doubled', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const running = await capture(host, ['-d', directory], { threads: 2 });
    const load = startLoad(`http://${HOST}`, 4);
    for (let round = 0; round < 8; round++) {
      await until('a log file with lines', () => existsSync(today(directory)) && statSync(today(directory)).size > 0);
      renameSync(today(directory), `${today(directory)}.${round}`);
      if (round % 2 === 1) running.child.kill('SIGHUP');
    }
    const sent = await load.end();
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ CQ: sent, CR: sent, 'kernel drops': 0, 'lines lost': 0 });
    expect(numbersIn(logLines(directory))).toEqual({ requests: upTo(sent), responses: upTo(sent) });
    expect(logFiles(directory).size).toBeGreaterThanOrEqual(8);
  });

  test('renamed while nothing comes: opened anew within a second, on SIGHUP at once; SIGHUP alone changes nothing', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory]);
    const file = today(directory);
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => logLines(directory).length === 1);
    renameSync(file, `${file}.1`);
    const begin = performance.now();
    await until('the file again', () => existsSync(file), 3000);
    expect(performance.now() - begin).toBeLessThan(1500); // a second, and half of one for a busy machine
    running.child.kill('SIGHUP');
    await pause(100);
    expect(statSync(file).size).toBe(0);
    await stop(running);
  });

  test('the directory is removed under load: it is made again, and logging goes on', async () => {
    const { host } = makeNetwork();
    const directory = join(makeDirectory(), 'a/b');
    const running = await capture(host, ['-d', directory]);
    const sender = openSender(host, 'eth0');
    for (let round = 0; round < 3; round++) {
      sender.send(frame(OUTSIDE, 50000 + round, HOST, 80, REQUEST));
      await until('the line', () => logText(directory).includes(`#${50000 + round} `));
      rmSync(directory, { recursive: true });
    }
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: 3, 'lines lost': 0 });
  });

  test('a file in the place of the directory: said once, counted, and logging resumes by itself', async () => {
    const { host } = makeNetwork();
    const directory = join(makeDirectory(), 'log');
    const running = await capture(host, ['-d', directory]);
    const sender = openSender(host, 'eth0');
    const request = (port: number): void => sender.send(frame(OUTSIDE, port, HOST, 80, REQUEST));
    request(50000);
    await until('the line', () => logText(directory).includes('#50000 '));
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    request(50001);
    await until('what is wrong', () => said(running, 'lines are lost until that is mended').length === 1);
    request(50002);
    await pause(300);
    rmSync(directory);
    request(50003);
    await until('that it goes on', () => said(running, 'writing goes on; lines lost meanwhile: 2').length === 1);
    await stop(running);
    expect(said(running, 'lines are lost until')).toHaveLength(1);
    expect(totalsOf(running)).toMatchObject({ CQ: 4, 'lines lost': 2 });
    expect(logLines(directory).map(essence)).toEqual([`${OUTSIDE}#* ${HOST}#80 CQ GET /t HTTP/1.1 h `]);
  });

  test('a full disk, and room made again: capture goes on, and what was lost is counted to the line', async () => {
    const { host } = makeNetwork();
    const place = makeDirectory();
    await serve(host, 80);
    // 128 KB, of which a filler takes the half. The mount goes with the program.
    const prepare = `mount -t tmpfs -o size=128k tmpfs ${place} && head -c 65536 /dev/zero > ${place}/filler`;
    const running = await capture(host, ['-d', `${place}/log`], { prepare });
    const mount = openSync(`/proc/${running.pid}/root${place}`, 'r');
    const seen = `/proc/self/fd/${mount}`;
    try {
      const agent = connections(4);
      const base = `http://${HOST}`;
      await send(base, agent, 0, 500);
      await until('that the disk is full', () => said(running, 'no space left on the device (ENOSPC)').length === 1);
      await send(base, agent, 500, 200);
      // These are lost: were they still to be written, they would fill the room that is made for the next.
      await pause(1000);
      rmSync(join(seen, 'filler'));
      await send(base, agent, 700, 100);
      await until('that it goes on', () => said(running, 'writing goes on; lines lost meanwhile: ').length === 1);
      await send(base, agent, 800, 10);
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      const totals = totalsOf(running);
      expect(totals).toMatchObject({ CQ: 810, CR: 810, 'kernel drops': 0 });
      const lost = totals['lines lost'] ?? 0;
      const told = said(running, 'writing goes on; lines lost meanwhile: ').map((line) =>
        Number(/\d+$/.exec(line)?.[0]),
      );
      expect(told).toEqual([lost]);
      const lines = logLines(join(seen, 'log'));
      const whole = lines.filter((line) => LINE.test(line));
      const torn = lines.length - whole.length;
      expect(torn).toBeLessThanOrEqual(1);
      // Where the disk was full just before a line's end, the line was counted as lost and stands there all the same.
      const endMissed = torn === 0 && lost + whole.length === 1621 ? 1 : 0;
      expect(whole.length + lost).toBe(1620 + endMissed);
      expect(lost).toBeGreaterThan(100);
      const { requests } = numbersIn(whole);
      expect(requests.filter((n) => n >= 800)).toEqual([800, 801, 802, 803, 804, 805, 806, 807, 808, 809]);
    } finally {
      closeSync(mount);
    }
  });

  test('a second run adds to the files of the first', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    for (const port of [50000, 50001]) {
      const running = await capture(host, ['-d', directory]);
      openSender(host, 'eth0').send(frame(OUTSIDE, port, HOST, 80, REQUEST));
      await stop(running);
    }
    const lines = linesOf(readFileSync(today(directory), 'utf8'));
    expect(lines.map((line) => line.split(' ')[2])).toEqual([`${OUTSIDE}#50000`, `${OUTSIDE}#50001`]);
  });
});

describe.skipIf(whyNotLive('the end of live runs') !== undefined)('the end of a run', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s under load: all that was counted is written, exit 0',
    async (signal) => {
      const { host } = makeNetwork();
      const directory = makeDirectory();
      await serve(host, 80);
      const running = await capture(host, ['-d', directory], { threads: 2 });
      const load = startLoad(`http://${HOST}`, 8);
      await until('many lines', () => logText(directory).length > 100_000);
      running.child.kill(signal);
      expect(await endOf(running)).toEqual({ status: 0, signal: null });
      await load.end();
      const totals = totalsOf(running);
      const lines = logLines(directory);
      expect(lines).toHaveLength(messagesIn(totals));
      expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
      expect(totals).toMatchObject({ 'kernel drops': 0, 'lines lost': 0 });
      const { requests } = numbersIn(lines);
      expect(new Set(requests).size).toBe(requests.length);
    },
  );

  test('SIGTERM right after the last message: its line is written', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const running = await capture(host, ['-d', directory], { threads: 2 });
    await send(`http://${HOST}`, connections(8), 0, 100);
    running.child.kill('SIGTERM');
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(numbersIn(logLines(directory))).toEqual({ requests: upTo(100), responses: upTo(100) });
  });

  test('SIGTERM before it captures: exit 0 and totals', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory]);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ packets: 0, 'lines lost': 0 });
    expect(logFiles(directory).size).toBe(0);
  });

  test('killed under load, and started again on a torn line: it is ended, nothing is glued to it', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const killed = await capture(host, ['-d', directory], { threads: 2 });
    const load = startLoad(`http://${HOST}`, 4);
    await until('many lines', () => logText(directory).length > 50_000);
    killed.child.kill('SIGKILL');
    expect(await endOf(killed)).toEqual({ status: null, signal: 'SIGKILL' });
    await load.end();
    const before = logText(directory);
    expect(
      before
        .split('\n')
        .slice(0, -1)
        .filter((line) => !LINE.test(line)),
    ).toEqual([]);
    // A power cut leaves what the disk had: the beginning of a line.
    const torn = '2026-01-01 00:00:00.000 10.9.0.2#1 10.9.0.1#80 CQ GET /to';
    appendFileSync(today(directory), torn);
    const running = await capture(host, ['-d', directory], { threads: 2 });
    await send(`http://${HOST}`, connections(1), 7, 1);
    await stop(running);
    const lines = logLines(directory).slice(before.split('\n').length - 1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/10\.9\.0\.1#80 CQ GET \/to$/);
    expect(lines.slice(1).filter((line) => !LINE.test(line))).toEqual([]);
  });
});
