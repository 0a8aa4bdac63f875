import { describe, expect, test } from 'vitest';
import { checkGiven } from './check.ts';
import type { Given, Origin } from './given.ts';
import { readPacking } from './old-days-options.ts';
import type { SettingName } from './option.ts';
import { OPTIONS } from './options.ts';

const give = (origin: Origin, name: SettingName, text: string): Given => ({
  name,
  text,
  origin,
  place: `${origin} ${name}`,
});

describe('-keep', () => {
  test.each(['1', '30', '36500', '007'])('%s', (text) => {
    expect(checkGiven([give('flag', 'keepDays', text)])).toMatchObject({
      options: { keepDays: Number(text) },
      mistakes: [],
    });
  });

  test.each(['0', '-1', '36501', '', '1.5', '7d', 'all', '1e3'])('not %j', (text) => {
    expect(checkGiven([give('file', 'keepDays', text)]).mistakes).toEqual([
      expect.stringMatching(/^file keepDays: ".*" is .*; allowed: a whole number from 1 to 36500$/),
    ]);
  });

  test('neither is given: all is kept as it is', () => {
    expect(checkGiven([]).options).toMatchObject({ keepDays: undefined, compress: undefined });
  });
});

describe('-compress', () => {
  test('gzip everywhere, zstd where Node.js has it', () => {
    expect(readPacking('gzip', false)).toEqual({ value: 'gzip' });
    expect(readPacking('zstd', true)).toEqual({ value: 'zstd' });
    expect(readPacking('zstd', false)).toEqual({
      reason: `needs Node.js 22.15 or later, of 23 at least 23.8 (this is ${process.version})`,
    });
    expect(readPacking('bzip2', true)).toEqual({ reason: 'is none of them' });
  });

  test('what this Node.js can', () => {
    const { mistakes } = checkGiven([give('environment', 'compress', 'zstd')]);
    if ('zstd' in process.versions) expect(mistakes).toEqual([]);
    else {
      const line = `environment compress: "zstd" needs Node.js 22.15 or later, of 23 at least 23.8 (this is ${process.version})`;
      expect(mistakes).toEqual([`${line}; allowed: ${OPTIONS.compress.allowed}`]);
    }
  });
});

describe.each<[SettingName, string, string]>([
  ['keepDays', '3', '-keep'],
  ['compress', 'gzip', '-compress'],
])('%s', (name, text, flag) => {
  test('with -d - a mistake of the command line', () => {
    const out = give('flag', 'directory', '-');
    expect(checkGiven([give('flag', name, text), out]).mistakes).toEqual([
      `flag ${flag}: not together with -d -, which writes no files; leave it out, or name a directory with -d`,
    ]);
    expect(checkGiven([give('environment', name, text), out])).toMatchObject({ mistakes: [], notices: [] });
  });

  test('with -r a line, as nothing is done then; none where it is not of the command line', () => {
    const file = give('flag', 'file', 'x.pcap');
    const checked = checkGiven([give('flag', name, text), file]);
    expect(checked).toMatchObject({ mistakes: [], notices: [`flag ${flag}: does nothing with -r`] });
    expect(checkGiven([give('file', name, text), file])).toMatchObject({ mistakes: [], notices: [] });
  });
});
