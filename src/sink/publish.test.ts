import fs, {
  appendFileSync,
  closeSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryOut, findLogFiles } from './old-days.ts';
import { planOldDays } from './old-files.ts';
import { finish, readyName } from './publish.ts';

// What a run left that was killed behind packing, and what somebody else did to the packed file since.

const LOG = 'http-20261120.log';
const PACKED = `${LOG}.gz`;
const WRITTEN = new Date(2026, 10, 21);
const BEFORE = 'before\n';
const TEXT = Array.from({ length: 50_000 }, (_, n) => `line ${n} of ${n * 7919}\n`).join('');
const THEIRS = 'theirs\n';
const LONG = Array.from({ length: 90_000 }, (_, n) => `theirs ${n} of ${n * 7907}\n`).join('');
const READY = gzipSync(TEXT);
const START = gzipSync(BEFORE);

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-publish-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string): string => join(directory, name);
const unpacked = (): string => gunzipSync(readFileSync(path(PACKED))).toString();

/** A log, what was packed of it, and a packed file of this; gives the name of the ready one. */
function leave(packed: readonly Uint8Array[] | undefined, from: number | undefined): string {
  writeFileSync(path(LOG), TEXT);
  utimesSync(path(LOG), WRITTEN, WRITTEN);
  const ready = readyName(LOG, '.gz', from, statSync(path(LOG), { bigint: true }));
  writeFileSync(path(ready), READY);
  utimesSync(path(ready), WRITTEN, WRITTEN);
  if (packed !== undefined) writeFileSync(path(PACKED), Buffer.concat(packed));
  return ready;
}

describe('a packed file to which somebody else', () => {
  const CASES: readonly [string, readonly Uint8Array[] | undefined, string][] = [
    ['did nothing', [START], BEFORE + TEXT],
    ['did nothing: all of it is there', [START, READY], BEFORE + TEXT],
    ['did nothing: a part is there', [START, READY.subarray(0, 1234)], BEFORE + TEXT],
    [
      'did nothing: a part, and zeros of a power cut',
      [START, READY.subarray(0, 1234), new Uint8Array(4096)],
      BEFORE + TEXT,
    ],
    ['added little', [START, gzipSync(THEIRS)], BEFORE + THEIRS + TEXT],
    ['added more than is to be added', [START, gzipSync(LONG)], BEFORE + LONG + TEXT],
    ['added behind all of it', [START, READY, gzipSync(THEIRS)], BEFORE + TEXT + THEIRS],
    ['put another file', [gzipSync('')], TEXT],
    ['put an empty one', [], TEXT],
    ['did worse: it is gone', undefined, TEXT],
  ];
  test.each(CASES)('%s: no line is lost or doubled, nor one of theirs', (_name, packed, expected) => {
    const ready = leave(packed, START.length);
    expect(finish(directory, ready)).toBe(true);
    expect(unpacked() === expected).toBe(true);
    expect(readdirSync(directory)).toEqual([PACKED]);
  });

  test('added, where the log was written to as well: theirs stays, and the log', () => {
    for (const from of [START.length, undefined]) {
      const ready = leave(from === undefined ? undefined : [START], from);
      // As it is when it was killed before the log went.
      if (from === undefined) writeFileSync(path(PACKED), '');
      appendFileSync(path(PACKED), gzipSync(THEIRS));
      appendFileSync(path(LOG), 'late\n');
      expect(finish(directory, ready)).toBe(false);
      expect(unpacked()).toBe((from === undefined ? '' : BEFORE) + THEIRS);
      expect(readFileSync(path(LOG), 'utf8') === `${TEXT}late\n`).toBe(true);
      expect(readdirSync(directory)).toEqual([LOG, PACKED]);
    }
  });

  test.each([[''], [THEIRS]])('is a new one, the log was written to, and somebody else added %j', (theirs) => {
    const ready = leave(undefined, undefined);
    linkSync(path(ready), path(PACKED));
    if (theirs !== '') appendFileSync(path(PACKED), gzipSync(theirs));
    appendFileSync(path(LOG), 'late\n');
    expect(finish(directory, ready)).toBe(false);
    expect(readFileSync(path(LOG), 'utf8') === `${TEXT}late\n`).toBe(true);
    expect(readdirSync(directory)).toEqual(theirs === '' ? [LOG] : [LOG, PACKED]);
    if (theirs !== '') expect(unpacked() === TEXT + theirs).toBe(true);
  });

  test('added behind all of it, where the log was written to as well: lines are doubled rather than lost', () => {
    const ready = leave([START, READY, gzipSync(THEIRS)], START.length);
    appendFileSync(path(LOG), 'late\n');
    expect(finish(directory, ready)).toBe(false);
    expect(unpacked() === BEFORE + TEXT + THEIRS).toBe(true);
    expect(readFileSync(path(LOG), 'utf8') === `${TEXT}late\n`).toBe(true);
  });
});

