import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadOptions, type Places } from './load.ts';
import { FLAGS, VARIABLES } from './options.ts';

let directory = '';
let places: Places;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'httplog-load-'));
  places = {
    system: join(directory, 'sysconfig'),
    here: join(directory, 'httplog.conf'),
    user: process.geteuid?.() ?? 0,
  };
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o644 });
const load = (argv: string[] = [], environment: Record<string, string> = {}) => loadOptions(argv, environment, places);
const portOf = (argv: string[] = [], environment: Record<string, string> = {}) => {
  const loaded = load(argv, environment);
  return loaded.kind === 'run' && loaded.options.ports !== 'any' ? loaded.options.ports[0]?.first : loaded;
};

describe('precedence', () => {
  test('flag, environment, file, default', () => {
    expect(portOf()).toBe(80);
    write(places.system, 'HTTPLOG_PORT=83\n');
    expect(portOf()).toBe(83);
    expect(portOf([], { HTTPLOG_PORT: '82' })).toBe(82);
    expect(portOf(['-p', '81'], { HTTPLOG_PORT: '82' })).toBe(81);
  });
  test('an empty value counts as absent, in the environment and in the file', () => {
    write(places.system, 'HTTPLOG_PORT=83\nHTTPLOG_CPUNO=\nHTTPLOG_DIR=""\n');
    expect(portOf([], { HTTPLOG_PORT: '' })).toBe(83);
    expect(load()).toMatchObject({ kind: 'run', options: { directory: '/log/httplog' } });
  });
});

describe('the file', () => {
  test('the one that -config names, else the system, else the working directory', () => {
    const named = join(directory, 'named');
    write(places.here, 'HTTPLOG_PORT=1');
    expect(portOf()).toBe(1);
    write(places.system, 'HTTPLOG_PORT=2');
    expect(portOf()).toBe(2);
    write(named, 'HTTPLOG_PORT=3');
    expect(portOf(['-config', named])).toBe(3);
    expect(portOf(['-config', '/dev/null'])).toBe(80);
  });
  test('the empty system file keeps the other one out', () => {
    write(places.here, 'HTTPLOG_PORT=1');
    write(places.system, '');
    expect(portOf()).toBe(80);
  });
  test('of the working directory, writable by others: a line says that it is not read', () => {
    write(places.here, 'HTTPLOG_PORT=$(broken');
    chmodSync(places.here, 0o666);
    expect(load()).toMatchObject({
      kind: 'run',
      notices: [`${places.here} is not read: others than its owner may write it (chmod go-w)`],
    });
  });
  test('named but missing', () => {
    expect(load(['-config', '/nonexistent/x'])).toEqual({
      kind: 'mistakes',
      mistakes: ['flag -config: /nonexistent/x: there is no such file'],
    });
  });
  test('cannot be read', () => {
    expect(load(['-config', directory])).toEqual({
      kind: 'mistakes',
      mistakes: [`${directory}: cannot be read: it is a directory`],
    });
  });
  test('the old program’s file is read as it is', () => {
    write(
      places.system,
      [
        '# httplog',
        'HTTPLOG_DEVICE=ens3',
        'HTTPLOG_SNAPLEN=1560',
        'HTTPLOG_BUFSIZE=32',
        'HTTPLOG_FILTER="port 80 and tcp"',
        'HTTPLOG_DIR="/tmp"',
        'HTTPLOG_CPUNO=',
        'HTTPLOG_PORT=80',
        '',
      ].join('\n'),
    );
    expect(load()).toMatchObject({
      kind: 'run',
      options: { interfaces: ['ens3'], snaplen: 1560, bufferMegabytes: 32, filter: '', directory: '/tmp' },
      notices: [],
    });
  });
  test('each mistake has file and line', () => {
    write(places.system, 'HTTPLOG_PORT=0\nHTTPLOG_PROT=80\n\nnonsense\nHTTPLOG_DIR=$HOME\nFOO=bar\n');
    const at = places.system;
    expect(load()).toEqual({
      kind: 'mistakes',
      mistakes: [
        `${at}:2: HTTPLOG_PROT: there is no such setting; did you mean HTTPLOG_PORT?`,
        `${at}:4: not a line NAME=value, with no blank before or after the = and no export`,
        `${at}:5: HTTPLOG_DIR: a bare value cannot hold "$"; nothing is expanded here: put the value in single quotes`,
        `${at}:1: HTTPLOG_PORT: "0" holds a port that does not exist; allowed: ports 1 to 65535 and ranges of them, separated by commas (80,8080,9000-9010), or "any" alone`,
      ],
    });
  });
  test('a file that is something else', () => {
    write(places.system, 'text and more text\n'.repeat(60));
    const loaded = load();
    expect(loaded.kind === 'mistakes' && loaded.mistakes).toHaveLength(51);
    expect(loaded.kind === 'mistakes' && loaded.mistakes.at(-1)).toBe(
      `${places.system}: and 10 more wrong lines; is this a configuration file?`,
    );
  });
});

