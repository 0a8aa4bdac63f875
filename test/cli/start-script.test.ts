import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const isRoot = process.geteuid?.() === 0;
const hasProgram = existsSync(join(root, 'bin/httplog.js')) && existsSync(join(root, 'dist/bundle/cli/main.js'));
const systemFile = '/etc/sysconfig/httplog';

/** A directory like an installed one: the script, a program beside it, and files for the process of its own. */
interface Place {
  readonly directory: string;
  readonly pidfile: string;
  readonly errfile: string;
  run(action: string, more?: RunOptions): Promise<Result>;
}
interface RunOptions {
  readonly environment?: Record<string, string>;
  readonly user?: number;
  readonly script?: string;
}
interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const places: Place[] = [];

const pidOf = (place: Place): number => {
  const [first] = existsSync(place.pidfile) ? readFileSync(place.pidfile, 'utf8').split('\n') : [];
  return Number(first ?? 0);
};
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

function execute(
  place: { directory: string },
  base: Record<string, string>,
  action: string,
  more: RunOptions,
): Promise<Result> {
  const { environment = {}, user, script = join(place.directory, 'start_httplog.sh') } = more;
  const options = {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', ...base, ...environment },
    timeout: 55_000,
    ...(user === undefined ? {} : { uid: user, gid: user }),
  };
  return new Promise((resolve) => {
    execFile('sh', [script, ...action.split(' ').filter((word) => word !== '')], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** `program` is the text of bin/httplog.js, or undefined for the real one; `check` is what it does with -check. */
function makePlace(program: string | undefined, check = ''): Place {
  const directory = mkdtempSync(join(tmpdir(), 'httplog start-')); // the blank is on purpose
  chmodSync(directory, 0o755);
  copyFileSync(join(root, 'start_httplog.sh'), join(directory, 'start_httplog.sh'));
  if (program === undefined) symlinkSync(join(root, 'bin'), join(directory, 'bin'));
  else {
    mkdirSync(join(directory, 'bin'));
    writeFileSync(
      join(directory, 'bin/httplog.js'),
      `if (process.argv.includes('-check')) {\n${check}\n} else {\n${program}\nsetTimeout(() => process.exit(), 58_000); }`,
    );
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  }
  const pidfile = join(directory, 'httplog.pid');
  const errfile = join(directory, 'httplog.err');
  const base = { HTTPLOG_NODE: process.execPath, HTTPLOG_PIDFILE: pidfile, HTTPLOG_ERRFILE: errfile };
  const place: Place = {
    directory,
    pidfile,
    errfile,
    run: (action, more = {}) => execute({ directory }, base, action, more),
  };
  places.push(place);
  return place;
}

afterAll(() => {
  for (const place of places) {
    const pid = pidOf(place);
    const ours = pid > 1 && isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(place.directory);
    if (ours) process.kill(pid, 'SIGKILL');
    rmSync(place.directory, { recursive: true });
  }
});

// Programs that behave as the real one should not, or that show what they were given.
const RUNS = `console.error('diagnostic one'); process.on('SIGTERM', () => { console.error('bye'); process.exit(0); });`;
const DIES = `console.error('first mistake'); console.error('second mistake'); process.exit(2);`;
const DEAF = `process.on('SIGTERM', () => {});`;
const SHOWS = `console.error(JSON.stringify([process.cwd(), process.argv.slice(2), process.env.HTTPLOG_PORT]));`;

describe('arguments', () => {
  test.each(['', 'begin', 'start stop'])('%j: the usage, exit 2', async (action) => {
    const result = await makePlace(RUNS).run(action);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^usage: .*start_httplog\.sh start\|stop\|status\|restart\|force-reload\n$/);
  });
  test('is plain sh', () => {
    for (const shell of ['dash', 'bash']) {
      const checked = spawnSync(shell, ['-n', join(root, 'start_httplog.sh')], { encoding: 'utf8' });
      if (checked.error === undefined) expect(checked).toMatchObject({ status: 0, stderr: '' });
    }
  });
});

describe('status', () => {
  test('not running: 3; a dead PID file: 1', async () => {
    const place = makePlace(RUNS);
    expect(await place.run('status')).toMatchObject({ status: 3, stderr: 'httplog is not running\n' });
    for (const content of [
      '',
      '\n',
      'x\nstart=1\n',
      '1\n',
      '1\nstart=\n',
      '99999999\nstart=\n',
      `${process.pid}\nstart=1\n`,
    ]) {
      writeFileSync(place.pidfile, content);
      expect((await place.run('status')).status).toBe(1);
    }
  });
});

test.skipIf(!isRoot)(
  'without root: status works, all else is exit 4 (skipped where this user cannot become another)',
  async () => {
    const place = makePlace(RUNS);
    for (const action of ['start', 'stop', 'restart', 'force-reload']) {
      const result = await place.run(action, { user: 65534 });
      expect(result.status).toBe(4);
      expect(result.stderr).toMatch(
        new RegExp(`^start_httplog.sh ${action} must be run as root: sudo .* ${action}\n$`),
      );
    }
    expect((await place.run('status', { user: 65534 })).status).toBe(3);
  },
);

describe.skipIf(!isRoot)('as root (skipped without: start and stop need it)', () => {
  test.concurrent('start, start again, status, stop, stop again', async () => {
    const place = makePlace(RUNS);
    const started = await place.run('start');
    const pid = pidOf(place);
    expect(started).toEqual({
      status: 0,
      stdout: `httplog is running (pid ${pid}); its diagnostics go to ${place.errfile}\n  diagnostic one\n`,
      stderr: '',
    });
    expect(isAlive(pid)).toBe(true);
    expect(readFileSync(place.pidfile, 'utf8')).toMatch(/^[0-9]+\nstart=[0-9]+\n$/);
    expect(await place.run('start')).toMatchObject({ status: 0, stdout: `httplog is running already (pid ${pid})\n` });
    expect(await place.run('status', { user: 65534 })).toMatchObject({
      status: 0,
      stdout: `httplog is running (pid ${pid})\n`,
    });
    expect(await place.run('stop')).toEqual({ status: 0, stdout: `httplog has stopped (pid ${pid})\n`, stderr: '' });
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(place.pidfile)).toBe(false);
    expect(await place.run('stop')).toMatchObject({ status: 0, stdout: 'httplog is not running\n' });
    expect(readFileSync(place.errfile, 'utf8')).toBe('diagnostic one\nbye\n');
  });

  test.concurrent.each(['restart', 'force-reload'])('%s: another process, also where none ran', async (action) => {
    const place = makePlace(RUNS);
    expect((await place.run(action)).status).toBe(0);
    const first = pidOf(place);
    expect(await place.run(action)).toMatchObject({ status: 0 });
    expect(isAlive(first)).toBe(false);
    expect(isAlive(pidOf(place))).toBe(true);
    expect((await place.run('stop')).status).toBe(0);
  });

  test.concurrent('a program that dies at once: what it said, exit 1, no PID file', async () => {
    const place = makePlace(DIES);
    writeFileSync(place.errfile, 'of yesterday\n');
    expect(await place.run('start')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'httplog did not start (exit status 2):\n  first mistake\n  second mistake\n',
    });
    expect(existsSync(place.pidfile)).toBe(false);
    expect((await place.run('status')).status).toBe(3);
  });

  test.concurrent('a check that fails: what it said, exit 1, and nothing is started', async () => {
    const check = `console.log('plan'); console.error('first mistake'); console.error('second'); process.exitCode = 1;`;
    const place = makePlace(RUNS, check);
    expect(await place.run('start')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'httplog did not start (exit status 1):\n  first mistake\n  second\n',
    });
    expect([existsSync(place.pidfile), existsSync(place.errfile)]).toEqual([false, false]);
    expect((await place.run('status')).status).toBe(3);
  });

  test.concurrent('a recycled process number is neither taken for httplog nor killed', async () => {
    const place = makePlace(RUNS);
    const other = spawn('sleep', ['50']);
    try {
      writeFileSync(place.pidfile, `${other.pid}\nstart=1\n`);
      expect((await place.run('status')).status).toBe(1);
      expect(await place.run('stop')).toMatchObject({ status: 0, stdout: 'httplog is not running\n' });
      expect(existsSync(place.pidfile)).toBe(false);
      expect(isAlive(other.pid ?? 0)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
  });

  test.concurrent('after kill -9 a start works', async () => {
    const place = makePlace(RUNS);
    await place.run('start');
    const pid = pidOf(place);
    process.kill(pid, 'SIGKILL');
    expect((await place.run('status')).status).toBe(1);
    expect((await place.run('start')).status).toBe(0);
    expect(pidOf(place)).not.toBe(pid);
    expect((await place.run('stop')).status).toBe(0);
  });

  test.concurrent('two starts at once start one', async () => {
    const place = makePlace(RUNS);
    const said = (await Promise.all([place.run('start'), place.run('start')])).map(
      ({ stdout }) => stdout.split(' (')[0],
    );
    expect(said.sort()).toEqual(['httplog is running', 'httplog is running already']);
    expect(readFileSync(place.errfile, 'utf8')).toBe('diagnostic one\n');
    expect((await place.run('stop')).status).toBe(0);
  });

  test.concurrent('who may read the script cannot keep root waiting: the lock is a file of root alone', async () => {
    const place = makePlace(RUNS);
    const holder = spawn('flock', [join(place.directory, 'start_httplog.sh'), 'sleep', '50'], { detached: true });
    holder.on('error', () => {}); // without flock there is no lock either
    try {
      expect((await place.run('start')).status).toBe(0);
      expect((await place.run('stop')).status).toBe(0);
      if (existsSync(`${place.pidfile}.lock`)) expect(statSync(`${place.pidfile}.lock`).mode & 0o777).toBe(0o600);
    } finally {
      if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
    }
  });

  test.concurrent('gives up after 30 s, says so, and kills nothing', async () => {
    const place = makePlace(DEAF);
    await place.run('start');
    const pid = pidOf(place);
    const result = await place.run('stop');
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(`httplog still runs 30 s after SIGTERM (pid ${pid}): see `);
    expect(isAlive(pid)).toBe(true);
    expect((await place.run('status')).status).toBe(0);
  });

  test.concurrent('runs in its directory, through a link too, without arguments, with the environment, and never sources the file', async () => {
    const place = makePlace(SHOWS);
    writeFileSync(
      join(place.directory, 'httplog.conf'),
      `touch '${place.directory}/sourced'\nHTTPLOG_PORT=$(touch x)\n`,
    );
    symlinkSync(join(place.directory, 'start_httplog.sh'), join(place.directory, 'bin/link'));
    const script = join(place.directory, 'bin/link');
    expect((await place.run('start', { script, environment: { HTTPLOG_PORT: '8080' } })).status).toBe(0);
    expect(readFileSync(place.errfile, 'utf8')).toBe(`${JSON.stringify([place.directory, [], '8080'])}\n`);
    expect(existsSync(join(place.directory, 'sourced'))).toBe(false);
    expect(existsSync(join(place.directory, 'x'))).toBe(false);
    expect((await place.run('stop')).status).toBe(0);
  });

  test.concurrent('what is missing has its name', async () => {
    const place = makePlace(RUNS);
    expect(await place.run('start', { environment: { HTTPLOG_NODE: '/nonexistent/node' } })).toMatchObject({
      status: 5,
      stderr: 'there is no /nonexistent/node: install Node.js 20 or later, or name it with HTTPLOG_NODE\n',
    });
    const errfile = await place.run('start', { environment: { HTTPLOG_ERRFILE: '/nonexistent/x' } });
    expect(errfile.status).toBe(1);
    expect(errfile.stderr).toContain('cannot write /nonexistent/x: name another file with HTTPLOG_ERRFILE\n');
    const pidfile = await place.run('start', { environment: { HTTPLOG_PIDFILE: '/nonexistent/x' } });
    expect(pidfile.status).toBe(1);
    expect(pidfile.stderr).toContain('cannot write /nonexistent/x: name another file with HTTPLOG_PIDFILE\n');
    rmSync(join(place.directory, 'bin'), { recursive: true });
    expect(await place.run('start')).toMatchObject({ status: 5 });
  });
});

describe.skipIf(!isRoot || !hasProgram)('the real program (skipped without root or before npm run build)', () => {
  const settings = (place: Place) => ({
    HTTPLOG_DEVICE: 'lo',
    HTTPLOG_USER: 'root',
    HTTPLOG_CPUNO: '1',
    HTTPLOG_DIR: join(place.directory, 'log'),
  });

  test.concurrent('starts, runs, stops', async () => {
    const place = makePlace(undefined);
    expect(await place.run('start', { environment: settings(place) })).toMatchObject({ status: 0, stderr: '' });
    expect(await place.run('status')).toMatchObject({ status: 0 });
    const pid = pidOf(place);
    expect(await place.run('stop')).toMatchObject({ status: 0, stdout: `httplog has stopped (pid ${pid})\n` });
  });

  test.concurrent('a wrong setting: its mistake, exit 1', async () => {
    const place = makePlace(undefined);
    const result = await place.run('start', { environment: { ...settings(place), HTTPLOG_PORT: '0' } });
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^httplog did not start \(exit status 2\):\n.*environment HTTPLOG_PORT: "0"/);
  });

  test.skipIf(existsSync(systemFile))(
    `httplog.conf beside the script is read (skipped where ${systemFile} exists)`,
    async () => {
      const place = makePlace(undefined);
      writeFileSync(join(place.directory, 'httplog.conf'), 'HTTPLOG_PORT=0\n', { mode: 0o644 });
      const result = await place.run('start', { environment: settings(place) });
      expect(result.status).toBe(1);
      expect(result.stderr).toContain('./httplog.conf:1: HTTPLOG_PORT: "0"');
    },
  );
});
