import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
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

// kill -9 before each single call of the file system that packing makes.

const LOG = 'http-20261120.log';
const LONG_AGO = new Date(2026, 10, 21);
const NOW = new Date(2026, 10, 23, 12);
const BEFORE = 'before\n';
const TEXT = Array.from({ length: 20_000 }, (_, n) => `line ${n} of ${n * 7919}\n`).join('');
const LATE = 'late\n';

/** Packs the log, and dies before the given call of node:fs. `LINKS=no`: on a file system without second names. */
const PROGRAM = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const [module, directory, log, dies, links] = process.argv.slice(1);
let calls = 0;
const named = ['open', 'close', 'read', 'write', 'fstat', 'lstat', 'stat', 'unlink', 'rename', 'link', 'fsync', 'futimes', 'fchmod', 'fchown', 'ftruncate'];
const { packLog } = await import(module);
for (const name of named.map((one) => one + 'Sync')) {
  const call = fs[name];
  fs[name] = (...values) => {
    if (++calls === Number(dies)) process.kill(process.pid, 'SIGKILL');
    if (name === 'linkSync' && links === 'no') throw Object.assign(new Error('link'), { code: 'EPERM' });
    return call(...values);
  };
}
syncBuiltinESMExports();
packLog(directory, log, 'gzip', () => true);
process.stdout.write(String(calls));
`;
const MODULE = new URL('../../dist/src/sink/pack.js', import.meta.url).href;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-killed-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string): string => join(directory, name);

/** A log that is over, and a packed file of its day, if there is one. */
function prepare(isThere: boolean): void {
  for (const name of readdirSync(directory)) rmSync(path(name));
  writeFileSync(path(LOG), TEXT);
  utimesSync(path(LOG), LONG_AGO, LONG_AGO);
  if (isThere) writeFileSync(path(`${LOG}.gz`), gzipSync(BEFORE));
}

function packAndDie(dies: number, links: string): { readonly isKilled: boolean; readonly calls: number } {
  const values = ['--input-type=module', '-e', PROGRAM, MODULE, directory, LOG, String(dies), links];
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, values, { encoding: 'utf8', timeout: 30_000 });
  if (signal !== 'SIGKILL') expect([status, stderr]).toEqual([0, '']);
  return { isKilled: signal === 'SIGKILL', calls: Number(stdout) };
}

/** What the next start does, and the hours that follow. */
async function recover(): Promise<void> {
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
      prepare(isThere);
      const { calls } = packAndDie(0, links);
      expect(calls).toBeGreaterThan(20);
      const unpacked = (): string => gunzipSync(readFileSync(path(`${LOG}.gz`))).toString();
      expect(unpacked()).toBe(begin + TEXT);
      for (let dies = 1; dies <= calls; dies++) {
        prepare(isThere);
        expect(packAndDie(dies, links)).toMatchObject({ isKilled: true });
        const isLogThere = existsSync(path(LOG));
        // Where the log went, all of it is in the packed file at once.
        expect(isLogThere ? readFileSync(path(LOG), 'utf8') : unpacked()).toBe(isLogThere ? TEXT : begin + TEXT);
        // Each third time a line comes after the death.
        const late = dies % 3 === 0 ? LATE : '';
        if (late !== '') {
          appendFileSync(path(LOG), late);
          utimesSync(path(LOG), LONG_AGO, LONG_AGO);
        }
        await recover();
        expect([dies, readdirSync(directory)]).toEqual([dies, [`${LOG}.gz`]]);
        expect(unpacked() === begin + TEXT + late, `killed before call ${dies} of ${calls}`).toBe(true);
      }
    },
    180_000,
  );
});
