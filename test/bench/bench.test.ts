// The benchmark's arithmetic and words, without running it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments } from '../../bench/arguments.ts';
import { FIGURES, judge } from '../../bench/figures.ts';
import { fileCases } from '../../bench/file-cases.ts';
import { linesIn } from '../../bench/lines.ts';
import { liveCases } from '../../bench/live-cases.ts';
import { plot } from '../../bench/plot.ts';
import { seeded } from '../../bench/random.ts';
import { page, replaceSection, sectionOf } from '../../bench/report.ts';
import type { CaseResult, Results } from '../../bench/results.ts';
import { ROOT } from '../../bench/root.ts';
import { comparison, inTurn } from '../../bench/rounds.ts';
import { ratioOf, spreadOf } from '../../bench/spread.ts';
import { transactionCases } from '../../bench/transaction-cases.ts';

test('medians', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, minimum: 1, maximum: 3, rounds: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, minimum: 1, maximum: 4, rounds: 4 });
  expect(() => spreadOf([])).toThrow(RangeError);
});

test('ratios are formed of the same round', () => {
  const ours = new Map([
    [0, 1],
    [1, 4],
    [2, 9],
  ]);
  const theirs = new Map([
    [0, 2],
    [2, 3],
    [3, 1],
  ]);
  expect(ratioOf(ours, theirs)).toEqual({ median: 1.75, minimum: 0.5, maximum: 3, rounds: 2 });
  expect(ratioOf(ours, new Map([[0, 0]]))).toBeUndefined();
});

test('the order is reversed each round, and a wrong run has no time', async () => {
  const order: string[] = [];
  const turn = (name: string, wrong?: string, rounds = 3) => ({
    name,
    rounds,
    run: async () => {
      order.push(name);
      return {
        wall: 1,
        cpu: name === 'a' ? 1 : 2,
        peak: 5,
        drops: name === 'c' ? 7 : 0,
        ...(wrong === undefined ? {} : { wrong }),
      };
    },
  });
  const runs = await inTurn([turn('a'), turn('b'), turn('c', '3 lines of 4', 1)], 3);
  expect(order.join('')).toBe('abcbaab');
  expect(runs.map(({ samples }) => samples.size)).toEqual([3, 3, 0]);
  expect(runs.map(({ drops }) => drops)).toEqual([0, 0, 7]);
  const result = comparison({ name: 'x', title: 'X', note: '' }, runs, ['cpu'], false);
  expect(result.values).toEqual({ 'x/cpu/b': 0.5 });
  expect(result.wrong).toEqual(['c, round 1: 3 lines of 4']);
  expect(result.table.rows.map((row) => row.at(-1))).toEqual(['3', '3', '1 wrong']);
});

test('a run that fails is wrong', async () => {
  const run = (): Promise<never> => Promise.reject(new Error('it did not end'));
  expect((await inTurn([{ name: 'a', run }], 1))[0]?.wrong).toEqual(['a, round 1: it did not end']);
});

test('lines are counted by their beginning, also of lines longer than what is read at once', () => {
  const directory = mkdtempSync(join(tmpdir(), 'httplog-lines-'));
  const path = join(directory, 'lines');
  writeFileSync(path, `T one\n# no\n\n${'x'.repeat(3_000_000)}T \nT two\nT torn`);
  expect([linesIn(path), linesIn(path, 'T '), linesIn(path, '', '#')]).toEqual([5, 2, 4]);
  rmSync(directory, { recursive: true });
});

