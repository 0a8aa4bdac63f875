import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { captureOf, fileIn, REQUEST, requestLine, type Said } from '../support/live/capture-files.ts';
import { whyNoTool } from '../support/live/network.ts';
import {
  endOf,
  httplog,
  type Running,
  said,
  startProcess,
  stop,
  totalsOf,
  whyNoProgram,
} from '../support/live/program.ts';
import { pause, until } from '../support/live/wait.ts';
import { linesOf, logFiles, makeDirectory } from '../support/live/workspace.ts';

// The program as a process on capture files: what it reads, where lines go, and how it ends.

const AT = '2026-03-04T05:06:07.089Z';
const TIME = '2026-03-04 05:06:07.089';

interface Result {
  readonly running: Running;
  readonly status: number | null;
}

async function run(
  flags: readonly string[],
  input?: Uint8Array,
  environment?: Record<string, string>,
): Promise<Result> {
  const running = startProcess(httplog(flags), environment === undefined ? {} : { environment });
  running.child.stdin.end(input);
  const { status } = await endOf(running);
  return { running, status };
}

const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: the program on files: ${missing}`);

describe.skipIf(missing !== undefined)('what is read', () => {
  const packets: readonly Said[] = [{ at: AT }, { at: AT, back: true }];
  const lines = `${requestLine(TIME)}\n${TIME} 192.0.2.80#80 192.0.2.1#50000 CR HTTP/1.1 200 OK 0 \n`;
  const bytes = captureOf(packets);

  test.each([
    ['a path', ['-r', 'FILE'], bytes, undefined],
    ['a path of a packed file, whatever its name', ['-r', 'FILE'], gzipSync(bytes), undefined],
    ['standard input', ['-r', '-'], '', bytes],
    ['standard input, packed', ['-r', '-'], '', gzipSync(bytes)],
  ] as const)('%s', async (_name, flags, content, input) => {
    const file = fileIn(makeDirectory(), 'capture', content);
    const { running, status } = await run([...flags.map((flag) => (flag === 'FILE' ? file : flag)), '-d', '-'], input);
    expect(running.stdout()).toBe(lines);
    expect(status).toBe(0);
    expect(totalsOf(running)).toMatchObject({ packets: 2, CQ: 1, CR: 1, 'kernel drops': 0, 'lines lost': 0 });
    expect(linesOf(running.stderr())).toHaveLength(1);
  });

  test.each([
    ['plain', (part: Uint8Array) => part],
    ['packed', (part: Uint8Array) => gzipSync(part, { level: 0 }).subarray(0, -20)],
  ])('a file that breaks off (%s): what stands before, one line of warning, exit 0', async (_name, pack) => {
    const file = fileIn(makeDirectory(), 'broken', pack(bytes.subarray(0, bytes.length - 5)));
    const { running, status } = await run(['-r', file, '-d', '-']);
    expect(running.stdout()).toBe(`${requestLine(TIME)}\n`);
    expect(status).toBe(0);
    expect(said(running, `${file} breaks off at byte `)).toHaveLength(1);
    expect(linesOf(running.stderr())).toHaveLength(2);
  });

  test.each([
    ['text', 'these are words, and no capture\n'],
    ['nothing', ''],
    ['packed text', gzipSync('these are words, and no capture\n')],
  ])('%s: exit 1 and one line, no totals of nothing', async (_name, content) => {
    const file = fileIn(makeDirectory(), 'file', content);
    for (const [flag, input, name] of [
      [file, undefined, file],
      ['-', Buffer.from(content), 'standard input'],
    ] as const) {
      const { running, status } = await run(['-r', flag, '-d', '-'], input);
      expect({ status, stdout: running.stdout(), stderr: running.stderr() }).toEqual({
        status: 1,
        stdout: '',
        stderr: `httplog: ${name} is no capture file: -r takes pcap and pcapng, plain or packed by gzip\n`,
      });
    }
  });

  test('a file that is missing, a directory: exit 1 and one line', async () => {
    const directory = makeDirectory();
    const absent = join(directory, 'absent.pcap');
    for (const [path, words] of [
      [absent, `flag -r: ${absent}: there is no such file`],
      [directory, `${directory} is a directory: -r takes a capture file`],
    ] as const) {
      const { running, status } = await run(['-r', path, '-d', join(directory, 'log')]);
      expect({ status, stderr: running.stderr() }).toEqual({ status: 1, stderr: `httplog: ${words}\n` });
    }
  });

  test('-s cuts frames, -c stops after so many packets', async () => {
    const file = fileIn(
      makeDirectory(),
      'capture',
      captureOf(Array.from({ length: 9 }, (_, n) => ({ at: AT, port: 50000 + n }))),
    );
    const cut = await run(['-r', file, '-d', '-', '-s', String(14 + 40 + 'GET /'.length), '-c', '2']);
    expect(cut.running.stdout()).toBe(
      `${TIME} 192.0.2.1#50000 192.0.2.80#80 CQ GET /  \n${TIME} 192.0.2.1#50001 192.0.2.80#80 CQ GET /  \n`,
    );
    expect(totalsOf(cut.running)).toMatchObject({ packets: 2, 'cut heads': 2 });
    const none = await run(['-r', file, '-d', '-', '-c', '0']);
    expect(none.status).toBe(0);
    expect(totalsOf(none.running)).toMatchObject({ packets: 0 });
  });
});

