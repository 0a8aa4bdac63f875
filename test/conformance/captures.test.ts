import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STOP_BROKEN, STOP_DONE, STOP_MORE, STOP_NO_CAPTURE } from '../../layout/stops.ts';
import { asLatin1, latin1 } from '../support/bytes.ts';
import { type RunResult, runFile } from '../support/packet-code.ts';
import { type Capture, captureBytes, captureFile, captures, MISSING } from './corpora.ts';
import { linesIn, SETTINGS } from './ours.ts';

const PROGRAM: string = fileURLToPath(new URL('../../bin/httplog.js', import.meta.url));
const COMPILED: string = fileURLToPath(new URL('../../dist/bundle/cli/main.js', import.meta.url));

/** How a walk ends that no limit has stopped: it asks for more where there is nothing more, or can't go on. */
const ENDS: readonly number[] = [STOP_DONE, STOP_MORE, STOP_BROKEN, STOP_NO_CAPTURE];
const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [0-9a-f.:]+#\d+ [0-9a-f.:]+#\d+ (CQ [A-Z]|CR HTTP\/\d)/;

/** What has to be true of any file, however broken. */
function check({ counters, stop }: RunResult, lines: readonly string[], path: string): void {
  const count = (...names: string[]): number => names.reduce((sum, name) => sum + Number(counters.get(name)), 0);
  expect(ENDS, path).toContain(stop);
  expect(count('traps', 'lines_no_area'), path).toBe(0);
  expect(count('messages_cq', 'messages_cr'), path).toBe(lines.length);
  for (const line of lines) {
    expect(line, path).toMatch(LINE);
    expect(isUtf8(latin1(line)) && ![...line].some((one) => one < ' ' || one === '\x7f'), path).toBe(true);
  }
}

describe.skipIf(MISSING)(`published captures${MISSING}`, () => {
  test('each is read to its end', () => {
    for (const { path, packets } of captures()) {
      const result = runFile(captureBytes(path), SETTINGS);
      check(result, linesIn(result), path);
      expect(Number(result.counters.get('packets')), path).toBe(packets);
    }
  });

  test('each, cut off anywhere, gives its lines up to there', () => {
    for (const { path } of captures()) {
      const file = captureBytes(path);
      const whole = linesIn(runFile(file, SETTINGS));
      for (const part of [1 / 3, 1 / 2, 9 / 10]) {
        const result = runFile(file.subarray(0, Math.floor(file.length * part)), SETTINGS);
        const lines = linesIn(result);
        check(result, lines, path);
        expect(lines, path).toEqual(whole.slice(0, lines.length));
      }
    }
  });
});

const unbuilt = existsSync(COMPILED) ? '' : ' (skipped: the program is not built: npm run build)';

/** One capture of each link type and of each kind of file. */
function samples(): string[] {
  const kindOf = ({ path, linkType }: Capture): string => `${linkType} ${path.replace(/.*\./, '')}`;
  const kinds = new Map(captures().map((capture) => [kindOf(capture), capture.path]));
  return [...kinds.values()];
}

describe.skipIf(MISSING || unbuilt)(`published captures, the program${MISSING || unbuilt}`, () => {
  test.each(samples())('%s', (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'httplog-conformance-'));
    try {
      const configuration = join(folder, 'empty.conf');
      writeFileSync(configuration, '');
      const flags = ['-config', configuration, '-r', captureFile(path), '-p', 'any', '-d', '-'];
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...flags], {
        cwd: folder,
        env: { PATH: process.env.PATH, TZ: process.env.TZ },
        timeout: 30_000,
      });
      expect(status, asLatin1(stderr)).toBe(0);
      expect(asLatin1(stdout).split('\n').slice(0, -1)).toEqual(linesIn(runFile(captureBytes(path), SETTINGS)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
