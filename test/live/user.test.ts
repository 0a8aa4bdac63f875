import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import {
  addAddresses,
  cable,
  capture,
  HOST,
  httplogOn,
  makeNetwork,
  OUTSIDE,
  whyNoTool,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, httplog, PROGRAM, type Running, said, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { type Rights, rightsOfThreads } from '../support/live/threads.ts';
import { until } from '../support/live/wait.ts';
import { logLines, logText, makeDirectory, typeOf } from '../support/live/workspace.ts';

// Least privilege: what is left of root once httplog captures, and what it can still do then.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
/** On every Linux. */
const NOBODY = 65534;
const NOTHING = {
  inheritable: '0',
  permitted: '0',
  effective: '0',
  ambient: '0',
  noNewPrivileges: '1',
  seccomp: '2',
};
const AS_NOBODY = {
  ...NOTHING,
  uid: '65534 65534 65534 65534',
  gid: expect.stringMatching(/^(\d+) \1 \1 \1$/),
  groups: '',
};

/** A directory that every user may pass. */
function openDirectory(): string {
  const directory = makeDirectory();
  chmodSync(directory, 0o755);
  return directory;
}

function today(directory: string): string {
  return join(directory, `http-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}.log`);
}

/** The rights of all threads, once the last of them was given up: the filter is set behind all else. */
async function rightsLeft(running: Running): Promise<Rights[]> {
  return until('the filter of system calls', () => {
    const threads = rightsOfThreads(running.pid);
    return threads[0]?.seccomp === '2' && threads;
  });
}

describe.skipIf(whyNotLive('least privilege') !== undefined)('least privilege', () => {
  test('every thread is the user, without capabilities; what Node started before keeps a bounding set that gives nothing', async () => {
    const { host } = makeNetwork();
    const directory = join(openDirectory(), 'made/log');
    const running = await capture(host, ['-user', 'nobody', '-d', directory], { threads: 2 });
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => logLines(directory).length === 1);
    const threads = await rightsLeft(running);
    expect(threads).toEqual(threads.map(() => expect.objectContaining(AS_NOBODY)));
    // The main thread and all that started later: two that capture, and those that write.
    expect(threads[0]?.bounding).toBe('0');
    expect(threads.filter(({ bounding }) => bounding === '0').length).toBeGreaterThanOrEqual(4);
    expect(statSync(today(directory))).toMatchObject({ uid: NOBODY });
    expect(statSync(directory)).toMatchObject({ uid: NOBODY });
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(said(running, 'root')).toEqual([]);
  });

  test.skipIf(whyNoTool('setpriv') !== undefined)(
    'another process of its user can neither read its memory nor its environment',
    async () => {
      const { host } = makeNetwork();
      const running = await capture(host, ['-user', 'nobody', '-d', '-']);
      await rightsLeft(running);
      const asNobody = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
      for (const file of ['environ', 'mem', 'maps']) {
        const { status, stderr } = spawnSync('setpriv', [...asNobody, 'cat', `/proc/${running.pid}/${file}`]);
        expect([file, status, stderr.toString()]).toEqual([file, 1, expect.stringContaining('Permission denied')]);
      }
      await stop(running);
    },
  );

  test('new files, SIGHUP, an interface that comes back, new addresses: all without privilege', async () => {
    const { host, outside } = makeNetwork();
    const directory = join(openDirectory(), 'log');
    const running = await capture(host, ['-i', 'eth0', '-user', 'nobody', '-d', directory]);
    const send = async (port: number, to = HOST): Promise<void> => {
      openSender(host, 'eth0').send(frame(OUTSIDE, port, to, 80, REQUEST));
      await until(`the line of port ${port}`, () => logText(directory).includes(`#${port} `));
    };
    await send(50000);
    renameSync(today(directory), `${today(directory)}.1`);
    await send(50001);
    renameSync(today(directory), `${today(directory)}.2`);
    running.child.kill('SIGHUP');
    await until('the file again', () => existsSync(today(directory)));
    expect(statSync(today(directory))).toMatchObject({ uid: NOBODY });
    host.ip('link del eth0');
    await until('that it went', () => said(running, 'eth0 was removed').length === 1);
    cable(host, 'eth0', outside, 'eth0');
    addAddresses(host, 'eth0', `${HOST}/24`, '10.9.0.77/24');
    await until('that it is back', () => said(running, 'eth0 is there again').length === 1);
    await send(50002);
    // A new address is known once the netlink socket told of it: a request to it from here is then CQ, from it SQ.
    await until('the new address', () => {
      openSender(host, 'eth0').send(frame('10.9.0.77', 50003, OUTSIDE, 80, REQUEST));
      return logLines(directory).some((line) => line.includes('10.9.0.77#50003') && typeOf(line) === 'SQ');
    });
    // Mirrored traffic is heard on it: the interface is in promiscuous mode again.
    expect(host.ip('-d link show dev eth0')).toMatch(/promiscuity [1-9]/);
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ 'kernel drops': 0, 'lines lost': 0 });
  });

  test('without a user to become it says once that it stays root; -user root says nothing; the filter holds all the same', async ({
    skip,
  }) => {
    if (spawnSync('id', ['httplog']).status === 0) return skip('there is a user httplog');
    const { host } = makeNetwork();
    const silent = await capture(host, ['-user', 'root', '-d', '-']);
    const running = await capture(host, ['-d', '-'], { environment: { HTTPLOG_USER: '' }, sockets: 2 });
    const words = 'stays root: there is no user httplog: make it (useradd ';
    await until('the notice', () => said(running, words).length === 1);
    for (const { uid, seccomp, noNewPrivileges } of await rightsLeft(running)) {
      expect({ uid, seccomp, noNewPrivileges }).toEqual({ uid: '0 0 0 0', seccomp: '2', noNewPrivileges: '1' });
    }
    await Promise.all([stop(running), stop(silent)]);
    expect(said(running, words)).toHaveLength(1);
    expect(said(silent, 'root')).toEqual([]);
  });

  test('the user httplog, where there is one and nobody says another', async () => {
    const { host } = makeNetwork();
    const place = openDirectory();
    const users = join(place, 'passwd');
    writeFileSync(users, 'root:x:0:0::/root:/bin/sh\nhttplog:x:64001:64002::/nonexistent:/usr/sbin/nologin\n');
    const running = await capture(host, ['-d', join(place, 'log')], {
      environment: { HTTPLOG_USER: '' },
      prepare: `mount --bind ${users} /etc/passwd`,
    });
    const ids = { uid: '64001 64001 64001 64001', gid: '64002 64002 64002 64002', groups: '' };
    const threads = await rightsLeft(running);
    expect(threads).toEqual(threads.map(() => expect.objectContaining({ ...NOTHING, ...ids })));
    expect(statSync(join(place, 'log'))).toMatchObject({ uid: 64001, gid: 64002 });
    await stop(running);
    expect(running.stderr()).toMatch(/^httplog: packets 0, [^\n]*\n$/);
  });

  test('from a file only who is named: what root may read is read, what is written is the user’s', async () => {
    const place = openDirectory();
    const file = fileIn(place, 'capture', captureOf([{ at: '2026-03-04T05:06:07.089Z' }]));
    chmodSync(file, 0o600);
    for (const [name, owner] of [
      ['root', 0],
      ['nobody', NOBODY],
    ] as const) {
      const log = join(place, name);
      const running = startProcess(httplog(['-r', file, '-d', log, ...(owner === 0 ? [] : ['-user', name])]), {
        environment: { HTTPLOG_USER: '' },
      });
      expect(await endOf(running)).toEqual({ status: 0, signal: null });
      expect(running.stderr()).toMatch(/^httplog: packets 1, [^\n]*\n$/);
      expect(statSync(join(log, 'http-20260304.log'))).toMatchObject({ uid: owner });
    }
  });

  const REFUSED: readonly [string, (log: string) => void, string][] = [
    ['a directory that the user may not write', (log) => mkdirSync(log), 'chown nobody: LOG, or name'],
    [
      'a file of root of today',
      (log) => {
        mkdirSync(log);
        chownSync(log, NOBODY, NOBODY);
        writeFileSync(today(log), '', { mode: 0o640 });
      },
      'chown nobody: LOG/http-',
    ],
    [
      'a directory above that the user may not pass',
      (log) => {
        mkdirSync(log);
        chmodSync(join(log, '..'), 0o700);
      },
      'a directory above it may not be passed',
    ],
  ];
  test.each(REFUSED)('%s: exit 1 and what to do, before a socket is opened', async (_name, make, words) => {
    const log = join(openDirectory(), 'log');
    make(log);
    const running = httplogOn(makeNetwork().host, ['-user', 'nobody', '-d', log]);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stderr().split('\n')).toHaveLength(2);
    expect(running.stderr()).toContain(words.replace('LOG', log));
  });

  test('a program that the user may not read, which threads load again: exit 1', async () => {
    const place = makeDirectory();
    const root = join(PROGRAM, '../..');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, part), join(place, part), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules')), join(place, 'node_modules'));
    const command = [process.execPath, join(place, 'bin/httplog.js'), '-config', '/dev/null', '-d', '-', '-c', '0'];
    const named = startProcess([...command, '-i', 'lo', '-user', 'nobody']);
    expect(await endOf(named)).toEqual({ status: 1, signal: null });
    expect(named.stderr()).toMatch(
      /^httplog: -user nobody: nobody may not read [^\n]*: install httplog where [^\n]*\n$/,
    );
  });

  test('a user that there is not: exit 1', async () => {
    const running = httplogOn(makeNetwork().host, ['-user', 'nosuch-user', '-d', '-']);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stderr()).toMatch(/^httplog: -user nosuch-user: there is no user nosuch-user: [^\n]*\n$/);
  });

  test('-user without root: only oneself', async () => {
    const running = httplogOn(makeNetwork().host, ['-user', 'root', '-d', '-'], { prepare: runAs('') });
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stderr()).toMatch(/^httplog: flag -user: only root can become root: [^\n]*\n$/);
  });
});

