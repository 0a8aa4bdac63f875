import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootDebian, type Debian, whyNoDebian } from '../support/live/debian.ts';
import { whyNoProgram } from '../support/live/program.ts';
import { rightsOfThreads } from '../support/live/threads.ts';
import { pause, until } from '../support/live/wait.ts';
import { logFiles } from '../support/live/workspace.ts';

// The package in a fresh Debian with systemd: installed, started, used, upgraded, removed and purged, in this order.

const project = join(import.meta.dirname, '../..');
const CONFIGURATION = '/etc/sysconfig/httplog';
const SETTINGS = 'HTTPLOG_DEVICE=lo\nHTTPLOG_PORT=8080\nHTTPLOG_CPUNO=2\n';
const LOG_LINE = / 127\.0\.0\.1#\d+ 127\.0\.0\.1#8080 CQ GET (\S+) HTTP\/1\.1 127\.0\.0\.1:8080 /;
/** A server and a client in the Debian's network. */
const REQUEST = `const { createServer, get } = require('http');
const server = createServer((q, r) => r.end('ok')).listen(8080, '127.0.0.1', () =>
  get('http://127.0.0.1:8080' + process.argv[1], { agent: false }, (r) => r.resume().on('end', () => server.close())));`;

/** What every installed system has changed: dpkg's own files, the users, the journal, what systemd notes of timers. */
const OF_THE_SYSTEM =
  /^\/(var\/(lib\/(dpkg|systemd|private)|log\/(journal|dpkg\.log|wtmp)|cache)|etc\/(passwd|group|shadow|gshadow|subuid|subgid|\.pwd\.lock|machine-id|mtab)|root|usr\/sbin\/policy-rc\.d)/;

let work = '';
let debian: Debian;

function makePackage(version: string): string {
  const script = join(project, 'dist/packaging/deb/main.js');
  const { status, stderr } = spawnSync(process.execPath, [script, version, work], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const [name = ''] = spawnSync('sh', ['-c', `cd ${work} && ls httplog_${version}_*.deb`], {
    encoding: 'utf8',
  }).stdout.split('\n');
  return name;
}

/** A package `nodejs` of the node that runs this test: Debian 12 itself has one that is too old. */
function makeNode(): string {
  const tree = join(work, 'node');
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  mkdirSync(join(tree, 'DEBIAN'));
  cpSync(realpathSync(process.execPath), join(tree, 'usr/bin/node'));
  const architecture = spawnSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    `Package: nodejs\nVersion: ${process.versions.node}\nArchitecture: ${architecture}\nMaintainer: a test <test@test.invalid>\nDescription: node\n`,
  );
  spawnSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, join(work, 'nodejs.deb')]);
  rmSync(tree, { recursive: true });
  return 'nodejs.deb';
}

