import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { FLAGS, OPTIONS, SETTING_NAMES } from './options.ts';

const pairs = (...argv: string[]) => {
  const { given, mistakes } = readCommandLine(argv);
  expect(mistakes).toEqual([]);
  return given.map(({ name, text }) => [name, text]);
};

describe('Go style', () => {
  test.each([
    [['-p', '80'], [['ports', '80']]],
    [['--p', '80'], [['ports', '80']]],
    [['-p=80'], [['ports', '80']]],
    [['--p=80'], [['ports', '80']]],
    [['-p='], [['ports', '']]],
    [['-p', ''], [['ports', '']]],
    [['-f=a=b'], [['filter', 'a=b']]],
    [['-c', '-1'], [['limit', '-1']]],
    [['-d', '-'], [['directory', '-']]],
    [['-d', '--'], [['directory', '--']]],
    [['-d', '-h'], [['directory', '-h']]],
    [
      ['-r', '-', '-d', '-'],
      [
        ['file', '-'],
        ['directory', '-'],
      ],
    ],
    [['-log_split'], [['split', 'true']]],
    [['--log_split'], [['split', 'true']]],
    [['-log_split=false'], [['split', 'false']]],
    [['-log_split='], [['split', '']]],
    [
      ['-log_split', '-cpu', '2', '-i=eth0'],
      [
        ['split', 'true'],
        ['threads', '2'],
        ['interfaces', 'eth0'],
      ],
    ],
    [
      ['-p', '1', '-p', '2'],
      [
        ['ports', '1'],
        ['ports', '2'],
      ],
    ],
    [['-p', '1', '--'], [['ports', '1']]],
    [[], []],
  ])('%j', (argv, given) => expect(pairs(...argv)).toEqual(given));

  test('each flag of the table', () => {
    for (const name of SETTING_NAMES) {
      const { flag, argument } = OPTIONS[name];
      for (const dashes of ['-', '--']) {
        expect(pairs(`${dashes}${flag}=x`)).toEqual([[name, 'x']]);
        if (argument === undefined) expect(pairs(dashes + flag)).toEqual([[name, 'true']]);
        else expect(pairs(dashes + flag, '-x')).toEqual([[name, '-x']]);
      }
    }
  });

  test('the place of a value is its flag', () => {
    expect(readCommandLine(['--p=80']).given[0]).toEqual({
      name: 'ports',
      text: '80',
      origin: 'flag',
      place: 'flag -p',
    });
  });
});

describe('mistakes', () => {
  const LIST = 'httplog -h lists the flags';
  test.each([
    [['-x'], `flag -x: there is no such flag; ${LIST}`],
    [['-x=1'], `flag -x: there is no such flag; ${LIST}`],
    [['-x', '1'], `flag -x: there is no such flag; ${LIST}`],
    [['-1'], `flag -1: there is no such flag; ${LIST}`],
    [['-cup', '2'], 'flag -cup: there is no such flag; did you mean -cpu?'],
    [['--log-split'], 'flag -log-split: there is no such flag; did you mean -log_split?'],
    [['-addvlan'], 'flag -addvlan: there is no such flag; did you mean -add_vlan?'],
    [['-cpuprofil', 'x'], 'flag -cpuprofil: there is no such flag; did you mean -cpuprofile?'],
    [['-port', '80'], 'flag -port: there is no such flag; did you mean -p?'],
    [['--device=x'], 'flag -device: there is no such flag; did you mean -i?'],
    [['--dir', '/x'], 'flag -dir: there is no such flag; did you mean -d?'],
    [['-P', '80'], 'flag -P: there is no such flag; did you mean -p?'],
    [['-p8080'], 'flag -p8080: there is no such flag; did you mean -p 8080?'],
    [['-c-1'], 'flag -c-1: there is no such flag; did you mean -c -1?'],
    [['-a\u001b[31m'], `flag -a\\x1b[31m: there is no such flag; ${LIST}`],
    [['file.pcap'], 'argument "file.pcap": httplog takes flags only'],
    [[''], 'argument "": httplog takes flags only'],
    [['-'], 'argument "-": httplog takes flags only'],
    [['--', '-p'], 'argument "-p": httplog takes flags only'],
    [['--', '--'], 'argument "--": httplog takes flags only'],
    [['a\nb'], 'argument "a\\x0ab": httplog takes flags only'],
    [
      ['-log_split', 'false'],
      'argument "false": httplog takes flags only; the value of a boolean flag is joined to it: -log_split=false',
    ],
    [['-log_split', 'x'], 'argument "x": httplog takes flags only'],
    [['---p', '-v=0'], `argument "---p": a flag is one or two dashes and a name; ${LIST}`],
    [['-=x'], `argument "-=x": a flag is one or two dashes and a name; ${LIST}`],
    [['--=x'], `argument "--=x": a flag is one or two dashes and a name; ${LIST}`],
    [['-p'], `flag -p: its value is missing; allowed: ${OPTIONS.ports.allowed}`],
  ])('%j', (argv, mistake) => expect(readCommandLine(argv).mistakes).toEqual([mistake]));

  test('all of them at once', () => {
    const { given, mistakes } = readCommandLine(['-x', 'a', 'b', '-p', '80', 'c', '-d']);
    expect(given.map(({ name }) => name)).toEqual(['ports']);
    expect(mistakes.map((line) => line.split(':')[0])).toEqual(['flag -x', 'argument "b"', 'argument "c"', 'flag -d']);
  });
});

describe('-h and -v win', () => {
  test.each([
    [['-h'], 'help'],
    [['--h'], 'help'],
    [['-help'], 'help'],
    [['--help'], 'help'],
    [['-v'], 'version'],
    [['--version'], 'version'],
    [['-v=true'], 'version'],
    [['-x', 'y', 'z', '-h'], 'help'],
    [['-v', '-h'], 'version'],
    [['-h', '-v'], 'help'],
    [['-h=false'], undefined],
    [['-h=maybe'], undefined],
    [['--', '-h'], undefined],
    [['-d', '-h'], undefined],
  ])('%j: %s', (argv, wanted) => expect(readCommandLine(argv).wanted).toBe(wanted));
});

test('any words: never throws, one printable line each mistake, and nothing is lost', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...[...FLAGS.keys()].map((flag) => `-${flag}`), '--', '-', '-p=1', '-x'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      const { given, mistakes } = readCommandLine(argv);
      for (const line of mistakes) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      if (argv.some((one) => one !== '--')) expect(given.length + mistakes.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