describe('a writer that writes while the log goes', () => {
  const NAMES = [
    'lstatSync',
    'renameSync',
    'linkSync',
    'unlinkSync',
    'openSync',
    'fsyncSync',
    'ftruncateSync',
  ] as const;

  /** Finishes, with something done before the nth call of node:fs; gives the calls. */
  function finishWith(ready: string, nth: number, action: () => void): string[] {
    const calls: string[] = [];
    const before = Object.fromEntries(NAMES.map((name) => [name, fs[name]]));
    let isInside = false;
    const calling = (name: string, values: readonly unknown[]): unknown => {
      if (!isInside) {
        isInside = true;
        calls.push(`${name} ${values[0]}`);
        if (calls.length === nth) action();
        isInside = false;
      }
      return (before[name] as (...values: readonly unknown[]) => unknown)(...values);
    };
    for (const name of NAMES) Object.assign(fs, { [name]: (...values: unknown[]) => calling(name, values) });
    syncBuiltinESMExports();
    try {
      finish(directory, ready);
    } finally {
      Object.assign(fs, before);
      syncBuiltinESMExports();
    }
    return calls;
  }

  /** The hours that follow. */
  async function later(): Promise<void> {
    for (let hour = 0; hour < 3; hour++) {
      if (readdirSync(directory).includes(LOG)) utimesSync(path(LOG), WRITTEN, WRITTEN);
      const { files } = await findLogFiles(directory);
      const plan = planOldDays(files, { keepDays: undefined, compress: 'gzip' }, new Date(2026, 10, 23, 12));
      const done = [...carryOut(directory, plan, 'gzip', () => true)];
      expect(done.filter(({ kind }) => kind === 'failed')).toEqual([]);
    }
  }

  const sorted = (text: string): string => text.split('\n').sort().join('\n');
  const FROMS: readonly (number | undefined)[] = [undefined, START.length];
  const beginOf = (from: number | undefined): string => (from === undefined ? '' : BEFORE);
  function leaveFor(from: number | undefined): string {
    for (const name of readdirSync(directory)) rmSync(path(name));
    return leave(from === undefined ? undefined : [START], from);
  }

  test.each(FROMS)('by its name, before each call (%j): nothing is lost or doubled', async (from) => {
    const { length } = finishWith(leaveFor(from), 0, () => {});
    expect(length).toBeGreaterThan(8);
    for (let nth = 1; nth <= length; nth++) {
      const calls = finishWith(leaveFor(from), nth, () => appendFileSync(path(LOG), 'late\n'));
      await later();
      const call = calls[nth - 1];
      expect([call, sorted(unpacked()) === sorted(`${beginOf(from)}${TEXT}late\n`)]).toEqual([call, true]);
      expect(readdirSync(directory)).toEqual([PACKED]);
    }
  });

  test.each(FROMS)(
    'into the file that it has open, until that is looked at last, and by its name (%j)',
    async (from) => {
      const all = finishWith(leaveFor(from), 0, () => {});
      const last = all.findIndex((call) => call.startsWith('unlinkSync') && !call.endsWith('.ready'));
      expect(last).toBeGreaterThan(5);
      for (let nth = 1; nth <= last; nth++) {
        const ready = leaveFor(from);
        const descriptor = openSync(path(LOG), 'a');
        const calls = finishWith(ready, nth, () => {
          writeSync(descriptor, 'late\n');
          appendFileSync(path(LOG), 'new\n');
        });
        closeSync(descriptor);
        await later();
        const call = calls[nth - 1];
        expect([call, sorted(unpacked()) === sorted(`${beginOf(from)}${TEXT}late\nnew\n`)]).toEqual([call, true]);
        expect(readdirSync(directory)).toEqual([PACKED]);
      }
    },
  );
});
