// The command line of a subcommand: flags in the way of the capturing program, before and behind arguments.
import { nearest } from '../config/nearest.ts';
import { printable, quoted } from '../config/printable.ts';
import { FLAGS_OF, type Flag, type FlagName, SUBCOMMAND_FLAGS, type SubcommandSettings } from './subcommand-flags.ts';

/** What it says. */
export interface SubcommandLine {
  readonly values: Partial<SubcommandSettings>;
  readonly words: readonly string[];
  /** One line each. */
  readonly mistakes: readonly string[];
}

/** Reads the words behind a subcommand's name. A word that has a blank in it is SQL, whatever it begins with. */
export function readSubcommandLine(name: string, argv: readonly string[]): SubcommandLine {
  const values: Partial<Record<FlagName, unknown>> = {};
  const words: string[] = [];
  const mistakes: string[] = [];
  const left = [...argv];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') words.push(...left.splice(0));
    else if (!/^--?[^-\s][^\s]*$/.test(word) && !/^--?[a-z]+=/.test(word)) words.push(word);
    else takeFlag(name, word, left, values, mistakes);
  }
  return { values: values as Partial<SubcommandSettings>, words, mistakes };
}

function takeFlag(
  command: string,
  word: string,
  left: string[],
  values: Partial<Record<FlagName, unknown>>,
  mistakes: string[],
): void {
  const [, given = '', joined] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const name = (FLAGS_OF[command] ?? []).find((one) => spellings(one).includes(given));
  if (name === undefined) {
    mistakes.push(`flag -${printable(given)}: httplog ${command} has no such flag; ${suggestion(command, given)}`);
    return;
  }
  const option: Flag<unknown> = SUBCOMMAND_FLAGS[name];
  const text = joined ?? (option.argument === undefined ? 'true' : left.shift());
  if (text === undefined) {
    mistakes.push(`flag -${given}: its value is missing; allowed: ${option.allowed}`);
    return;
  }
  const reading = option.read(text);
  if ('reason' in reading)
    mistakes.push(`flag -${given}: ${quoted(text)} ${reading.reason}; allowed: ${option.allowed}`);
  else values[name] = reading.value;
}

function spellings(name: FlagName): readonly string[] {
  const { flag, aliases = [] }: Flag<unknown> = SUBCOMMAND_FLAGS[name];
  return [flag, ...aliases];
}

function suggestion(command: string, given: string): string {
  const near = nearest(given, (FLAGS_OF[command] ?? []).flatMap(spellings));
  return near === undefined ? `httplog ${command} -h lists them` : `did you mean -${near}?`;
}
