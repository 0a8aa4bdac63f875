import { checkGiven, type Options } from './check.ts';
import { readCommandLine } from './command-line.ts';
import { readEnvironment, suggestVariable } from './environment.ts';
import { type Found, findFile, findTrustedFile } from './file.ts';
import type { Given, Source } from './given.ts';
import { readLines, type WrongLine } from './lines.ts';
import { OPTIONS, VARIABLES } from './options.ts';
import { printable } from './printable.ts';

/** What a start shall be. Each string is one line without its end, fit for a terminal. */
export type Loaded =
  | { readonly kind: 'run'; readonly options: Options; readonly notices: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

/** Where configuration files lie, and who may own the second. */
export interface Places {
  readonly system: string;
  readonly here: string;
  readonly user: number;
}

const PLACES: Places = {
  system: '/etc/sysconfig/httplog',
  here: './httplog.conf',
  user: process.geteuid?.() ?? 0,
};

/** More wrong lines than this mean that the file is something else. */
const MOST_WRONG_LINES = 50;

interface FileSource extends Source {
  readonly notices: readonly string[];
}

const NOTHING: FileSource = { given: [], mistakes: [], notices: [] };

function mistakesInFile(path: string, wrong: readonly WrongLine[]): string[] {
  const sorted = [...wrong].sort((a, b) => a.number - b.number);
  const told = sorted.slice(0, MOST_WRONG_LINES).map(({ number, reason }) => `${path}:${number}: ${reason}`);
  const rest = sorted.length - told.length;
  return rest > 0 ? [...told, `${path}: and ${rest} more wrong lines; is this a configuration file?`] : told;
}

function readText(shown: string, text: string): FileSource {
  const { lines, wrong } = readLines(text);
  const given: Given[] = [];
  const unknown: WrongLine[] = [];
  for (const { number, name: variable, value } of lines) {
    const name = VARIABLES.get(variable);
    if (name === undefined) {
      const reason = `${printable(variable)}: there is no such setting; ${suggestVariable(variable)}`;
      unknown.push({ number, reason });
    } else if (value !== '') {
      given.push({ name, text: value, origin: 'file', place: `${shown}:${number}: ${variable}` });
    }
  }
  return { given, mistakes: mistakesInFile(shown, [...wrong, ...unknown]), notices: [] };
}

function readFound(path: string, found: Found): FileSource {
  const shown = printable(path);
  if ('text' in found) return readText(shown, found.text);
  if ('error' in found) return { ...NOTHING, mistakes: [`${shown}: cannot be read: ${found.error}`] };
  if ('distrusted' in found) return { ...NOTHING, notices: [`${shown} is not read: ${found.distrusted}`] };
  return NOTHING;
}

/** The file that -config names, which must be there, or the first that exists of the usual two. */
function readConfiguration(commandLine: readonly Given[], places: Places): FileSource {
  const named = commandLine.findLast((one) => one.name === 'config');
  if (named !== undefined) {
    if ('reason' in OPTIONS.config.read(named.text)) return NOTHING; // a mistake that the check reports
    const found = findFile(named.text);
    if (!('absent' in found)) return readFound(named.text, found);
    return { ...NOTHING, mistakes: [`flag -config: ${printable(named.text)}: there is no such file`] };
  }
  const system = findFile(places.system);
  if (!('absent' in system)) return readFound(places.system, system);
  return readFound(places.here, findTrustedFile(places.here, places.user));
}

/**
 * What the command line (without node and script), the environment and the configuration file say together. All their mistakes come back at once,
 * one line each, with its place and what is allowed; -h and -v win over them. Never throws.
 */
export function loadOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  places: Places = PLACES,
): Loaded {
  const commandLine = readCommandLine(argv);
  if (commandLine.wanted !== undefined) return { kind: commandLine.wanted };
  const variables = readEnvironment(environment);
  const file = readConfiguration(commandLine.given, places);
  const checked = checkGiven([...commandLine.given, ...variables.given, ...file.given]);
  const mistakes = [...commandLine.mistakes, ...variables.mistakes, ...file.mistakes, ...checked.mistakes];
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  return { kind: 'run', options: checked.options, notices: [...file.notices, ...checked.notices] };
}
