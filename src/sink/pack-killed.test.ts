import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { whyNoProgram } from '../../test/support/live/program.ts';
import { carryOut, findLogFiles } from './old-days.ts';
import { planOldDays } from './old-files.ts';

// kill -9 before each single call of the file system that packing makes. Most of these deaths are shown by one process for all
// of them: from that call on every call fails, which leaves behind what a killed process would. Some are real.

const LOG = 'http-20261120.log';
const LONG_AGO = new Date(2026, 10, 21);
const NOW = new Date(2026, 10, 23, 12);
const BEFORE = 'before\n';
const TEXT = Array.from({ length: 20_000 }, (_, n) => `line ${n} of ${n * 7919}\n`).join('');
const LATE = 'late\n';

/** Each so many-th death is a real one as well. */
const REAL = 16;

/**
 * Packs the log of each directory that is named after a call of node:fs, and dies before that call: for good if it is alone, else no call
 * succeeds any more. Writes how many calls the last had. `LINKS=no`: on a file system without second names.
 */
const PROGRAM = `
import fs from 'node:fs';
import { join } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
const [module, place, log, links, real, ...deaths] = process.argv.slice(1);
let calls = 0;
let dies = 0;
let opened = [];
const close = fs.closeSync;
const named = ['open', 'close', 'read', 'write', 'fstat', 'lstat', 'stat', 'unlink', 'rename', 'link', 'fsync', 'futimes', 'fchmod', 'fchown', 'ftruncate'];
const { packLog } = await import(module);
for (const name of named.map((one) => one + 'Sync')) {
  const call = fs[name];
  fs[name] = (...values) => {
    if (++calls === dies && real === 'yes') process.kill(process.pid, 'SIGKILL');
    if (dies !== 0 && calls >= dies) throw Object.assign(new Error('dead'), { code: 'EDEAD' });
    if (name === 'linkSync' && links === 'no') throw Object.assign(new Error('link'), { code: 'EPERM' });
    const value = call(...values);
    if (name === 'openSync') opened.push(value);
    if (name === 'closeSync') opened = opened.filter((one) => one !== values[0]);
    return value;
  };
}
syncBuiltinESMExports();
for (const death of deaths) {
  calls = 0;
  dies = Number(death);
  try {
    packLog(join(place, death), log, 'gzip', () => true);
    if (dies !== 0) throw new Error('it lived');
  } catch (error) {
    if (error.code !== 'EDEAD') throw error;
  }
  for (const descriptor of opened) close(descriptor);
  opened = [];
}
process.stdout.write(String(calls));
`;
const MODULE = new URL('../../dist/src/sink/pack.js', import.meta.url).href;

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'httplog-killed-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** A directory for each of these deaths: a log that is over, and a packed file of its day, if there is one. */
function prepare(deaths: readonly number[], isThere: boolean): void {
  for (const death of deaths) {
    const directory = join(place, String(death));
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    writeFileSync(join(directory, LOG), TEXT);
    utimesSync(join(directory, LOG), LONG_AGO, LONG_AGO);
    if (isThere) writeFileSync(join(directory, `${LOG}.gz`), gzipSync(BEFORE));
  }
}

/** Packs and dies; 0 is no death. Gives how many calls there were. */
function packAndDie(deaths: readonly number[], links: string, isReal: boolean): number {
  const values = ['--input-type=module', '-e', PROGRAM, MODULE, place, LOG, links, isReal ? 'yes' : 'no'];
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [...values, ...deaths.map(String)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (isReal) expect(signal).toBe('SIGKILL');
  else expect([status, stderr]).toEqual([0, '']);
  return Number(stdout);
}

/** What the next start does, and the hours that follow. */
async function recover(directory: string): Promise<void> {
  for (let hour = 0; hour < 2; hour++) {
    const { files, refused } = await findLogFiles(directory);
    expect(refused).toEqual([]);
    const plan = planOldDays(files, { keepDays: undefined, compress: 'gzip' }, NOW);
    const done = [...carryOut(directory, plan, 'gzip', () => true)];
    expect(done.filter(({ kind }) => kind === 'failed')).toEqual([]);
  }
}

const noProgram = whyNoProgram();
if (noProgram !== undefined) console.warn(`skipped: killed while it packs: ${noProgram}`);

describe.skipIf(noProgram !== undefined)('killed while it packs', () => {
  const CASES: readonly [string, boolean, string][] = [
    ['a new packed file', false, 'yes'],
    ['a packed file that is added to', true, 'yes'],
    ['a new one, on a file system without second names', false, 'no'],
  ];
  test.each(CASES)(
    '%s: nothing is lost or doubled, whenever that is',
    async (_name, isThere, links) => {
      const begin = isThere ? BEFORE : '';
      const unpacked = (directory: string): string => gunzipSync(readFileSync(join(directory, `${LOG}.gz`))).toString();
      /** Whether all of the log is in one place, also after it was recovered; a line comes between, each third time. */
      const judge = async (death: number): Promise<void> => {
        const directory = join(place, String(death));
        const log = join(directory, LOG);
        const isLogThere = existsSync(log);
        // Where the log went, all of it is in the packed file at once.
        expect(isLogThere ? readFileSync(log, 'utf8') === TEXT : unpacked(directory) === begin + TEXT).toBe(true);
        const late = death % 3 === 0 ? LATE : '';
        if (late !== '') {
          appendFileSync(log, late);
          utimesSync(log, LONG_AGO, LONG_AGO);
        }
        await recover(directory);
        expect([death, readdirSync(directory)]).toEqual([death, [`${LOG}.gz`]]);
        expect(unpacked(directory) === begin + TEXT + late, `killed before call ${death} of ${calls}`).toBe(true);
      };
      prepare([0], isThere);
      const calls = packAndDie([0], links, false);
      expect(calls).toBeGreaterThan(20);
      expect(unpacked(join(place, '0'))).toBe(begin + TEXT);
      const deaths = Array.from({ length: calls }, (_, n) => n + 1);
      prepare(deaths, isThere);
      packAndDie(deaths, links, false);
      for (const death of deaths) await judge(death);
      for (const death of deaths.filter((one) => one % REAL === 0)) {
        prepare([death], isThere);
        packAndDie([death], links, true);
        await judge(death);
      }
    },
    180_000,
  );
});