/** Shell: the program as nobody, with what else setpriv is told. */
function runAs(more: string): string {
  return `set -- setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups ${more} "$@"`;
}

const noSetpriv = whyNotLive('without root from the start') ?? whyNoTool('setpriv');
const noReading =
  noSetpriv ??
  (spawnSync('setpriv', ['--reuid', String(NOBODY), process.execPath, PROGRAM, '-v']).status === 0
    ? undefined
    : 'nobody may not read the program here');
if (noReading !== noSetpriv) console.warn(`skipped: without root from the start: ${noReading}`);

describe.skipIf(noReading !== undefined)('without root from the start', () => {
  const WAYS: readonly [string, (directory: string) => string | undefined][] = [
    ['an ambient capability', () => runAs('--inh-caps +net_raw --ambient-caps +net_raw')],
    [
      'a capability of the file',
      (directory) => {
        const node = join(directory, 'node');
        copyFileSync(process.execPath, node);
        chmodSync(node, 0o755);
        if (spawnSync('setcap', ['cap_net_raw+ep', node]).status !== 0) return undefined;
        return `shift; set -- ${node} "$@"; ${runAs('')}`;
      },
    ],
  ];
  test.for(WAYS)('%s', async ([name, prepare], { skip }) => {
    const place = openDirectory();
    const prepared = prepare(place);
    if (prepared === undefined) {
      console.warn(`skipped: ${name}: needs setcap, and a file system that keeps capabilities`);
      return skip();
    }
    const { host } = makeNetwork();
    const directory = join(place, 'log');
    mkdirSync(directory);
    chownSync(directory, NOBODY, NOBODY);
    const running = await capture(host, ['-d', directory], { prepare: prepared });
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => logLines(directory).length === 1);
    const threads = await rightsLeft(running);
    for (const { uid, noNewPrivileges, seccomp } of threads) {
      expect({ uid, noNewPrivileges, seccomp }).toMatchObject({
        uid: AS_NOBODY.uid,
        noNewPrivileges: '1',
        seccomp: '2',
      });
    }
    // Threads that Node started before any of our code ran keep CAP_NET_RAW; the filter refuses to all what it is good for.
    expect(threads[0]).toMatchObject(NOTHING);
    expect(threads.filter(({ permitted }) => permitted === '0').length).toBeGreaterThanOrEqual(3);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(running.stderr()).toMatch(/^httplog: packets 1, [^\n]*\n$/);
  });
});
