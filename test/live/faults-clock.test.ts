import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf, requestLine, type Said } from '../support/live/capture-files.ts';
import { health, METRICS_PORT } from '../support/live/metrics.ts';
import { capture, HOST, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, httplog, startProcess, stop, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { countLines, logFiles, makeDirectory } from '../support/live/workspace.ts';

// A clock that is set. The machine's own is left alone: packets come with stamps as they are after it was set, and the program
// is shown a clock of the wall that jumps.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

describe.skipIf(whyNoProgram() !== undefined)('stamps over midnight', () => {
  // Midnight comes, the clock is set back behind it twice, by a second and by two days, and forward by a month.
  const TIMES = [
    '2026-03-04T23:59:59.999Z',
    '2026-03-05T00:00:00.001Z',
    '2026-03-04T23:59:59.500Z',
    '2026-03-05T00:00:01.000Z',
    '2026-03-03T00:00:00.000Z',
    '2026-04-05T12:00:00.000Z',
    '2026-03-05T00:00:02.000Z',
  ];

  test.each([[[]], [['-log_split']], [['-pair', '-timeout', '1']], [['-assemble']]])(
    '%j: each line goes into the file of its own day, in the order in which it came, and none is lost',
    async (flags) => {
      const directory = makeDirectory();
      const running = startProcess(httplog(['-r', '-', '-d', directory, ...flags]));
      const packets = TIMES.map((at, i): Said => ({ at, port: 50000 + i }));
      running.child.stdin.end(captureOf(packets));
      expect(await endOf(running)).toEqual({ status: 0, signal: null });
      expect(totalsOf(running)).toMatchObject({ packets: TIMES.length, CQ: TIMES.length, 'lines lost': 0 });
      const text = (i: number): string => requestLine((TIMES[i] ?? '').replace('T', ' ').replace('Z', ''), 50000 + i);
      const files = new Map(
        [...logFiles(directory)].map(([name, lines]) => [
          name.replace('-CQ', ''),
          lines.map((line) => (flags.includes('-pair') ? line.replace(/(\/t HTTP\/1\.1 h ).*$/, '$1') : line)),
        ]),
      );
      const days: [string, number[]][] = [
        ['http-20260303.log', [4]],
        ['http-20260304.log', [0, 2]],
        ['http-20260305.log', [1, 3, 6]],
        ['http-20260405.log', [5]],
      ];
      expect([...files]).toEqual(days.map(([name, which]) => [name, which.map(text)]));
    },
  );
});

/** In every thread the clock of the wall goes back or forward over midnight, ten times a second. */
const JUMPING = `const Real = Date;
const shift = () => (Math.floor(performance.now() / 100) % 3 - 1) * 86_400_000;
globalThis.Date = class extends Real {
  constructor(...values) { if (values.length > 0) super(...values); else super(Real.now() + shift()); }
  static now() { return Real.now() + shift(); }
};`;

describe.skipIf((whyNotLive('a clock that is set') ?? whyNoTool('curl')) !== undefined)('the clock of the wall', () => {
  test('jumps by a day ten times a second: nothing is lost, late or unwell', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    const running = await capture(host, ['-d', directory, '-metrics', String(METRICS_PORT)], {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(JUMPING)}` },
    });
    const sender = openSender(host, 'eth0');
    await until('that it is well', () => health(host) === '200 ok\n');
    let sent = 0;
    const one = (): void => sender.send(frame(OUTSIDE, 40000 + sent++, HOST, 80, REQUEST));
    one();
    await until('the line', () => countLines(directory) === 1);
    const [name = ''] = readdirSync(directory);
    renameSync(join(directory, name), join(directory, `${name}.1`));
    for (let n = 0; n < 100; n++) {
      one();
      await pause(10);
      if (n % 20 === 0) expect(health(host)).toBe('200 ok\n');
    }
    await until('all lines', () => countLines(directory) === sent);
    // The day of the lines is the packets', which are of today.
    expect(existsSync(join(directory, name))).toBe(true);
    expect(readdirSync(directory).sort()).toEqual([name, `${name}.1`]);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ CQ: sent, 'kernel drops': 0, 'lines lost': 0 });
  });
});
