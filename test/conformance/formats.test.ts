import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunSettings, runFile } from '../support/packet-code.ts';
import { captureFile, captures, MISSING } from './corpora.ts';

/** Programs that read the formats, over lines from all published captures, hostile ones too. */

const lacks = (program: string): string =>
  spawnSync(program, ['--version']).error === undefined ? '' : ` (skipped: no ${program})`;
const JQ = MISSING || lacks('jq');
const GOACCESS = MISSING || lacks('goaccess');

/** GoAccess reads a longer line as two. */
const LONGEST = 4096;

/** The lines of every capture. */
function lines(settings: Partial<RunSettings>): { text: Buffer; count: number } {
  const areas = captures().flatMap(({ path }) => {
    const file = readFileSync(captureFile(path));
    const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
    return runFile(bytes, { ports: 'any', local: [], addVlan: true, split: false, ...settings }, 32).areas;
  });
  return {
    text: Buffer.concat(areas.map(({ bytes }) => bytes)),
    count: areas.reduce((sum, one) => sum + one.lines, 0),
  };
}

describe.skipIf(JQ)(`jq reads json${JQ}`, () => {
  test.each([
    ['messages', {}],
    ['transactions', { pair: true }],
    ['assembled', { pair: true, assemble: true }],
  ])('%s', (_, mode) => {
    const { text, count } = lines({ format: 'json', headers: ['Referer', 'Accept', 'Server'], ...mode });
    expect(count).toBeGreaterThan(500);
    const seen = execFileSync('jq', ['-r', '.timestamp'], { input: text, maxBuffer: 2 ** 28 }).toString();
    expect(seen.trimEnd().split('\n')).toHaveLength(count);
    expect(seen).not.toContain('null');
  });
});

describe.skipIf(GOACCESS)(`GoAccess reads the lines of nginx and Apache${GOACCESS}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'httplog-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['combined', 'common', 'vcombined'] as const)('%s', (format) => {
    const all = lines({ format, pair: true }).text.toString('latin1').trimEnd().split('\n');
    const short = all.filter((line) => line.length < LONGEST);
    expect(all.length - short.length).toBeLessThan(3);
    writeFileSync(join(folder, 'log'), short.map((line) => `${line}\n`).join(''), 'latin1');
    const wanted = [
      `--log-format=${format.toUpperCase()}`,
      '--no-global-config',
      '--no-progress',
      '-o',
      join(folder, 'out.json'),
    ];
    execFileSync('goaccess', [join(folder, 'log'), `--invalid-requests=${join(folder, 'invalid')}`, ...wanted], {
      stdio: 'ignore',
    });
    const { general } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
    expect(general).toMatchObject({ total_requests: short.length, valid_requests: short.length, failed_requests: 0 });
    expect(readFileSync(join(folder, 'invalid'), 'utf8')).toBe('');
  });
});
