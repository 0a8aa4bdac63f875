// Command line, environment and configuration file together: any text gives settings that a run can be made of, or mistakes
// that are each one line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { LARGEST } from '../../../src/config/file.ts';
import { type Loaded, loadOptions } from '../../../src/config/load.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { columnsRegion, preambleOf, wantedFields } from '../../../src/pipeline/columns.ts';
import { redactionRegion } from '../../../src/pipeline/redaction.ts';
import { latin1 } from '../../support/bytes.ts';
import { makeShapes } from '../shapes.ts';
import { must, type Target } from '../target.ts';

const LONGEST = 4096;
/** What parts words of the command line, and variables. */
const WORD = '\x01';
/** What parts command line, environment and file. */
const PART = '\x02';
/** Characters of the longest message that is still a line: names and values are cut, what is allowed is not. */
const MESSAGE = 1500;
const MESSAGES = 400;
/** What drives a terminal, breaks a line or turns its direction. */
const UNSAFE: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const VALUES: readonly string[] = [
  'any',
  'true',
  'false',
  '0',
  '-1',
  '1',
  '80,8080,9000-9010',
  '65536',
  '1-65535',
  '10.0.0.0/8',
  '::1/128',
  '::ffff:10.0.0.1',
  '2001:db8::/32',
  'eth0,lo',
  'json',
  'tsv',
  'zeek',
  'combined',
  'text',
  'all',
  'time,type,client',
  'request.x-a',
  'url.query',
  'Authorization,Cookie',
  'port 80',
  'tcp',
  '127.0.0.1:9100',
  '[::1]:0',
  'unix:/run/a',
  '/tmp',
  '-',
  '"',
  "'",
  '$',
  '`',
  '\\',
  '\u202e',
  '\u2028',
  '\ud800',
  '\x1b[31m',
  '9007199254740993',
  '1e3',
  '0x10',
  '٣',
];
const SEEDS: readonly string[] = [
  ['-i', 'any', '-p=80,8080', '--d', '-'].join(WORD),
  ['-r', 'a.pcap', '-format', 'json', '-headers', 'referer,cookie', '-redact=Cookie'].join(WORD),
  ['-assemble', '-pair', '-flows=100', '-timeout', '5', '-format', 'tsv', '-fields', 'time,type,request.x-a'].join(
    WORD,
  ),
  `${PART}${['HTTPLOG_PORT=80', 'HTTPLOG_LOCAL=10.0.0.0/8,::1', 'HTTPLOG_PROT=1'].join(WORD)}`,
  `${PART}${PART}# comment\nHTTPLOG_DIR="/var/log/httplog"\nHTTPLOG_FILTER='tcp port 80'\nOTHER=$x\nHTTPLOG_SPLIT=maybe\n`,
  `-c${WORD}x${PART}HTTPLOG_CPUNO=0${PART}HTTPLOG_SNAPLEN=1560\r\nHTTPLOG_BUFSIZE=a b\n`,
];

export function configurationTarget(): Target {
  const shapes = makeShapes();
  const folder = mkdtempSync(joinPath(tmpdir(), 'httplog-fuzz-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const places = { system: joinPath(folder, 'httplog'), here: joinPath(folder, 'none'), user: 0 };
  const names = Object.values(OPTIONS).flatMap(({ flag, variable }) => [
    `-${flag}`,
    `-${flag}=`,
    `${variable ?? flag}=`,
  ]);
  return {
    name: 'configuration',
    longest: LONGEST,
    words: [...names, ...VALUES, WORD, PART, '\n'].map((text) => Buffer.from(text)),
    seeds: () => SEEDS.map((text) => latin1(text)),
    counters: () => shapes.counters,
    run(input) {
      const [words = '', variables = '', ...rest] = Buffer.from(input).toString('utf8').split(PART);
      writeFileSync(places.system, Buffer.from(rest.join(PART)).subarray(0, LARGEST + 1));
      const load = (): Loaded => loadOptions(words === '' ? [] : words.split(WORD), environmentOf(variables), places);
      const loaded = load();
      must(JSON.stringify(loaded) === JSON.stringify(load()), 'another time it is something else');
      const messages = loaded.kind === 'mistakes' ? loaded.mistakes : loaded.kind === 'run' ? loaded.notices : [];
      must(loaded.kind !== 'mistakes' || messages.length > 0, 'a mistake without a word');
      must(messages.length < MESSAGES, 'too many messages', messages.length);
      for (const message of messages) {
        must(message.length < MESSAGE, 'a message too long', message);
        must(!UNSAFE.test(message), 'a message that drives a terminal', message);
      }
      if (loaded.kind === 'run') mustBeRunnable(loaded.options);
      shapes.note(loaded.kind, ...messages.map(shapeOf), ...(loaded.kind === 'run' ? shapesOf(loaded.options) : []));
    },
  };
}

function environmentOf(variables: string): Record<string, string> {
  const pairs = variables.split(WORD).map((one) => {
    const equals = one.indexOf('=');
    return equals < 0 ? [one, ''] : [one.slice(0, equals), one.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/** Throws where the packet code cannot be told these settings. */
function mustBeRunnable(options: Extract<Loaded, { kind: 'run' }>['options']): void {
  const { ports, flows, timeoutSeconds, bufferMegabytes, threads, snaplen } = options;
  columnsRegion(options);
  preambleOf(options);
  redactionRegion(options.redact, wantedFields(options));
  const inRange = ports === 'any' || ports.every(({ first, last }) => 1 <= first && first <= last && last <= 65_535);
  must(inRange, 'ports', ports);
  const numbers = [flows, timeoutSeconds, bufferMegabytes, threads, snaplen];
  must(
    numbers.every((number) => Number.isSafeInteger(number) && number >= 1),
    'numbers',
    numbers,
  );
}

/** What a message says, and of which setting, without what it quotes. */
function shapeOf(message: string): string {
  // From the first quote to the last: what was given may hold some itself.
  const said = message.replace(/".*"/s, '').replaceAll(/[-0-9,]+/g, '');
  const setting = Object.values(OPTIONS).find(
    ({ flag, variable }) => message.startsWith(`flag -${flag}:`) || message.includes(`${variable}:`),
  );
  return `${setting?.flag} ${said.slice(said.lastIndexOf(': '))}`;
}

/** Each setting by about how much of it there is. */
function shapesOf(options: object): string[] {
  return Object.entries(options).map(([name, value]) => `${name} ${amount(name, value)}`);
}

function amount(name: string, value: unknown): string {
  if (Array.isArray(value)) return String(Math.min(value.length, 3));
  if (typeof value === 'number') return String(Math.sign(value));
  return typeof value === 'string' && name !== 'format' ? String(value === '') : String(value);
}
