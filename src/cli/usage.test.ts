import { expect, test } from 'vitest';
import { GROUPS } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';
import { usage } from './usage.ts';

const lines = usage().split('\n');

test('fits 100 columns, ends in one line end, and has no blanks at line ends', () => {
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).not.toMatch(/\s$/);
  }
  expect(usage()).toMatch(/[^\n]\n$/);
});

test('says first what the program is, then two examples', () => {
  expect(lines[0]).toMatch(/^httplog writes one line/);
  expect(lines.slice(0, 6).filter((line) => line.startsWith('  httplog -'))).toHaveLength(2);
});

test('has every flag once, under its heading, its explanation in one column', () => {
  for (const option of Object.values(OPTIONS)) {
    const name = `-${option.flag}${option.argument === undefined ? '' : ` ${option.argument}`}`;
    const found = lines.filter((line) => `${line} `.startsWith(`  ${name} `));
    expect(found).toHaveLength(1);
    // Behind a long name the explanation has the next line.
    const explained = found[0] === `  ${name}` ? lines[lines.indexOf(found[0]) + 1] : found[0];
    expect(explained?.search(/(?<= {2})\S(?!.* {2})/)).toBe(23);
    const headings = lines.slice(0, lines.indexOf(found[0] ?? '')).filter((line) => GROUPS.includes(line.slice(0, -1)));
    expect(headings.at(-1)).toBe(`${option.group}:`);
  }
});

test('names every variable and every default', () => {
  const text = usage().replace(/\s+/g, ' ');
  for (const { variable, default: standard, defaultShown } of Object.values(OPTIONS)) {
    if (variable !== undefined) expect(text).toContain(`[${variable}`);
    const shown = defaultShown ?? standard;
    if (shown !== undefined) expect(text).toContain(`default: ${shown}]`);
  }
});
