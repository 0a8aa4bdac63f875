import type { Given, Source } from './given.ts';
import { nearest } from './nearest.ts';
import type { SettingName } from './option.ts';
import { FLAGS, OPTIONS } from './options.ts';
import { printable, quoted } from './printable.ts';
import { readBoolean } from './scalars.ts';

/** A command line, read; `wanted` is help or version where -h or -v was given: they win over all mistakes. */
export interface CommandLine extends Source {
  readonly wanted: 'help' | 'version' | undefined;
}

interface Walk {
  readonly words: readonly string[];
  next: number;
  readonly given: Given[];
  readonly mistakes: string[];
  /** The boolean flag that the word before was, written without `=`. */
  bare: string | undefined;
}

/** Other names that a hand may write for a flag: the words of its variable (`-port` for -p), each leading to the flag. */
function namesOfFlags(): Map<string, string> {
  const names = new Map<string, string>();
  for (const { flag, variable } of Object.values(OPTIONS)) {
    if (variable !== undefined) names.set(variable.replace('HTTPLOG_', '').toLowerCase(), flag);
  }
  for (const { flag } of Object.values(OPTIONS)) names.set(flag, flag);
  return names;
}

function suggestion(name: string): string {
  const glued = /^([a-z])(-?[0-9][0-9,-]*)$/.exec(name); // -p8080, as getopt programs take it
  if (glued !== null && FLAGS.has(glued[1] ?? '')) return `did you mean -${glued[1]} ${glued[2]}?`;
  const names = namesOfFlags();
  const near = nearest(name.replaceAll('-', '_'), [...names.keys()]);
  return near === undefined ? 'httplog -h lists the flags' : `did you mean -${names.get(near)}?`;
}

function takePositional(walk: Walk, word: string): void {
  const { bare } = walk;
  const meant = bare !== undefined && 'value' in readBoolean(word);
  const hint = meant ? `; the value of a boolean flag is joined to it: -${bare}=${word}` : '';
  walk.mistakes.push(`argument ${quoted(word)}: httplog takes flags only${hint}`);
}

function takeUnknown(walk: Walk, name: string, hasValue: boolean): void {
  walk.mistakes.push(`flag -${printable(name)}: there is no such flag; ${suggestion(name)}`);
  // Whether the next word is its value nobody knows; taken for an argument it would be a second line about the same mistake.
  if (!hasValue && walk.words[walk.next]?.startsWith('-') === false) walk.next++;
}

function takeKnown(walk: Walk, flag: string, name: SettingName, joined: string | undefined): void {
  const place = `flag -${flag}`;
  const option = OPTIONS[name];
  if (option.argument === undefined) {
    walk.given.push({ name, text: joined ?? 'true', origin: 'flag', place });
    if (joined === undefined) walk.bare = flag;
    return;
  }
  // The next word is the value, whatever it looks like: `-c -1`.
  const text = joined ?? walk.words[walk.next++];
  if (text === undefined) walk.mistakes.push(`${place}: its value is missing; allowed: ${option.allowed}`);
  else walk.given.push({ name, text, origin: 'flag', place });
}

function takeWord(walk: Walk, word: string): void {
  if (word === '-' || !word.startsWith('-')) {
    takePositional(walk, word);
    walk.bare = undefined;
    return;
  }
  walk.bare = undefined;
  const body = word.slice(word.startsWith('--') ? 2 : 1);
  if (body.startsWith('-') || body.startsWith('=')) {
    walk.mistakes.push(`argument ${quoted(word)}: a flag is one or two dashes and a name; httplog -h lists the flags`);
    return;
  }
  const equals = body.indexOf('=');
  const flag = equals < 0 ? body : body.slice(0, equals);
  const name = FLAGS.get(flag);
  if (name === undefined) takeUnknown(walk, flag, equals >= 0);
  else takeKnown(walk, flag, name, equals < 0 ? undefined : body.slice(equals + 1));
}

function wantedOf(given: readonly Given[]): 'help' | 'version' | undefined {
  for (const { name, text } of given) {
    const reading = readBoolean(text);
    if ((name === 'help' || name === 'version') && 'value' in reading && reading.value) return name;
  }
  return undefined;
}

/**
 * Takes a command line apart as Go's `flag` package does: one dash or two, `-flag value` or `-flag=value`, a boolean flag without a value or with
 * `=value`, `--` ends the flags. Unlike Go it goes on after a mistake, to find all of them. Never throws.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const walk: Walk = { words: argv, next: 0, given: [], mistakes: [], bare: undefined };
  let ended = false;
  while (walk.next < argv.length) {
    const word = argv[walk.next++] ?? '';
    if (ended) takePositional(walk, word);
    else if (word === '--') ended = true;
    else takeWord(walk, word);
  }
  return { given: walk.given, mistakes: walk.mistakes, wanted: wantedOf(walk.given) };
}
