import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { makeDirectory } from '../support/live/workspace.ts';
import { run, whyNoAnswers } from '../support/query.ts';

// What a process has loaded when it ends: its modules and native parts, and the files that the process has mapped.

const missing = whyNoAnswers();

const HOOK = `process.on('exit', () => {
  const { sharedObjects } = process.report.getReport();
  const mapped = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
  require('node:fs').writeFileSync(process.env.LOADED, [...Object.keys(require.cache), ...sharedObjects, mapped].join('\\n'));
});`;

function loadedBy(words: readonly string[]): string {
  const place = makeDirectory();
  const hook = join(place, 'hook.cjs');
  writeFileSync(hook, HOOK);
  const loaded = join(place, 'loaded');
  const { status, stderr } = run(words, { NODE_OPTIONS: `--require=${hook}`, LOADED: loaded });
  expect(status, stderr).toBe(0);
  return readFileSync(loaded, 'utf8');
}

describe.skipIf(missing !== undefined)('DuckDB', () => {
  test('is loaded by questions, and by nothing that captures', () => {
    const directory = join(makeDirectory(), 'log');
    const capture = fileIn(makeDirectory(), 'capture', captureOf([{ at: '2026-03-04T05:06:07.089Z' }]));
    const captures = loadedBy(['-config', '/dev/null', '-r', capture, '-d', directory, '-user', 'root']);
    expect(captures).toContain('dist/bundle/cli/main.js');
    expect(captures).not.toMatch(/duckdb/i);
    expect(captures).not.toContain('dist/bundle/cli/ask.js');
    expect(loadedBy(['query', '-d', directory, 'SELECT 1'])).toMatch(/duckdb\.node/);
  });

  test('without it one line says how to get it', () => {
    const place = makeDirectory();
    const blind = join(place, 'blind.cjs');
    writeFileSync(
      blind,
      `const { _resolveFilename } = require('node:module');
require('node:module')._resolveFilename = (name, ...more) => {
  if (name.startsWith('@duckdb/')) throw Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
  return _resolveFilename(name, ...more);
};`,
    );
    mkdirSync(join(place, 'log'));
    writeFileSync(join(place, 'log/http-20261123.log'), '');
    const asked = run(['top', '-d', join(place, 'log')], { NODE_OPTIONS: `--require=${blind}` });
    expect(asked).toEqual({
      status: 1,
      stdout: '',
      stderr: 'httplog: DuckDB is not installed, which answers questions: npm install -g @duckdb/node-api\n',
    });
  });
});
