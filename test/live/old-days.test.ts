import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  capture,
  HOST,
  type Host,
  httplogOn,
  makeHost,
  makeNetwork,
  OUTSIDE,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, said, stop } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';

// Old days: the program as another user than root, with -keep and -compress, in a directory with files of many days.

const NOBODY = 65534;
const HOUR = 3_600_000;
const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

/** The name of the log file of so many days ago, as the program (TZ=UTC) names it. */
function dayFile(ago: number, type = ''): string {
  const date = new Date(Date.now() - ago * 24 * HOUR).toISOString().slice(0, 10).replaceAll('-', '');
  return `http-${type === '' ? '' : `${type}-`}${date}.log`;
}

const text = (words: string, lines = 20_000): string =>
  Array.from({ length: lines }, (_, n) => `${words} ${n} of ${n * 7919}\n`).join('');

/** A log directory of the user. */
function logDirectory(): string {
  const place = makeDirectory();
  chmodSync(place, 0o755);
  const directory = join(place, 'log');
  mkdirSync(directory);
  chownSync(directory, NOBODY, NOBODY);
  return directory;
}

function writeOld(path: string, content: string | Uint8Array, owner: number = NOBODY, ago: number = 2 * HOUR): void {
  writeFileSync(path, content, { mode: 0o640 });
  chownSync(path, owner, owner);
  const time = new Date(Date.now() - ago);
  utimesSync(path, time, time);
}

function unpack(path: string): string {
  const tool = path.endsWith('.zst') ? ['zstd', '-dc'] : ['zcat'];
  const { status, stdout, stderr } = spawnSync(tool[0] ?? '', [...tool.slice(1), path], { maxBuffer: 1e8 });
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout.toString();
}

/** Whether this Node.js can pack so. */
const PACKINGS: readonly (readonly [string, string])[] = [
  ['gzip', '.gz'],
  ...('zstd' in process.versions && spawnSync('zstd', ['-V']).status === 0 ? ([['zstd', '.zst']] as const) : []),
];

