import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoTool } from '../../test/support/live/network.ts';
import { makeDirectory } from '../../test/support/live/workspace.ts';
import { OPTIONS } from '../config/options.ts';
import { escaped, manPage } from './man-page.ts';

const page = manPage('2.0.0', '2026-11-27');

test('no text is taken for a command', () => {
  expect(escaped(".so x\n'a \\x1b -p")).toBe('\\&.so x\n\\(aqa \\ex1b \\-p');
});

test('has its sections in the usual order', () => {
  expect([...page.matchAll(/^\.SH "(.*)"$/gm)].map(([, name]) => name)).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'QUESTIONS TO THE LOG',
    'ENVIRONMENT',
    'FILES',
    'SIGNALS',
    'EXIT STATUS',
    'EXAMPLES',
    'SEE ALSO',
  ]);
});

describe.skipIf(whyNoTool('man') !== undefined)('man', () => {
  test('shows it without a warning, with every flag, variable and help of the table', () => {
    const file = join(makeDirectory(), 'httplog.8');
    writeFileSync(file, page);
    const env = { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8', MANROFFOPT: '', MAN_KEEP_FORMATTING: '' };
    const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', file], { encoding: 'utf8', env });
    expect([status, stderr]).toEqual([0, '']);
    // Justified lines have more blanks, and words may be parted at their hyphens.
    const shown = stdout.replace(/‐\n\s+/g, '').replace(/\s+/g, ' ');
    for (const { flag, argument, variable, help } of Object.values(OPTIONS)) {
      expect(shown).toContain(` -${flag}${argument === undefined ? '' : ` ${argument}`} `);
      if (variable !== undefined) expect(shown).toContain(`Variable: ${variable}.`);
      expect(shown.replaceAll(' ', '')).toContain(help.replaceAll(' ', ''));
    }
  });
});
