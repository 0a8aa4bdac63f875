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
const TEXT = Array.from({ length: 12_500 }, (_, n) => `line ${n} of ${n * 7919}\n`).join('');
const DURING = 'during\n';
const LATE = 'late\n';

/** Each so many-th death is a real one as well. */
const REAL = 16;

/**
 * Packs the log of each directory that is named after a call of node:fs, and dies before that call: for good if it is alone, else no call
 * succeeds any more. Writes how many calls the last had. `no links`: on a file system without second names. `written to`: somebody writes
 * to the log when it was set aside.
 */
const PROGRAM = `
import fs from 'node:fs';
import { join } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
const [module, place, log, how, real, ...deaths] = process.argv.slice(1);
let calls = 0;
let dies = 0;
let opened = [];
let synced = 0;
const close = fs.closeSync;
const named = ['open', 'close', 'read', 'write', 'fstat', 'lstat', 'stat', 'unlink', 'rename', 'link', 'fsync', 'futimes', 'fchmod', 'fchown', 'ftruncate'];
const { packLog } = await import(module);
for (const name of named.map((one) => one + 'Sync')) {
  const call = fs[name];
  fs[name] = (...values) => {
    if (++calls === dies && real === 'yes') process.kill(process.pid, 'SIGKILL');
    if (dies !== 0 && calls >= dies) throw Object.assign(new Error('dead'), { code: 'EDEAD' });
    if (name === 'linkSync' && how === 'no links') throw Object.assign(new Error('link'), { code: 'EPERM' });
    if (name === 'fsyncSync' && ++synced === 2 && how === 'written to') write();
    const value = call(...values);
    if (name === 'openSync') opened.push(value);
    if (name === 'closeSync') opened = opened.filter((one) => one !== values[0]);
    return value;
  };
}
syncBuiltinESMExports();
let directory = '';
function write() {
  const before = [calls, dies];
  dies = 0;
  const aside = fs.readdirSync(directory).find((one) => one.endsWith('.aside'));
  fs.appendFileSync(join(directory, aside), ${JSON.stringify(DURING)});
  [calls, dies] = before;
}
for (const death of deaths) {
  calls = 0;
  synced = 0;
  directory = join(place, death);
  dies = Number(death);
  try {
    packLog(directory, log, 'gzip', () => true);
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
function packAndDie(deaths: readonly number[], how: string, isReal: boolean): number {
  const values = ['--input-type=module', '-e', PROGRAM, MODULE, place, LOG, how, isReal ? 'yes' : 'no'];
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
    const log = join(directory, LOG);
    if (existsSync(log)) utimesSync(log, LONG_AGO, LONG_AGO);
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
    ['a new packed file', false, 'as usual'],
    ['a packed file that is added to', true, 'as usual'],
    ['a new one, on a file system without second names', false, 'no links'],
    ['a log that is written to just before it goes', false, 'written to'],
  ];
  test.each(CASES)(
    '%s: nothing is lost or doubled, whenever that is',
    async (_name, isThere, how) => {
      const begin = isThere ? BEFORE : '';
      const unpacked = (directory: string): string => gunzipSync(readFileSync(join(directory, `${LOG}.gz`))).toString();
      /** Whether all of the log is in one place, also after it was recovered; a line comes between, each third time. */
      const judge = async (death: number): Promise<void> => {
        const directory = join(place, String(death));
        const log = join(directory, LOG);
        const left = readdirSync(directory).find((name) => name === LOG || name.endsWith('.aside'));
        const found = left === undefined ? unpacked(directory) : readFileSync(join(directory, left), 'utf8');
        const during = found.endsWith(DURING) ? DURING : '';
        // Where the log went, all of it is in the packed file at once.
        expect(found === (left === undefined ? begin : '') + TEXT + during).toBe(true);
        const late = death % 3 === 0 ? LATE : '';
        if (late !== '') appendFileSync(log, late);
        await recover(directory);
        expect([death, readdirSync(directory)]).toEqual([death, [`${LOG}.gz`]]);
        expect(unpacked(directory) === begin + TEXT + during + late, `killed before call ${death}`).toBe(true);
      };
      prepare([0], isThere);
      const calls = packAndDie([0], how, false);
      expect(calls).toBeGreaterThan(20);
      await judge(0);
      const deaths = Array.from({ length: calls }, (_, n) => n + 1);
      prepare(deaths, isThere);
      packAndDie(deaths, how, false);
      for (const death of deaths) await judge(death);
      for (const death of deaths.filter((one) => one % REAL === 0)) {
        prepare([death], isThere);
        packAndDie([death], how, true);
        await judge(death);
      }
    },
    180_000,
  );
});