describe.skipIf(missing !== undefined)('packets that come one by one', () => {
  const first = captureOf([{ at: AT, port: 50000 }]);
  const headerLength = 24;
  const next = (port: number): Uint8Array => captureOf([{ at: AT, port }]).subarray(headerLength);

  test.each(['-', 'http-20260304.log'])('each line is in %s before the next packet comes', async (name) => {
    const directory = makeDirectory();
    const running = startProcess(httplog(['-r', '-', '-d', name === '-' ? '-' : directory]));
    const written = (): string =>
      name === '-'
        ? running.stdout()
        : readdirSync(directory).includes(name)
          ? readFileSync(join(directory, name), 'utf8')
          : '';
    running.child.stdin.write(first.subarray(0, 10)); // also the beginning comes in pieces
    await pause(50);
    running.child.stdin.write(first.subarray(10));
    await until('the first line', () => written().includes('#50000 '));
    for (let port = 50001; port < 50006; port++) {
      const packet = next(port);
      running.child.stdin.write(packet.subarray(0, 40));
      await pause(5);
      running.child.stdin.write(packet.subarray(40));
      await until('its line', () => written().includes(`#${port} `), 5000);
    }
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(linesOf(written())).toHaveLength(6);
    expect(totalsOf(running)).toMatchObject({ packets: 6 });
  });

  test('SIGTERM while it waits: what came is written, exit 0', async () => {
    const running = startProcess(httplog(['-r', '-', '-d', '-']));
    running.child.stdin.write(first);
    await until('the line', () => running.stdout() !== '');
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ packets: 1, 'lines lost': 0 });
    expect(linesOf(running.stderr())).toHaveLength(1);
  });

  test('SIGTERM before anything came: exit 0', async () => {
    const running = startProcess(httplog(['-r', '-', '-d', '-']));
    // It has its signal handlers when it has its threads.
    await until('its threads', () => readdirSync(`/proc/${running.pid}/task`).length > 8 && isWaiting(running.pid));
    await pause(300);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(totalsOf(running)).toMatchObject({ packets: 0 });
  });

  test('SIGTERM in the middle of a file: what was read is written, exit 0', async () => {
    const file = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
    // The hole reads as packets of no bytes: more than can be read in this test.
    truncateSync(file, 64 * 1024 ** 3);
    const running = startProcess(httplog(['-r', file, '-d', '-']));
    await until('its reading', () => bytesRead(running.pid) > 256 * 1024 ** 2);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(linesOf(running.stdout())).toHaveLength(1);
    expect(totalsOf(running)).toMatchObject({ CQ: 1, 'lines lost': 0 });
    expect(linesOf(running.stderr())).toHaveLength(1);
  });

  test.skipIf(whyNoTool('tcpdump') !== undefined)('tcpdump -w - | httplog -r -', async () => {
    const directory = makeDirectory();
    const file = fileIn(directory, 'capture', captureOf([{ at: AT }, { at: AT, back: true }]));
    const command = `tcpdump -r ${file} -U -w - 2>/dev/null | "$@"`;
    const running = startProcess(['sh', '-c', command, 'sh', ...httplog(['-r', '-', '-d', '-'])]);
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(linesOf(running.stdout())).toHaveLength(2);
  });
});

function isWaiting(pid: number): boolean {
  return readFileSync(`/proc/${pid}/status`, 'utf8').includes('State:\tS');
}

/** Bytes that a process has read from files (proc_pid_io(5)). */
function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

