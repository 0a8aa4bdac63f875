import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { addressOf } from '../support/addresses.ts';
import { asLatin1 } from '../support/bytes.ts';
import { addressText } from '../support/second-reading/address-text.ts';
import { readFile } from '../support/second-reading.ts';
import { GOLDEN, type Golden } from './captures.ts';

const PROGRAM: string = fileURLToPath(new URL('../../bin/httplog.js', import.meta.url));
const COMPILED: string = fileURLToPath(new URL('../../dist/bundle/cli/main.js', import.meta.url));

/** The text that must come out; of several files, each behind a line `== NAME`. */
function expected(golden: Golden): string {
  return readFileSync(new URL(`${golden.name}.expected`, import.meta.url), 'utf8');
}

function inFiles(files: ReadonlyMap<string, string>): string {
  const names = [...files.keys()].sort();
  return names.map((name) => `== ${name}\n${files.get(name)}`).join('');
}

/** What the second reading makes of it. */
function secondReading(golden: Golden): string {
  process.env.TZ = golden.timeZone;
  const files = new Map<string, string>();
  let all = '';
  for (const { day, type, bytes } of readFile(golden.file, golden.settings).lines) {
    const text = Buffer.from(bytes).toString('utf8');
    const name = golden.directory === 'split' ? `http-${type}-${day}.log` : `http-${day}.log`;
    files.set(name, (files.get(name) ?? '') + text);
    all += text;
  }
  return golden.directory ? inFiles(files) : all;
}

function flags({ settings, directory }: Golden, folder: string): string[] {
  const ranges = settings.ports === 'any' ? [] : settings.ports.map(({ first, last }) => `${first}-${last}`);
  const local = settings.local.map((one) => `${addressText(addressOf(one.family, one.address))}/${one.prefix}`);
  return [
    ...['-p', ranges.join(',') || 'any'],
    ...(local.length > 0 ? ['-local', local.join(',')] : []),
    ...(settings.addVlan ? ['-add_vlan'] : []),
    ...(settings.snaplen === undefined ? [] : ['-s', String(settings.snaplen)]),
    ...(settings.limit === undefined ? [] : ['-c', String(settings.limit)]),
    ...(directory === 'split' ? ['-log_split'] : []),
    ...['-d', directory ? join(folder, 'log') : '-'],
  ];
}

describe('golden captures, the second reading', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test.each(GOLDEN.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    expect(secondReading(golden)).toBe(expected(golden));
  });
});

const missing = existsSync(COMPILED) ? '' : ' (skipped: the program is not built: npm run build)';

describe.skipIf(missing)(`golden captures, the program${missing}`, () => {
  test.each(GOLDEN.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const folder = mkdtempSync(join(tmpdir(), 'httplog-golden-'));
    try {
      const file = join(folder, 'capture');
      const configuration = join(folder, 'empty.conf');
      writeFileSync(file, golden.file);
      writeFileSync(configuration, '');
      const run = spawnSync(
        process.execPath,
        [PROGRAM, '-config', configuration, '-r', file, ...flags(golden, folder)],
        {
          cwd: folder,
          env: { PATH: process.env.PATH, TZ: golden.timeZone },
          timeout: 30_000,
        },
      );
      const said = asLatin1(run.stderr);
      expect(run.status, said).toBe(0);
      const written = golden.directory ? inFiles(readLogs(join(folder, 'log'))) : run.stdout.toString('utf8');
      expect(written, said).toBe(expected(golden));
      expect(said).toContain('lines lost 0');
      if (golden.warning) expect(said).toMatch(/cut|broken|breaks off|truncated|ends in the middle/i);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function readLogs(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
