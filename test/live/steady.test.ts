import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bound } from '../support/live/busy.ts';
import { capture, HOST, makeNetwork, OUTSIDE, whyNotLive } from '../support/live/network.ts';
import { said, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { connections, send, serve } from '../support/live/web.ts';
import { logLines, logText, makeDirectory } from '../support/live/workspace.ts';

// Time: how soon a line is written, what an idle program costs; and a ring that is full. One test after the other.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

/** Part of a core that an idle program may use. */
const LITTLE = 0.002;

/** Milliseconds since 1970 of a line's own time, which is UTC here. */
function timeOf(line: string): number {
  return Date.parse(`${line.slice(0, 10)}T${line.slice(11, 23)}Z`);
}

describe.skipIf(whyNotLive('time') !== undefined)('light traffic', () => {
  test('a line is in its file at most 200 ms after its packet', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    await serve(host, 80);
    const running = await capture(host, ['-d', directory], { threads: 2 });
    const agent = connections(1);
    const delays: number[] = [];
    for (let n = 0; n < 20; n++) {
      await send(`http://${HOST}`, agent, n, 1);
      // The last look that did not find the line yet: what this test itself is late does not count.
      let missing = Date.now();
      await until('both lines', () => {
        const looked = Date.now();
        const found = logText(directory).split('\n').length - 1 === 2 * (n + 1);
        if (!found) missing = looked;
        return found;
      });
      delays.push(missing - timeOf(logLines(directory).at(-2) ?? ''));
      await pause((n * 37) % 100); // at any phase of the kernel's timer
    }
    await stop(running);
    expect(Math.max(...delays)).toBeLessThanOrEqual(bound(200, 1000));
  });

  test('an idle program costs under 0.2 % of a core, and its threads sleep', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', makeDirectory(), '-log_split'], { threads: 2 });
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    // On a machine that makes every wake-up dear httplog is measured beside a bare Node.js with as many timers.
    const bare = startProcess([process.execPath, '-e', BARE]);
    const look = (): Promise<Usage[]> => Promise.all([running.pid, bare.pid].map((pid) => usageDuring(pid, 3000)));
    let [own, other] = await look();
    // V8 collects what the start has left, at its leisure, for some seconds more.
    for (let tries = 0; tries < 8 && (own?.share ?? 1) >= LITTLE; tries++) [own, other] = await look();
    await stop(running);
    const shares = [own, other].map((one) => `${(100 * (one?.share ?? 1)).toFixed(3)} %`);
    if ((own?.share ?? 1) >= LITTLE)
      console.warn(`of a core: httplog ${shares[0]}, Node.js with as many timers ${shares[1]}`);
    expect(isLittle(own, other), shares.join(', ')).toBe(true);
    for (const [thread, perSecond] of own?.wakeups ?? []) expect(perSecond, `wake-ups of ${thread}`).toBeLessThan(5);
  });
});

describe.skipIf(whyNotLive('drops') !== undefined)('what goes wrong', () => {
  test('a ring that is full: the kernel counts what it drops, and -log_every says so', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory, '-b', '1', '-log_every', '10']);
    const sender = openSender(host, 'eth0');
    const long = `GET /${'x'.repeat(1400)} HTTP/1.1\r\n\r\n`;
    running.child.kill('SIGSTOP');
    await until('the program to stop', () => /^State:\tT/m.test(readFileSync(`/proc/${running.pid}/status`, 'utf8')));
    for (let n = 0; n < 2000; n++) sender.send(frame(OUTSIDE, 40000 + n, HOST, 80, long));
    running.child.kill('SIGCONT');
    const told = /packets received (\d+), dropped (\d+), queue freezes [1-9]\d*/;
    await until('the line about drops', () => told.test(running.stderr()));
    await stop(running);
    const totals = totalsOf(running);
    expect((totals.packets ?? 0) + (totals['kernel drops'] ?? 0)).toBe(2000);
    expect(totals['kernel drops']).toBeGreaterThan(500);
    expect(totals['lines lost']).toBe(0);
    expect(logLines(directory)).toHaveLength(totals.packets ?? 0);
    expect(told.exec(running.stderr())?.slice(1)).toEqual([String(totals.packets), String(totals['kernel drops'])]);
    expect(said(running, 'packets received')).toHaveLength(1);
  });
});

/** Timers as httplog has them when it is idle: the main thread's, and one in each of two threads. */
const BARE = `setInterval(() => {}, 900);
const { Worker } = require('node:worker_threads');
for (let i = 0; i < 2; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });`;

/** Little in itself, or, where even that is much, no more than three times what Node.js takes for as many timers: httplog also looks at its files. */
function isLittle(own: Usage | undefined, bare: Usage | undefined): boolean {
  const share = own?.share ?? 1;
  return share < LITTLE || share < 3 * (bare?.share ?? 0);
}

/** A share of a core, and wake-ups a second of each thread. */
interface Usage {
  readonly share: number;
  readonly wakeups: ReadonlyMap<string, number>;
}

interface Spent {
  readonly nanoseconds: number;
  /** Voluntary context switches of each thread, by its id and name. */
  readonly wakeups: ReadonlyMap<string, number>;
}

function spentBy(pid: number): Spent {
  let nanoseconds = 0;
  const wakeups = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const at = `/proc/${pid}/task/${thread}`;
    nanoseconds += Number(readFileSync(`${at}/schedstat`, 'utf8').split(' ')[0]);
    const status = readFileSync(`${at}/status`, 'utf8');
    const name = `${thread} ${/^Name:\t(.*)$/m.exec(status)?.[1]}`;
    wakeups.set(name, Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1]));
  }
  return { nanoseconds, wakeups };
}

/** What a process uses in this time. */
async function usageDuring(pid: number, milliseconds: number): Promise<Usage> {
  const before = spentBy(pid);
  const begin = performance.now();
  await pause(milliseconds);
  const seconds = (performance.now() - begin) / 1000;
  const after = spentBy(pid);
  const wakeups = [...after.wakeups].map(([thread, count]): [string, number] => {
    return [thread, (count - (before.wakeups.get(thread) ?? 0)) / seconds];
  });
  return { share: (after.nanoseconds - before.nanoseconds) / 1e9 / seconds, wakeups: new Map(wakeups) };
}