/** Runs a command that must succeed; what it said. */
function run(...command: readonly string[]): string {
  const { status, stdout, stderr } = debian.run(...command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${status}: ${stdout}${stderr}\n${journal()}`);
  return stdout.trim();
}

const read = (...flags: string[]): string => debian.run('journalctl', '--no-pager', '-o', 'cat', ...flags).stdout;
/** All that is known of the service. */
const journal = (): string => read('-u', 'httplog');
/** What httplog itself has said, of this priority and higher ones. */
const said = (priority: string): string => read('-t', 'httplog', '-p', priority);
const shown = (property: string): string => run('systemctl', 'show', '--value', '-p', property, 'httplog');
const isActive = (): string => debian.run('systemctl', 'is-active', 'httplog').stdout.trim();
const inside = (path: string): string => join(debian.root, path);
const configure = (text: string): void => writeFileSync(inside(CONFIGURATION), text);

function install(name: string): string {
  cpSync(join(work, name), inside(`/root/${name}`));
  const { status, stdout, stderr } = debian.run('dpkg', '-i', `/root/${name}`);
  rmSync(inside(`/root/${name}`));
  if (status !== 0) throw new Error(`dpkg -i: ${stdout}${stderr}`);
  return stdout + stderr;
}

/** Sends a request of this path; its line must come. */
async function request(path: string): Promise<void> {
  const { status, stderr } = debian.inNetwork(process.execPath, '-e', REQUEST, path);
  if (status !== 0) throw new Error(stderr);
  await until(`the line of ${path}; httplog said: ${journal()}`, () =>
    [...logFiles(inside('/var/log/httplog')).values()].flat().some((line) => LOG_LINE.exec(line)?.[1] === path),
  );
}

const changed = (): string[] => debian.changed().filter((path) => !OF_THE_SYSTEM.test(path));

/** The number outside of a process of the Debian's: the service's main process. */
function pidOutside(): number {
  const [found] = spawnSync('pgrep', ['--ns', String(debian.init), '--nslist', 'pid', '-f', '/usr/bin/httplog'], {
    encoding: 'utf8',
  }).stdout.split('\n');
  return Number(found);
}

const reason = whyNoProgram() ?? whyNoDebian('the package');

describe.skipIf(reason !== undefined)('the package, in a fresh Debian', { timeout: 120_000 }, () => {
  let first = '';
  let second = '';
  let before: string[] = [];

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'httplog-packages-'));
    first = makePackage('2.0.0');
    second = makePackage('2.0.1');
    debian = await bootDebian();
    before = changed();
  }, 120_000);

  afterAll(async () => {
    await debian?.end();
    rmSync(work, { recursive: true, force: true });
  });

  test('depends on node 20', () => {
    if (debian.run('dpkg-query', '-W', 'nodejs').status === 0) return; // it is this machine's own Debian
    expect(() => install(first)).toThrow('httplog depends on nodejs (>= 20)');
    run('dpkg', '-P', 'httplog');
    install(makeNode());
    before = changed();
  });

  test('where it cannot begin it is installed, says why, and does not start', () => {
    // There is no interface but loopback.
    const told = install(first);
    expect(told).toContain('httplog cannot begin with the settings in /etc/sysconfig/httplog');
    expect(told).toMatch(/\n {2}.*no such interface: eth0/);
    expect([isActive(), run('systemctl', 'is-enabled', 'httplog'), shown('NRestarts')]).toEqual([
      'inactive',
      'enabled',
      '0',
    ]);
    expect(readFileSync(inside(CONFIGURATION), 'utf8')).toMatch(/^HTTPLOG_DIR=\/var\/log\/httplog$/m);
    expect(run('readlink', '-f', '/etc/default/httplog')).toBe(CONFIGURATION);
    expect(run('getent', 'passwd', 'httplog')).toMatch(/^httplog:x:\d+:\d+:.*:\/nonexistent:\/usr\/sbin\/nologin$/);
    expect(run('httplog', '-v')).toBe('httplog 2.0.0');
  });

  test('started, it is ready when start returns; a request is in the log, which is its user’s', async () => {
    configure(`${readFileSync(inside(CONFIGURATION), 'utf8')}\n${SETTINGS}`);
    run('systemctl', 'start', 'httplog');
    expect([isActive(), shown('Type'), shown('NotifyAccess')]).toEqual(['active', 'notify', 'main']);
    await request('/first');
    const id = Number(run('id', '-u', 'httplog'));
    const [name = ''] = logFiles(inside('/var/log/httplog')).keys();
    const file = statSync(inside(`/var/log/httplog/${name}`));
    expect([file.uid, file.mode & 0o777]).toEqual([id, 0o640]);
    const directory = statSync(inside('/var/log/httplog'));
    expect([directory.uid, directory.mode & 0o777]).toEqual([id, 0o750]);
  });

  test('it runs with the rights of the unit', () => {
    const threads = rightsOfThreads(pidOutside());
    const id = run('id', '-u', 'httplog');
    for (const rights of threads) {
      expect(rights).toMatchObject({
        uid: `${id} ${id} ${id} ${id}`,
        noNewPrivileges: '1',
        seccomp: '2',
        bounding: '2000',
      });
    }
    expect(threads[0]).toMatchObject({ effective: '0', permitted: '0', ambient: '0' });
  });

  test('reload opens its files anew; the journal has its diagnostics with their priorities', async () => {
    const [name = ''] = logFiles(inside('/var/log/httplog')).keys();
    run('mv', `/var/log/httplog/${name}`, `/var/log/httplog/${name}.1`);
    run('systemctl', 'reload', 'httplog');
    await until('the new file', () => logFiles(inside('/var/log/httplog')).has(name));
    await request('/second');
    run('systemctl', 'kill', '-s', 'USR1', 'httplog');
    await until('the counters', () => said('info').includes('\ncapture_threads_alive 2\n'));
    expect(said('warning')).toBe('');
    expect(said('debug')).not.toContain('httplog: ');
  });

  test('a main thread that hangs is started anew, and captures', async () => {
    run('mkdir', '-p', '/run/systemd/system/httplog.service.d');
    writeFileSync(
      inside('/run/systemd/system/httplog.service.d/fast.conf'),
      '[Service]\nWatchdogSec=4\nRestartSec=100ms\n',
    );
    run('systemctl', 'daemon-reload');
    run('systemctl', 'restart', 'httplog');
    const pid = shown('MainPID');
    // It is alive for longer than the watchdog waits.
    await pause(5000);
    expect([shown('MainPID'), shown('NRestarts')]).toEqual([pid, '0']);
    run('sh', '-c', `kill -STOP ${pid}`);
    await until('the start', () => shown('NRestarts') === '1' && isActive() === 'active', 30_000);
    expect(shown('MainPID')).not.toBe(pid);
    await request('/after-the-hang');
    rmSync(inside('/run/systemd/system/httplog.service.d'), { recursive: true });
    run('systemctl', 'daemon-reload');
  });

  test('a mistake in the settings: start fails, says why, and is tried again in a while', async () => {
    const good = readFileSync(inside(CONFIGURATION), 'utf8');
    configure(`${good}HTTPLOG_SNAPLEN=much\n`);
    expect(debian.run('systemctl', 'restart', 'httplog').status).toBe(1);
    expect([isActive(), shown('SubState')]).toEqual(['activating', 'auto-restart']);
    expect(said('err')).toMatch(/^\/etc\/sysconfig\/httplog:\d+: HTTPLOG_SNAPLEN: "much" is not a whole number.*\n$/);
    configure(good);
    await until('the next start', () => isActive() === 'active', 30_000);
    expect(said('info')).toContain('\nreads ');
  });

  test('an upgrade starts it anew, and keeps what was changed by hand', async () => {
    const [pid, settings] = [shown('MainPID'), readFileSync(inside(CONFIGURATION), 'utf8')];
    install(second);
    expect([run('httplog', '-v'), isActive()]).toEqual(['httplog 2.0.1', 'active']);
    expect(shown('MainPID')).not.toBe(pid);
    expect(readFileSync(inside(CONFIGURATION), 'utf8')).toBe(settings);
    await request('/upgraded');
  });

  test('an upgrade leaves a stopped service stopped', () => {
    run('systemctl', 'stop', 'httplog');
    install(second);
    expect(isActive()).toBe('inactive');
  });

  test('its start script runs without systemd’s help', async () => {
    run('/usr/lib/httplog/start_httplog.sh', 'start');
    expect(run('/usr/lib/httplog/start_httplog.sh', 'status')).toContain('httplog is running');
    await request('/by-the-script');
  });

  test('removed, it runs no more, and nothing is left but logs and configuration', () => {
    run('dpkg', '-r', 'httplog');
    expect(pidOutside()).toBe(0);
    const left = changed().filter((path) => !before.includes(path));
    expect(left.filter((path) => !path.startsWith('/var/log/httplog/http-'))).toEqual([
      CONFIGURATION,
      '/var/log/httplog.err',
    ]);
    expect(debian.run('systemctl', 'status', 'httplog').status).toBe(4);
  });

  test('installed again, it starts; what stands in the place of a link of ours stays there', () => {
    writeFileSync(inside('/etc/default/httplog'), 'theirs\n');
    install(second);
    expect(isActive()).toBe('active');
    run('dpkg', '-r', 'httplog');
    expect(readFileSync(inside('/etc/default/httplog'), 'utf8')).toBe('theirs\n');
    rmSync(inside('/etc/default/httplog'));
  });

  test('purged, nothing is left', () => {
    run('dpkg', '-P', 'httplog');
    expect(changed().filter((path) => !before.includes(path))).toEqual([]);
  });

  test('where it can begin it starts as soon as it is installed', () => {
    for (const command of ['link add eth0 type veth peer name eth1', 'link set eth1 up', 'link set eth0 up']) {
      debian.inNetwork('ip', ...command.split(' '));
    }
    expect(install(first)).not.toContain('cannot begin');
    expect([isActive(), run('systemctl', 'is-enabled', 'httplog')]).toEqual(['active', 'enabled']);
    run('dpkg', '-P', 'httplog');
    expect(isActive()).not.toBe('active');
  });
});