test('figures are judged from both sides, and not without a value', () => {
  const figure = { what: 'w', value: 'a/b', unit: '' } as const;
  expect(judge({ ...figure, atMost: 0.5 }, { 'a/b': 0.5 })).toEqual({
    what: 'w',
    toReach: '≤ 0.500',
    measured: '0.500',
    holds: true,
  });
  expect(judge({ ...figure, atMost: 1 / 140 }, { 'a/b': 1 / 100 }).holds).toBe(false);
  expect(judge({ ...figure, atMost: 1 / 20 }, { 'a/b': 0.0505 })).toMatchObject({
    toReach: '≤ 1/20',
    measured: '1/19.8',
    holds: false,
  });
  expect(judge({ ...figure, atLeast: 3, unit: 'ms' }, { 'a/b': 2 }).holds).toBe(false);
  expect(judge({ ...figure, atMost: 1 }, {})).toMatchObject({ measured: 'not measured', holds: undefined });
  expect(judge({ ...figure, atMost: 1 }, { 'a/b': Number.NaN }).holds).toBeUndefined();
  expect(new Set(FIGURES.map(({ value }) => value)).size).toBe(FIGURES.length);
});

test('the docs have every figure and every case', () => {
  const docs = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
  const rows = FIGURES.map((figure) => judge(figure, {})).map(({ what, toReach }) => `| ${what} | ${toReach} |`);
  const sections = [...fileCases, ...transactionCases, ...liveCases].map(({ title }) => `\n## ${title}\n`);
  expect([...rows, ...sections].filter((text) => !docs.includes(text))).toEqual([]);
});

test('the command line', () => {
  const names = ['file-mix', 'idle'];
  expect(readArguments(['-short', '--only=idle,file-mix', '-rounds', '2'], names)).toEqual({
    isShort: true,
    isLongSoak: false,
    only: ['idle', 'file-mix'],
    rounds: 2,
  });
  expect(() => readArguments(['-only', 'nothing'], names)).toThrow('no case nothing; there are file-mix, idle');
  expect(() => readArguments(['-rounds', '0'], names)).toThrow('-rounds 0: 1 to 100');
  expect(() => readArguments(['-fast'], names)).toThrow('unknown flag -fast');
});

test('the generator refuses a seed that gives nothing', () => {
  expect(() => seeded(0)).toThrow(RangeError);
  const [first, second] = [seeded(7), seeded(7)];
  expect(Array.from({ length: 5 }, () => first.below(100))).toEqual(Array.from({ length: 5 }, () => second.below(100)));
});

test('the page and the plot tell the ratios', () => {
  const spread = { median: 0.125, minimum: 0.1, maximum: 0.2, rounds: 5 };
  const results: Results = {
    machine: { cpu: 'C', cores: 2, memory: 2 ** 32, kernel: '6.1', system: 'S', node: 'v24', date: '2026-01-01' },
    peers: ['httpry 0.1.8'],
    isWhole: true,
    seconds: 600,
    cases: [
      {
        name: 'file-mix',
        title: 'File: mix',
        note: 'n',
        table: { head: ['program', 'wall s'], rows: [['a|b', '1']] },
        ratios: [{ ours: 'httplog', theirs: 'httpry', of: 'wall', spread }],
        values: { 'file-mix/wall/httpry': 0.125 },
        wrong: [],
      },
    ],
  };
  const text = page(results, '## Soak\n\nof old');
  expect(text).toContain('| file, mix: wall time to httpry’s | ≤ 0.250 | 0.125 | yes |');
  expect(text).toContain('| a\\|b | 1 |');
  expect(text).toContain('C, 2 cores, 4 GB; S, Linux 6.1; Node.js v24; 2026-01-01. httpry 0.1.8.');
  expect(sectionOf(text, 'Soak')).toBe('## Soak\n\nof old');
  const [first] = results.cases;
  const soak = { ...(first as CaseResult), title: 'Soak', ratios: [] };
  for (const before of [text, page(results, '')]) {
    const after = replaceSection(before, soak, results.machine);
    expect(after).not.toContain('of old');
    expect(sectionOf(after, 'Soak')).toMatch(/^## Soak\n\nn C, 2 cores.*2026-01-01\.\n\n\| program \| wall s \|\n/);
    expect(after.match(/^## .*/gm)).toEqual(['## Figures to reach', '## File: mix', '## Soak', '## How to read it']);
  }
  const image = plot(results.cases);
  expect(image).toContain('file-mix, wall time, to httpry');
  expect(image).toContain('>0.13</text>');
  expect(image).toContain('prefers-color-scheme: dark');
});
