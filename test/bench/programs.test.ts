// What the benchmark believes: outputs that are right, made by hand and by the programs themselves, and such that are not.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Capture, PLANS } from '../../bench/captures.ts';
import { spooled } from '../../bench/delivery.ts';
import type { Expected } from '../../bench/expected.ts';
import { fileRun } from '../../bench/file-cases.ts';
import { foundByHttplog } from '../../bench/httplog-output.ts';
import { httplogFile, tcpflowStreamsFile, tsharkPairsFile } from '../../bench/programs.ts';
import { ROOT } from '../../bench/root.ts';
import { has } from '../../bench/tools.ts';
import { makeTraffic } from '../../bench/traffic.ts';

const parent = mkdtempSync(join(tmpdir(), 'httplog-programs-'));
afterAll(() => rmSync(parent, { recursive: true }));

const EXPECTED: Expected = { packets: 20, messages: 6, requests: 3, untagged: 6, connections: 2 };
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(parent, 'run-'));
});

/** Puts files into the working directory. */
function leave(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

describe('httplog', () => {
  const totals = (more = '', drops = 0): string =>
    `httplog: packets 20, bytes 9, CQ 3, CR 3, SQ 0, SR 0, copies 0, kernel drops ${drops}, lines lost 0${more}\n`;
  const paired = (answerless = 0, gaps = 0): string =>
    `, transactions 3, without answer ${answerless}, without request 0, retransmissions 0, gaps ${gaps}`;
  const left = (lines: number, stderr: string, line = 'a line\n'): void =>
    leave({ 'log/http-20240501.log': line.repeat(lines), stderr });

  test('a line a message', () => {
    left(6, totals());
    expect(foundByHttplog(directory, EXPECTED)).toEqual({ lines: 6, drops: 0 });
    expect(foundByHttplog(directory, { ...EXPECTED, messages: 8 }).wrong).toContain('6 lines of 8');
    expect(foundByHttplog(directory, EXPECTED, ['-pair']).wrong).toContain('6 lines of 3');
  });

  test('with -pair a line a transaction, and each whole', () => {
    left(3, totals(paired()));
    expect(foundByHttplog(directory, EXPECTED, ['-pair'])).toEqual({ lines: 3, drops: 0 });
    expect(foundByHttplog(directory, EXPECTED).wrong).toContain('3 lines of 6');
  });

  test('each record is in the spool, where it belongs there, and nowhere else', () => {
    expect(spooled(directory, 0)).toEqual({});
    leave({
      'spool/1-a-2.json': '{"timestamp":1}\n'.repeat(2),
      'spool/2-b-1.json': '{"timestamp":1}\n',
      'spool/lock': '',
    });
    expect(spooled(directory, 3)).toEqual({});
    expect(spooled(directory, 4)).toEqual({ wrong: '3 records of 4 in the spool' });
    expect(spooled(directory, 0)).toEqual({ wrong: '3 records of 0 in the spool' });
  });

  test('an answer that is missing is wrong, and drops that may be why are told', () => {
    left(3, totals(paired(1, 2), 7));
    expect(foundByHttplog(directory, EXPECTED, ['-pair', '-assemble'])).toEqual({
      lines: 3,
      drops: 7,
      wrong: 'without answer 1, gaps 2, kernel drops 7',
    });
  });

  test('of JSON only objects count', () => {
    left(6, totals(), '{"timestamp":"x"}\n');
    expect(foundByHttplog(directory, EXPECTED, ['-format', 'json'])).toEqual({ lines: 6, drops: 0 });
    left(6, totals());
    expect(foundByHttplog(directory, EXPECTED, ['-format', 'json']).wrong).toContain('0 lines of 6');
  });
});

test('tcpflow: streams that carry bytes, as its report has them', () => {
  const stream = (bytes: number): string =>
    `    <fileobject>\n      <filesize>${bytes}</filesize>\n    </fileobject>\n`;
  leave({ 'flows/report.xml': [1, 20, 0, 300, 4000].map(stream).join('') });
  expect(tcpflowStreamsFile.find(directory, EXPECTED)).toEqual({});
  expect(tcpflowStreamsFile.find(directory, { ...EXPECTED, connections: 3 })).toEqual({ wrong: '4 streams of 6' });
});

test('tshark: a line a message, and a time in each answer’s', () => {
  leave({ stdout: '\tGET\t2\t\n0.1\t200\t\t1\n'.repeat(3) });
  expect(tsharkPairsFile.find(directory, EXPECTED)).toEqual({ lines: 6 });
  leave({ stdout: `${'\tGET\t2\t\n0.1\t200\t\t1\n'.repeat(2)}\tGET\t\t\n\t200\t\t\n` });
  expect(tsharkPairsFile.find(directory, EXPECTED)).toEqual({ lines: 6, wrong: '2 answers of 3' });
});

const PROGRAMS = [
  ...[['-pair'], ['-assemble', '-pair'], ['-format', 'json'], ['-pair', '-format', 'json']].map((flags) =>
    httplogFile(ROOT, ['httplog', ...flags].join(' '), flags),
  ),
  tcpflowStreamsFile,
  tsharkPairsFile,
];
const missing = ['/usr/bin/time', ...PROGRAMS.map(({ tool }) => tool)].filter((tool) => !has(tool));
if (missing.length > 0) console.warn(`skipped: programs of the benchmark: not installed: ${missing.join(', ')}`);

describe.skipIf(!has('/usr/bin/time'))('programs find what the maker of the capture knows', () => {
  const plan = { ...PLANS.mix, packets: 3000, flows: 20 };
  const path = join(parent, 'mix.pcap');
  const made = makeTraffic(path, plan);
  const capture: Capture = { ...made, path, plan, messages: made.requests + made.responses };
  const more: Capture = {
    ...capture,
    messages: capture.messages + 2,
    requests: capture.requests + 1,
    connections: capture.connections + 1,
  };

  for (const program of PROGRAMS) {
    test.skipIf(!has(program.tool))(program.name, async () => {
      expect((await fileRun(program, capture)).wrong).toBeUndefined();
      expect((await fileRun(program, more)).wrong).toBeDefined();
    });
  }
});
