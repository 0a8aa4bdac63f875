import { GROUPS, type Option } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';
import { EXAMPLES, FILES, OTHER_VARIABLES, PURPOSE, QUESTIONS, SEE_ALSO, SIGNALS, STATUSES } from './man-text.ts';
import { FLAGS_OF, type Flag, type FlagName, SUBCOMMAND_FLAGS } from './subcommand-flags.ts';
import { SUBCOMMANDS, type Subcommand } from './subcommands.ts';
import { RULES } from './usage.ts';

// The manual page httplog(8), in the macros of man(7). Its options are the rows of the table of flags, as those of -h are.

/** A text as troff writes it: no character of it is a command or an escape, and a hyphen is one that can be copied. */
export function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replace(/^([.])/gm, '\\&$1');
}

/** A request's argument that may hold blanks. */
function argument(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}

/** Each sentence on a line of its own, as troff wants them: it knows by that where one ends. */
function paragraph(text: string): string {
  return escaped(text.trim().replace(/\s+/g, ' '))
    .replace(/([.!?]) (?=[A-Z])/g, '$1\n')
    .replace(/^([.])/gm, '\\&$1');
}

function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${paragraph(text)}`;
}

function defaultOf({ default: text, defaultShown }: Option<unknown>): string {
  const shown = defaultShown ?? text;
  return shown === undefined ? '' : ` Default: ${shown}.`;
}

function optionParagraph(option: Option<unknown>): string {
  const { flag, argument: value, help, allowed, variable } = option;
  const tag = value === undefined ? `.B \\-${flag}` : `.BI \\-${escaped(flag)} " ${escaped(value)}"`;
  const takes = value === undefined ? '' : ` Takes ${allowed}.`;
  const named = variable === undefined ? '' : ` Variable: ${variable}.`;
  return tagged(tag, help + takes + defaultOf(option) + named);
}

function options(): string {
  const rows = Object.values(OPTIONS) as readonly Option<unknown>[];
  return GROUPS.map((heading) => {
    const own = rows.filter(({ group }) => group === heading);
    return [`.SS ${argument(heading)}`, ...own.map(optionParagraph)].join('\n');
  }).join('\n');
}

/** A subcommand with its flags. */
function subcommand({ name, arguments: words, help }: Subcommand): string {
  const flags = (FLAGS_OF[name] ?? []).map((flag: FlagName) => {
    const { flag: word, argument: value, help: text }: Flag<unknown> = SUBCOMMAND_FLAGS[flag];
    return tagged(value === undefined ? `.B \\-${word}` : `.BI \\-${word} " ${escaped(value)}"`, text);
  });
  return [`.SS ${argument(`httplog ${name} ${words}`)}`, paragraph(help), ...flags].join('\n');
}

function environment(): string {
  const rows = Object.values(OPTIONS) as readonly Option<unknown>[];
  const own = rows.flatMap(({ variable, flag }) =>
    variable === undefined ? [] : [[variable, `As \\-${flag}.`] as const],
  );
  const ours = own.map(([variable, text]) => `.TP\n.B ${variable}\n${text}`);
  return [...ours, ...OTHER_VARIABLES.map(([name, text]) => tagged(`.B ${name}`, text))].join('\n');
}

function example([command, text]: readonly [string, string]): string {
  return `.PP\n${paragraph(text)}\n.PP\n.in +4n\n.nf\n${escaped(command)}\n.fi\n.in`;
}

function section(heading: string, body: string): string {
  return `.SH ${argument(heading)}\n${body}`;
}

/** The page of this version; `date` as YYYY-MM-DD. */
export function manPage(version: string, date: string): string {
  const titled = ([tag, text]: readonly [string, string]): string => tagged(`.B ${escaped(tag)}`, text);
  return `${[
    '.\\" Made from the table of flags in src/config/options.ts.',
    `.TH HTTPLOG 8 ${argument(date)} ${argument(`httplog ${version}`)} "System Administration"`,
    // Neither parted words nor blanks that no command has: both are copied from here.
    '.nh\n.ad l',
    section('NAME', 'httplog \\- log HTTP requests and responses from the wire'),
    section(
      'SYNOPSIS',
      '.B httplog\n.RI [ flags ]\n.br\n.B httplog \\-r\n.I FILE\n.RI [ flags ]\n.br\n.B httplog query\n.RI | top | export\n.RI [ flags ]',
    ),
    section('DESCRIPTION', PURPOSE.map(paragraph).join('\n.PP\n')),
    section('OPTIONS', `${paragraph(RULES)}\n${options()}`),
    section('QUESTIONS TO THE LOG', `${paragraph(QUESTIONS)}\n${SUBCOMMANDS.map(subcommand).join('\n')}`),
    section('ENVIRONMENT', environment()),
    section('FILES', FILES.map(titled).join('\n')),
    section('SIGNALS', SIGNALS.map(titled).join('\n')),
    section('EXIT STATUS', STATUSES.map(titled).join('\n')),
    section('EXAMPLES', EXAMPLES.map(example).join('\n')),
    section('SEE ALSO', SEE_ALSO.map((name) => `.BR ${name}`).join(',\n')),
  ].join('\n')}\n`;
}
