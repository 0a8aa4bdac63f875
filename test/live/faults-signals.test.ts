import { describe, expect, test } from 'vitest';
import { capture, HOST, makeNetwork, OUTSIDE, whyNotLive } from '../support/live/network.ts';
import { endOf, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { countLines, logLines, logText, makeDirectory } from '../support/live/workspace.ts';

// Signals while packets come, each with an account of every message.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
/** What a line may be late: a block of the ring waits for 100 ms, the writer looks each 100 ms. */
const LATE = 200;

const numbersIn = (lines: readonly string[]): number[] =>
  lines.map((line) => Number(/#(\d{5}) /.exec(line)?.[1]) - 20000);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe.skipIf(whyNotLive('signals') !== undefined)('signals', () => {
  test('SIGHUP a thousand times: the file is opened anew between writes, and no line is lost', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory], { threads: 2 });
    const sender = openSender(host, 'eth0');
    for (let n = 0; n < 1000; n++) {
      sender.send(frame(OUTSIDE, 20000 + n, HOST, 80, REQUEST));
      running.child.kill('SIGHUP');
      if (n % 20 === 0) await pause(5);
    }
    await until('all lines', () => countLines(directory) === 1000);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(numbersIn(logLines(directory)).sort((a, b) => a - b)).toEqual(upTo(1000));
    expect(totalsOf(running)).toMatchObject({ CQ: 1000, 'kernel drops': 0, 'lines lost': 0 });
    expect(running.stderr().split('\n')).toHaveLength(2);
  });

  test('kill -9: the file holds the first messages, whole; what is missing is not older than the writer is late', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory]);
    const sender = openSender(host, 'eth0');
    const sentAt: number[] = [];
    const end = performance.now() + 1000;
    while (performance.now() < end) {
      for (let n = 0; n < 5; n++) {
        sentAt.push(performance.now());
        sender.send(frame(OUTSIDE, 20000 + sentAt.length - 1, HOST, 80, REQUEST));
      }
      await pause(2);
    }
    const killedAt = performance.now();
    running.child.kill('SIGKILL');
    expect(await endOf(running)).toEqual({ status: null, signal: 'SIGKILL' });
    const whole = logText(directory).split('\n');
    // The kernel may break a write off between two pages.
    const torn = whole.pop();
    const numbers = numbersIn(whole);
    expect(numbers).toEqual(upTo(numbers.length));
    const missing = sentAt.slice(numbers.length);
    expect(missing.length).toBeGreaterThan(0);
    // Half a second more for a machine that has other things to do.
    expect(killedAt - (missing[0] ?? killedAt)).toBeLessThan(LATE + 500);

    const again = await capture(host, ['-d', directory]);
    sender.send(frame(OUTSIDE, 20000 + numbers.length, HOST, 80, REQUEST));
    await until('the next line', () => countLines(directory) > numbers.length);
    expect(await stop(again)).toEqual({ status: 0, signal: null });
    expect(numbersIn(logLines(directory).filter((line) => line !== torn))).toEqual(upTo(numbers.length + 1));
  });

  test('a second SIGINT ends at once, and the totals say what is lost by that', async () => {
    const { host } = makeNetwork();
    // Nobody reads its standard output.
    const running = await capture(host, ['-d', '-'], { unread: true });
    const sender = openSender(host, 'eth0');
    const long = `GET /${'\x80'.repeat(1400)} HTTP/1.1\r\n\r\n`;
    for (let n = 0; n < 200; n++) sender.send(frame(OUTSIDE, 20000 + n, HOST, 80, long));
    await pause(400);
    running.child.kill('SIGINT');
    await pause(700);
    expect(running.child.exitCode).toBe(null);
    let text = '';
    running.child.once('exit', () => running.child.stdout.on('data', (more: Buffer) => (text += more)));
    const begin = performance.now();
    running.child.kill('SIGINT');
    expect(await endOf(running)).toEqual({ status: 130, signal: null });
    expect(performance.now() - begin).toBeLessThan(1000);
    await until('the end of its output', () => running.child.stdout.readableEnded);
    const totals = totalsOf(running);
    expect(totals).toMatchObject({ CQ: 200, 'kernel drops': 0 });
    // Where a write does not end it is not known what of it will be read: its lines count as lost.
    const whole = text.split('\n').length - 1;
    expect(whole).toBeGreaterThan(0);
    expect(totals['lines lost']).toBeGreaterThanOrEqual(200 - whole);
    expect(totals['lines lost']).toBeLessThanOrEqual(200);
    expect(said(running, 'lines lost')).toHaveLength(1);
  });
});
