import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { openLogSocket, whyNoLogSocket } from '../support/live/log-socket.ts';
import { endOf, httplog, PROGRAM, startProcess, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { pause, until } from '../support/live/wait.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';

// The program as a process: its command line, its exit statuses, and what it needs of the system.

const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: the program as a process: ${missing}`);

async function run(
  flags: readonly string[],
  settings: Parameters<typeof startProcess>[1] = {},
  before: readonly string[] = [],
) {
  const running = startProcess(httplog(flags, before), settings);
  running.child.stdin.end();
  const { status } = await endOf(running);
  return { status, stdout: running.stdout(), stderr: running.stderr(), running };
}

const AT = '2026-03-04T05:06:07.089Z';

describe.skipIf(missing !== undefined)('the command line', () => {
  test.each(['-h', '--help', '-help'])('%s: the usage text on standard output, exit 0', async (flag) => {
    const { status, stdout, stderr } = await run([flag]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^httplog writes one line of text for every HTTP request/);
    expect(stdout).toContain('  -log_split ');
  });

  test.each(['-v', '--v', '-version'])('%s: the version, exit 0', async (flag) => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run([flag])).toMatchObject({ status: 0, stdout: `httplog ${version}\n`, stderr: '' });
  });

  test.each(['-h', '-v'])('%s, and nobody reads it: exit 0 without a word', async (flag) => {
    // The shell says how its child ended, and `exec true` has closed the pipe before the child begins.
    const script = '{ sleep 0.2; "$@"; echo "status $?" >&2; } | exec true';
    const { stderr } = await run([flag], {}, ['sh', '-c', script, 'sh']);
    expect(stderr).toBe('status 0\n');
  });

  test.skipIf(!existsSync('/dev/full'))('-h that cannot be written: exit 1 and one line', async () => {
    const { status, stderr } = await run(['-h'], {}, ['sh', '-c', 'exec "$@" >/dev/full', 'sh']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^httplog: standard output: no space left on the device \(ENOSPC\)[^\n]*\n$/);
  });

  test('more interfaces or networks than there is room for: both told, exit 2', async () => {
    const names = Array.from({ length: 241 }, (_, i) => `eth${i}`).join(',');
    const networks = Array.from({ length: 4097 }, (_, i) => `10.${i >> 8}.${i & 255}.1`).join(',');
    const { status, stderr } = await run(['-i', names, '-local', networks]);
    expect(status).toBe(2);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^httplog: flag -i: .* holds more than 240 names; allowed: /),
      expect.stringMatching(/^httplog: flag -local: .* holds more than 4096 networks; allowed: /),
    ]);
  });

  test('all mistakes at once, each on a line that is whole, exit 2, and nothing is begun', async () => {
    const directory = join(makeDirectory(), 'log');
    const flags = ['-log-split', '-cpu', '0', '-p=80,99999', '-s', 'many', '-b', '-1', '-d', directory];
    const { status, stdout, stderr } = await run(flags, { environment: { HTTPLOG_LOCAL: '10.0.0.0/33' } });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const lines = linesOf(stderr);
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'httplog: flag -log-split',
      'httplog: flag -cpu',
      'httplog: flag -p',
      'httplog: flag -s',
      'httplog: flag -b',
      'httplog: environment HTTPLOG_LOCAL',
    ]);
    expect(lines[2]).toBe(
      'httplog: flag -p: "80,99999" holds a port that does not exist; allowed: ports 1 to 65535 and ranges of them, ' +
        'separated by commas (80,8080,9000-9010), or "any" alone',
    );
    expect(lines.filter((line) => line.endsWith('...'))).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  test('a mistake can’t drive a terminal', async () => {
    const { status, stderr } = await run(['-\u001b[31mred', '-p', '\u001b]0;title\u0007\n80']);
    expect(status).toBe(2);
    expect(stderr).toContain('flag -\\x1b[31mred:');
    expect(stderr).toContain('"\\x1b]0;title\\x07\\x0a80"');
    expect(linesOf(stderr)).toHaveLength(2);
  });

  test('a configuration file counts, and a broken one is exit 2 with its lines', async () => {
    const directory = makeDirectory();
    const capture = fileIn(directory, 'capture', captureOf([{ at: AT }]));
    const good = fileIn(directory, 'good.conf', `HTTPLOG_DIR="${directory}/log"\nHTTPLOG_SPLIT=true\n`);
    expect(await run(['-config', good, '-r', capture])).toMatchObject({ status: 0 });
    expect(readdirSync(join(directory, 'log'))).toEqual(['http-CQ-20260304.log']);
    const bad = fileIn(directory, 'bad.conf', 'HTTPLOG_PROT=80\n\nHTTPLOG_CPUNO=none\nHTTPLOG_DIR=$HOME\n');
    const { status, stderr } = await run(['-config', bad, '-r', capture]);
    expect(status).toBe(2);
    expect(linesOf(stderr).map((line) => line.split(':').slice(1, 3).join(':').trim())).toEqual(
      expect.arrayContaining([`${bad}:1`, `${bad}:3`, `${bad}:4`]),
    );
  });

  test('totals are whole however large', async () => {
    const capture = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
    const { running, stderr } = await run(['-r', capture, '-d', '-']);
    expect(totalsOf(running)).toEqual({
      packets: 1,
      bytes: 82,
      CQ: 1,
      CR: 0,
      SQ: 0,
      SR: 0,
      'cut heads': 0,
      copies: 0,
      'kernel drops': 0,
      'lines lost': 0,
    });
    expect(stderr).toMatch(/, lines lost 0\n$/);
  });
});

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];

function whyNotNobody(): string | undefined {
  if (missing !== undefined) return missing;
  if (process.getuid?.() !== 0) return 'needs root, to become another user';
  const [command = '', ...values] = [...NOBODY, process.execPath, PROGRAM, '-v'];
  const tried = spawnSync(command, values);
  return tried.status === 0 ? undefined : 'needs setpriv, and a Node and a checkout that another user can read';
}

const notNobody = whyNotNobody();
if (notNobody !== undefined) console.warn(`skipped: the program as another user: ${notNobody}`);

describe.skipIf(notNobody !== undefined)('another user than root', () => {
  test('no right to capture: exit 1, and the capability and how to grant it', async () => {
    const { status, stdout, stderr } = await run(['-i', 'lo', '-d', '-'], {}, NOBODY);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^httplog: not permitted to capture: CAP_NET_RAW is missing; run as root: sudo [^\n]*httplog\.js -config \/dev\/null -i lo -d -, or grant it to a copy of node that only its users may run: docs\/operations\.md[^\n]*\n$/,
    );
  });

  test('files need no right', async () => {
    const running = startProcess(httplog(['-r', '-', '-d', '-'], NOBODY));
    running.child.stdin.end(captureOf([{ at: AT }]));
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(linesOf(running.stdout())).toHaveLength(1);
  });

  test('a file or a directory that is not for it: exit 1 and one line', async () => {
    const directory = makeDirectory(); // of root alone
    const capture = fileIn(directory, 'capture', captureOf([{ at: AT }]));
    const unread = await run(['-r', capture, '-d', '-'], { cwd: '/' }, NOBODY);
    expect(unread).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^httplog: flag -r: [^\n]*permission denied[^\n]*\n$/),
    });
    const unwritten = await run(['-r', '-', '-d', join(directory, 'log')], { cwd: '/' }, NOBODY);
    expect(unwritten).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^httplog: log directory [^\n]*a directory above it may not be passed \(EABOVE\)[^\n]*\n$/,
      ),
    });
  });
});

describe.skipIf(missing !== undefined)('-cpuprofile', () => {
  test.each([
    ['p', [], ['main']],
    ['p.cpuprofile', ['-spool', 'SPOOL', '-otlp', 'http://127.0.0.1:1'], ['delivery', 'main']],
  ])('%s %j: a profile of each thread, of which each can be read', async (name, flags, threads) => {
    const directory = makeDirectory();
    const capture = fileIn(directory, 'capture', captureOf([{ at: AT }]));
    const more = flags.map((flag) => flag.replace('SPOOL', join(directory, 'spool')));
    const { status } = await run(['-r', capture, '-d', '-', '-cpuprofile', join(directory, name), ...more]);
    expect(status).toBe(0);
    const files = readdirSync(directory).filter((file) => file.endsWith('.cpuprofile'));
    expect(files.sort()).toEqual(threads.map((thread) => `p.${thread}.cpuprofile`));
    for (const file of files) {
      const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
        nodes: unknown[];
        samples: unknown[];
      };
      expect(profile.nodes.length).toBeGreaterThan(0);
    }
  });
});

describe.skipIf(missing !== undefined)('-cpuprofile and who else can write in its directory', () => {
  test('what takes the place of the file while httplog runs is not written to', async () => {
    const directory = makeDirectory();
    const precious = fileIn(directory, 'precious', 'precious');
    const file = join(directory, 'p.main.cpuprofile');
    const running = startProcess(httplog(['-r', '-', '-d', '-', '-cpuprofile', join(directory, 'p')]));
    running.child.stdin.write(captureOf([{ at: AT }]));
    await until('the line', () => linesOf(running.stdout()).length === 1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    renameSync(file, `${file}.away`);
    symlinkSync(precious, file);
    running.child.stdin.end();
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(JSON.parse(readFileSync(`${file}.away`, 'utf8'))).toHaveProperty('nodes');
  });

  const TAKEN: readonly [string, (file: string, precious: string) => void, string][] = [
    ['a link', (file, precious) => symlinkSync(precious, file), 'ELOOP'],
    ['another name of a file', (file, precious) => linkSync(precious, file), 'EMLINK'],
    ['a FIFO', (file) => spawnSync('mkfifo', [file]), 'ENXIO'],
  ];
  test.each(TAKEN)('%s in its place at the start: exit 1, and it is left alone', async (_name, take, code) => {
    const directory = makeDirectory();
    const precious = fileIn(directory, 'precious', 'precious');
    take(join(directory, 'p.main.cpuprofile'), precious);
    const { status, stderr } = await run(['-r', '-', '-d', '-', '-cpuprofile', join(directory, 'p')]);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`(${code}`)]);
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a file of another user (skipped without root): exit 1, and it is left alone',
    async () => {
      const directory = makeDirectory();
      const file = fileIn(directory, 'p.main.cpuprofile', 'theirs');
      chownSync(file, 65534, 65534);
      const { status, stderr } = await run(['-r', '-', '-d', '-', '-cpuprofile', join(directory, 'p')]);
      expect([status, stderr]).toEqual([1, expect.stringContaining('it belongs to another user (EOWNER)')]);
      expect(readFileSync(file, 'utf8')).toBe('theirs');
    },
  );

  test('an earlier profile is written anew', async () => {
    const directory = makeDirectory();
    const file = fileIn(directory, 'p.main.cpuprofile', 'x'.repeat(1_000_000));
    expect(await run(['-r', '-', '-d', '-', '-c', '0', '-cpuprofile', join(directory, 'p')])).toBeDefined();
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text)).toHaveProperty('nodes');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe.skipIf(missing !== undefined)('-cpuprofile that cannot be written', () => {
  test.each([
    ['no such directory', 'none/p', 'its directory does not exist (ENOENT)'],
    ['a directory in its place', 'taken', 'it is a directory (EISDIR)'],
  ])('%s: exit 1 and one line, and nothing is begun', async (_name, path, why) => {
    const directory = makeDirectory();
    mkdirSync(join(directory, 'taken.main.cpuprofile'));
    const capture = fileIn(directory, 'capture', captureOf([{ at: AT }]));
    const flags = ['-r', capture, '-d', join(directory, 'log'), '-cpuprofile', join(directory, path)];
    const { status, stdout, stderr } = await run(flags);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`httplog: flag -cpuprofile: cannot write ${join(directory, path)}: ${why}`);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(readdirSync(directory).sort()).toEqual(['capture', 'taken.main.cpuprofile']);
  });
});

describe.skipIf(missing !== undefined)('signals', () => {
  /** A run that cannot end by itself: its lines are more than a pipe holds, and nobody reads them. */
  async function stuck() {
    const running = startProcess(httplog(['-r', '-', '-d', '-']), { unread: true });
    running.child.stdin.write(captureOf(Array.from({ length: 4000 }, () => ({ at: AT }))));
    await pause(1000);
    expect(running.child.exitCode).toBe(null);
    return running;
  }

  test('a doubled first signal is one: all lines are written, exit 0', async () => {
    const running = await stuck();
    running.child.kill('SIGTERM');
    running.child.kill('SIGINT');
    await pause(200);
    let text = '';
    running.child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    await until('the end of its output', () => running.child.stdout.readableEnded);
    expect(linesOf(text)).toHaveLength(4000);
  });

  test('a second one, later, ends it at once', async () => {
    const running = await stuck();
    running.child.kill('SIGTERM');
    await pause(700);
    expect(running.child.exitCode).toBe(null);
    running.child.kill('SIGINT');
    expect(await endOf(running)).toEqual({ status: 130, signal: null });
  });
});

const noLogSocket = missing ?? whyNoLogSocket();
if (noLogSocket !== undefined) console.warn(`skipped: -syslog: ${noLogSocket}`);

describe.skipIf(noLogSocket !== undefined)('-syslog', () => {
  test.each([
    [['-syslog'], 1],
    [[], 0],
  ])('%j: diagnostics also go to the log daemon', async (flags, expected) => {
    const capture = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
    const log = openLogSocket();
    const { status, stderr, running } = await run(['-r', capture, '-d', '-', ...flags], {}, log.before);
    expect(status).toBe(0);
    const [totals = ''] = linesOf(stderr);
    if (expected > 0) await until('the message', () => log.messages().length > 0);
    const plain = log.messages().map((text) => text.replace(/^<30>.{15} /, '').trimEnd());
    expect(plain).toEqual(expected === 0 ? [] : [`httplog[${running.pid}]: ${totals.slice('httplog: '.length)}`]);
  });
});