test('all mistakes of the three places at once', () => {
  write(places.system, 'HTTPLOG_CPUNO=100\n');
  const loaded = load(['-cup', '2', '-p', 'x', 'word'], { HTTPLOG_DIRR: 'x', HTTPLOG_BUFSIZE: '0' });
  expect(loaded.kind === 'mistakes' && loaded.mistakes.map((line) => line.split(';')[0])).toEqual([
    'flag -cup: there is no such flag',
    'argument "word": httplog takes flags only',
    'environment HTTPLOG_DIRR: there is no such setting',
    'flag -p: "x" holds what is neither a port nor a range',
    'environment HTTPLOG_BUFSIZE: "0" is too small',
    `${places.system}:1: HTTPLOG_CPUNO: "100" is too large`,
  ]);
});

test('-h and -v win over every mistake and read no file', () => {
  write(places.system, 'nonsense');
  expect(load(['-nonsense', '-h'], { HTTPLOG_X: 'y' })).toEqual({ kind: 'help' });
  expect(load(['word', '--v'])).toEqual({ kind: 'version' });
});

test('a null byte in -config is a mistake, not a crash', () => {
  expect(load(['-config', 'a\0b'])).toMatchObject({ kind: 'mistakes' });
});

test('any input: never throws, and mistakes and notices are printable lines', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('80', 'any', 'port 9', 'true', '-1', '1e9', '::/0', '', '-'),
  );
  const words = fc.array(fc.oneof(text, fc.constantFrom(...[...FLAGS.keys()].map((flag) => `-${flag}`))), {
    maxLength: 6,
  });
  const variable = fc.oneof(
    fc.constantFrom(...VARIABLES.keys()),
    fc.string().map((name) => `HTTPLOG_${name}`),
  );
  const lines = fc.array(
    fc.tuple(variable, text).map(([name, value]) => `${name}=${value}`),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(words, fc.dictionary(variable, text, { maxKeys: 4 }), lines, (argv, environment, file) => {
      write(places.system, file.join('\n'));
      const loaded = loadOptions(argv, environment, places);
      const said = loaded.kind === 'mistakes' ? loaded.mistakes : loaded.kind === 'run' ? loaded.notices : [];
      for (const line of said) expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
      if (loaded.kind === 'mistakes') expect(loaded.mistakes.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

describe('packaging/httplog.conf', () => {
  const sample = join(import.meta.dirname, '../../packaging/httplog.conf');
  const text = readFileSync(sample, 'utf8');
  test('loads to the defaults', () => {
    expect(load(['-config', sample])).toEqual(load(['-config', '/dev/null']));
  });
  test('holds every variable once, in the table’s order, at its default', () => {
    const names = [...text.matchAll(/^#?(HTTPLOG_[A-Z_]+)=/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining([...VARIABLES.keys()]));
    expect(names).toHaveLength(VARIABLES.size);
    const bare = join(directory, 'bare');
    write(bare, text.replace(/^#(?=HTTPLOG_)/gm, ''));
    const loaded = load(['-config', bare]);
    const defaults = load(['-config', '/dev/null']);
    expect(loaded.kind === 'run' && defaults.kind === 'run').toBe(true);
    if (loaded.kind !== 'run' || defaults.kind !== 'run') return;
    const given = { interfaceIsDefault: false, snaplenGiven: true };
    expect(loaded.options).toEqual({ ...defaults.options, ...given });
    expect(loaded.notices).toEqual([]);
  });
});