describe.skipIf(whyNotLive('old days') !== undefined)('old days', () => {
  test.each(PACKINGS)(
    '-compress %s and -keep as the user: packed byte for byte, removed, and all else left alone',
    async (packing, ending) => {
      const { host } = makeNetwork();
      const directory = logDirectory();
      const at = (name: string): string => join(directory, name);
      const packed = [dayFile(2), dayFile(2, 'CQ'), dayFile(5, 'SR'), dayFile(29)];
      for (const name of packed) writeOld(at(name), text(name));
      // Of a day that is packed already.
      const again = dayFile(3);
      writeOld(at(again), text('first'));
      spawnSync(packing, ['-q', ...(packing === 'zstd' ? ['--rm'] : []), at(again)]);
      chownSync(at(again + ending), NOBODY, NOBODY);
      writeOld(at(again), text('second'));
      const removed = [dayFile(31), dayFile(400, 'CR'), `${dayFile(32)}.gz`, `${dayFile(33)}.zst`];
      for (const name of removed) writeOld(at(name), 'old\n');
      const leftover = `.${dayFile(6)}${ending}.part`;
      writeOld(at(leftover), 'half');
      // Left alone: today, tomorrow, one that was written just now, other names, links, and what somebody else put there.
      const alone = [
        dayFile(0),
        dayFile(-1),
        `${dayFile(40)}.1`,
        `${dayFile(40)}.1.gz`,
        'http-20200230.log',
        'notes.log',
      ];
      for (const name of alone) writeOld(at(name), `${name}\n`);
      const foreign = dayFile(50);
      writeOld(at(foreign), 'theirs\n', 12345);
      const fresh = dayFile(60);
      writeOld(at(fresh), 'fresh\n', NOBODY, 0);
      writeOld(join(directory, '../target'), 'target\n');
      const links = [dayFile(4), dayFile(70)];
      for (const link of links) {
        symlinkSync('../target', at(link));
        lutimesSync(at(link), 0, 0);
      }

      const running = await capture(host, ['-d', directory, '-user', 'nobody', '-keep', '30', '-compress', packing]);
      const wanted = [...packed, again].map((name) => name + ending);
      await until('old days', () => [...wanted].every((name) => existsSync(at(name))) && !existsSync(at(again)));
      await until('removed', () => removed.every((name) => !existsSync(at(name))));
      openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
      await until('the line', () => readFileSync(at(dayFile(0)), 'utf8').includes('GET /t'));
      running.child.kill('SIGUSR1');
      await until('the counters', () => said(running, 'old_files_total packed 5, removed 4').length === 1);
      expect(await stop(running)).toEqual({ status: 0, signal: null });

      for (const name of packed) {
        expect(unpack(at(name + ending)) === text(name)).toBe(true);
        const { uid, mode, mtimeMs } = statSync(at(name + ending));
        expect([uid, mode & 0o777]).toEqual([NOBODY, 0o640]);
        expect(Date.now() - mtimeMs).toBeGreaterThan(2 * HOUR);
      }
      expect(unpack(at(again + ending)) === text('first') + text('second')).toBe(true);
      for (const name of alone.slice(1)) expect(readFileSync(at(name), 'utf8')).toBe(`${name}\n`);
      expect(linesOf(readFileSync(at(dayFile(0)), 'utf8'))).toHaveLength(2);
      expect(readFileSync(at(foreign), 'utf8')).toBe('theirs\n');
      for (const link of links) expect(lstatSync(at(link)).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(directory, '../target'), 'utf8')).toBe('target\n');
      expect(readdirSync(directory).sort()).toEqual([...wanted, ...alone, foreign, fresh, ...links].sort());
      // Why each of these stays is said once.
      expect(said(running, 'it stays as it is')).toHaveLength(3);
      expect(said(running, `${foreign}: it belongs to another user (EOWNER)`)).toHaveLength(1);
    },
  );

  test('killed at any moment, again and again, while a writer adds to the day: nothing is lost or doubled', async () => {
    const host = makeHost();
    const directory = logDirectory();
    const path = join(directory, dayFile(2));
    let expected = '';
    const add = (words: string): void => {
      const more = text(words, 150_000);
      appendFileSync(path, more);
      chownSync(path, NOBODY, NOBODY);
      utimesSync(path, new Date(Date.now() - 2 * HOUR), new Date(Date.now() - 2 * HOUR));
      expected += more;
    };
    add('first');
    const flags = ['-i', 'lo', '-d', directory, '-user', 'nobody', '-compress', 'gzip'];
    for (let kills = 0; kills < 8; kills++) {
      const running = httplogOn(host, flags);
      await until(
        'the beginning',
        () => readdirSync(directory).some((name) => name.startsWith('.')) || !existsSync(path),
      );
      await pause(kills * 60);
      running.child.kill('SIGKILL');
      await endOf(running);
      if (!existsSync(path)) add(`after kill ${kills}`);
    }
    const running = httplogOn(host, flags);
    await until('the rest', () => readdirSync(directory).join() === `${dayFile(2)}.gz`, 60_000);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(unpack(`${path}.gz`) === expected).toBe(true);
  }, 180_000);

  test('SIGTERM while it packs: it ends at once, and the log is as it was', async () => {
    const directory = logDirectory();
    const path = join(directory, dayFile(2));
    writeOld(path, text('large', 1_500_000));
    const size = statSync(path).size;
    const flags = ['-i', 'lo', '-d', directory, '-user', 'nobody', '-compress', 'gzip'];
    const running = await capture(makeHost(), flags);
    await until('the beginning', () => readdirSync(directory).length === 2);
    const begun = performance.now();
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(statSync(path).size).toBe(size);
    expect(existsSync(`${path}.gz`)).toBe(false);
  });

  test('a file of yesterday that somebody still writes to is left alone', async () => {
    const directory = logDirectory();
    const path = join(directory, dayFile(2));
    writeOld(path, 'one\n');
    const writer = openSync(path, 'a');
    writeSync(writer, 'two\n');
    writeOld(join(directory, dayFile(3)), 'other\n');
    const running = await capture(makeHost(), [
      '-i',
      'lo',
      '-d',
      directory,
      '-user',
      'nobody',
      '-keep',
      '1',
      '-compress',
      'gzip',
    ]);
    await until('the other to go', () => !existsSync(join(directory, dayFile(3))));
    await stop(running);
    writeSync(writer, 'three\n');
    closeSync(writer);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
  });

  test('a second httplog leaves old days to the first, and takes over from it', async () => {
    const directory = logDirectory();
    const path = join(directory, dayFile(2));
    writeOld(path, text('large', 400_000));
    const flags = ['-i', 'lo', '-d', directory, '-user', 'nobody', '-compress', 'gzip'];
    const running = [httplogOn(makeHost(), flags), httplogOn(makeHost(), flags)];
    await until('one of them', () => readdirSync(directory).join() === `${dayFile(2)}.gz`, 60_000);
    expect(unpack(`${path}.gz`) === text('large', 400_000)).toBe(true);
    for (const one of running) expect(await stop(one)).toEqual({ status: 0, signal: null });
    for (const one of running) expect(said(one, 'old days')).toEqual([]);
  });

  test('-check says what they would do now', async () => {
    const directory = logDirectory();
    for (const ago of [0, 1, 2, 3, 40, 41]) writeOld(join(directory, dayFile(ago)), 'x\n', NOBODY, 30 * HOUR);
    rmSync(join(directory, dayFile(1)));
    const check = async (host: Host, flags: readonly string[]): Promise<string[]> => {
      const running = httplogOn(host, ['-check', '-i', 'lo', '-user', 'nobody', '-d', directory, ...flags]);
      expect(await endOf(running)).toEqual({ status: 0, signal: null });
      return linesOf(running.stdout()).slice(3);
    };
    expect(await check(makeHost(), ['-keep', '30', '-compress', 'gzip'])).toEqual([
      'removes log files of more than 30 days ago: 2 files now',
      'packs log files of days that are over with gzip: 2 files now',
    ]);
    expect(await check(makeHost(), ['-keep', '40'])).toEqual([
      'removes log files of more than 40 days ago: 1 file now',
    ]);
    expect(await check(makeHost(), [])).toEqual([]);
    expect(readdirSync(directory)).toHaveLength(5);
  });

  test('while it is not asked for, none of it is loaded', async () => {
    const traced = async (flags: readonly string[]): Promise<boolean> => {
      const directory = logDirectory();
      const running = await capture(makeHost(), ['-i', 'lo', '-d', directory, '-user', 'root', ...flags], {
        environment: { NODE_DEBUG: 'module' },
      });
      await pause(300);
      await stop(running);
      return /old-days-\w+\.js/.test(running.stderr());
    };
    expect(await traced([])).toBe(false);
    expect(await traced(['-keep', '30'])).toBe(true);
  });
});