describe.skipIf(missing !== undefined)('where lines go', () => {
  const week: readonly Said[] = [
    { at: '2026-02-27T23:59:59.999Z' },
    { at: '2026-02-28T23:59:59.999Z' },
    { at: '2026-03-01T00:00:00.000Z' },
    { at: '2026-03-01T00:00:00.001Z', back: true },
  ];

  test('files of the packets’ own days', async () => {
    const directory = makeDirectory();
    const file = fileIn(makeDirectory(), 'capture', captureOf(week));
    expect((await run(['-r', file, '-d', directory])).status).toBe(0);
    expect([...logFiles(directory)].map(([name, lines]) => [name, lines.length])).toEqual([
      ['http-20260227.log', 1],
      ['http-20260228.log', 1],
      ['http-20260301.log', 2],
    ]);
  });

  test('-log_split at midnight, in a time zone of its own', async () => {
    const directory = makeDirectory();
    const file = fileIn(makeDirectory(), 'capture', captureOf(week));
    // 9 hours before UTC's midnight it is midnight in Seoul: all of them but the first two are of 1 March there.
    const environment = { TZ: 'Asia/Seoul' };
    expect((await run(['-r', file, '-d', directory, '-log_split'], undefined, environment)).status).toBe(0);
    expect([...logFiles(directory)].map(([name, lines]) => [name, lines.map((line) => line.slice(0, 23))])).toEqual([
      ['http-CQ-20260228.log', ['2026-02-28 08:59:59.999']],
      ['http-CQ-20260301.log', ['2026-03-01 08:59:59.999', '2026-03-01 09:00:00.000']],
      ['http-CR-20260301.log', ['2026-03-01 09:00:00.001']],
    ]);
  });

  test('a TZ that means nothing is UTC', async () => {
    const file = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
    const { running, status } = await run(['-r', file, '-d', '-'], undefined, { TZ: 'No/Such_Place' });
    expect({ status, stdout: running.stdout() }).toEqual({ status: 0, stdout: `${requestLine(TIME)}\n` });
  });

  test('the directory is made; a second run adds; a torn line is ended first; mode 0640 in 0750', async () => {
    const directory = join(makeDirectory(), 'some/where');
    const file = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
    const log = join(directory, 'http-20260304.log');
    for (const lines of [1, 2]) {
      expect((await run(['-r', file, '-d', directory])).status).toBe(0);
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual(Array.from({ length: lines }, () => requestLine(TIME)));
    }
    expect(statSync(log).mode & 0o777).toBe(0o640);
    expect(statSync(directory).mode & 0o777).toBe(0o750);
    fileIn(directory, 'http-20260304.log', '2026-03-04 05:06:07.0');
    expect((await run(['-r', file, '-d', directory])).status).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe(`2026-03-04 05:06:07.0\n${requestLine(TIME)}\n`);
  });

  test('a log directory that can’t be: exit 1 and one line', async () => {
    const place = makeDirectory();
    const file = fileIn(place, 'capture', captureOf([{ at: AT }]));
    const { running, status } = await run(['-r', file, '-d', join(file, 'log')]);
    expect(status).toBe(1);
    expect(running.stderr()).toBe(
      `httplog: log directory ${join(file, 'log')}: a part of the path is no directory (ENOTDIR): move that away, or name another with -d\n`,
    );
  });

  test('a directory in the place of a file: lines are lost and counted, exit 0', async () => {
    const directory = makeDirectory();
    const file = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }, { at: '2026-03-05T00:00:00Z' }]));
    mkdirSync(join(directory, 'http-20260304.log'));
    const { running, status } = await run(['-r', file, '-d', directory]);
    expect(status).toBe(0);
    expect(said(running, 'http-20260304.log: it is a directory (EISDIR)')).toHaveLength(1);
    expect(totalsOf(running)).toMatchObject({ CQ: 2, 'lines lost': 1 });
    expect(linesOf(readFileSync(join(directory, 'http-20260305.log'), 'utf8'))).toHaveLength(1);
  });

  test('| head -1: a reader that has enough ends the program, quietly and with exit 0', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({ at: AT, port: 40000 + n, text: REQUEST }));
    const file = fileIn(makeDirectory(), 'capture', captureOf(many));
    const command = '{ "$@"; echo "exit $?" >&2; } | head -1';
    const running = startProcess(['sh', '-c', command, 'sh', ...httplog(['-r', file, '-d', '-'])]);
    await endOf(running);
    expect(running.stdout()).toBe(`${requestLine(TIME, 40000)}\n`);
    expect(running.stderr()).toBe('exit 0\n');
  });

  test('a slow reader of standard output: the file is read on when it reads, nothing is lost', async () => {
    // 40,000 lines of some 300 bytes are more than all areas hold.
    const many = Array.from({ length: 40_000 }, (_, n) => ({
      at: AT,
      port: 20000 + n,
      text: `GET /${'\\'.repeat(60)} HTTP/1.1\r\n\r\n`,
    }));
    const file = fileIn(makeDirectory(), 'capture', captureOf(many));
    const running = startProcess(['sh', '-c', '"$@" | (sleep 1; cat)', 'sh', ...httplog(['-r', file, '-d', '-'])]);
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    const ports = linesOf(running.stdout()).map((line) => Number(/#(\d+) /.exec(line)?.[1]));
    expect(ports).toEqual(Array.from({ length: 40_000 }, (_, n) => 20000 + n));
    expect(totalsOf(running)).toMatchObject({ CQ: 40_000, 'lines lost': 0 });
  });
});
