import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { captureOf, fileIn, requestLine } from '../support/live/capture-files.ts';
import { endOf, httplog, said, startProcess, stop, totalsOf, whyNoProgram } from '../support/live/program.ts';
import { until } from '../support/live/wait.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';

// The spool of the program as a process.

const AT = '2026-03-04T05:06:07.089Z';
const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: the spool: ${missing}`);

const records = (spool: string): unknown[] =>
  closedFiles(spool).flatMap(({ name }) =>
    linesOf(readFileSync(join(spool, name), 'utf8')).map((line) => JSON.parse(line)),
  );

test.skipIf(missing !== undefined).each(['text', 'json', 'common'])(
  'with -format %s the log is what it is without, and the records say the host',
  async (format) => {
    const directory = makeDirectory();
    const file = fileIn(directory, 'capture', captureOf([{ at: AT }, { at: AT, back: true }, { at: AT, port: 50001 }]));
    const spool = join(directory, 'spool');
    const flags = ['-r', file, '-d', '-', '-format', format, ...(format === 'json' ? ['-host', 'web1'] : [])];
    const plain = startProcess(httplog(flags));
    await endOf(plain);
    const running = startProcess(httplog([...flags, '-host', 'web1', '-spool', spool]));
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(running.stdout()).toBe(plain.stdout());
    if (format === 'text') expect(linesOf(running.stdout())[0]).toBe(requestLine('2026-03-04 05:06:07.089'));
    expect(records(spool)).toHaveLength(linesOf(plain.stdout()).length);
    for (const record of records(spool)) expect(record).toMatchObject({ 'host.name': 'web1' });
    expect(totalsOf(running)).toMatchObject({ 'lines lost': 0, 'records lost': 0, 'records dropped': 0 });
  },
);

test.skipIf(missing !== undefined)('two runs do not share one', async () => {
  const directory = makeDirectory();
  const flags = ['-d', '-', '-r', '-', '-spool', join(directory, 'spool')];
  const first = startProcess(httplog(flags));
  first.child.stdin.write(captureOf([{ at: AT }]));
  await until('the first line', () => first.stdout() !== '');
  const second = startProcess(httplog(flags));
  expect(await endOf(second)).toEqual({ status: 1, signal: null });
  expect(said(second, 'is in use: name another with -spool')).toHaveLength(1);
  expect(await stop(first)).toEqual({ status: 0, signal: null });
});

test.skipIf(missing !== undefined)('-check says where records go, and what is wrong there', async () => {
  const directory = makeDirectory();
  const flags = ['-check', '-r', fileIn(directory, 'x', captureOf([])), '-d', '-'];
  const fits = startProcess(httplog([...flags, '-spool', join(directory, 'spool')]));
  expect(await endOf(fits)).toEqual({ status: 0, signal: null });
  expect(fits.stdout()).toContain(`spools records in ${directory}/spool, at most 1024 MB\n`);
  const wrong = startProcess(httplog([...flags, '-spool', join(directory, 'x')]));
  expect(await endOf(wrong)).toEqual({ status: 1, signal: null });
  expect(said(wrong, `spool directory ${directory}/x: `)).toHaveLength(1);
});
