import { GROUPS, type Option } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';
import { SUBCOMMANDS } from './subcommands.ts';

/** Columns of the text. */
export const WIDTH = 100;
/** The column where its explanations begin. */
const INDENT = 23;

const HEAD = `httplog writes one line of text for every HTTP request and response that passes a network interface
or stands in a capture file.

  httplog -i eth0 -p 80,8080 -d /var/log/httplog   log what passes eth0 into daily files
  httplog -r capture.pcap.gz -p any -d -           print what a capture file holds
`;

/** How flags, environment and file go together. */
export const RULES: string = `A flag has one dash or two, its value follows it or is joined by "=": -p 80, --p=80. A flag without a value is
switched on by its name and off by "=false". The value of a flag beats the environment variable, which beats the
configuration file, which beats the default.
`;

/** The lines of a text in so many columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function origin({ variable, default: text, defaultShown }: Option<unknown>): string {
  const shown = defaultShown ?? text;
  const parts = [variable, shown === undefined ? undefined : `default: ${shown}`].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` [${parts.join('; ')}]`;
}

function paragraph(option: Option<unknown>): string {
  const { flag, argument, help } = option;
  const name = `  -${flag}${argument === undefined ? '' : ` ${argument}`}`;
  const lines = wrap(help + origin(option), WIDTH - INDENT);
  const first = name.length < INDENT ? `${name.padEnd(INDENT)}${lines.shift()}` : name;
  return [first, ...lines.map((line) => ' '.repeat(INDENT) + line)].join('\n');
}

function group(heading: string): string {
  const rows = Object.values(OPTIONS).filter((option) => option.group === heading);
  return [`${heading}:`, ...rows.map(paragraph)].join('\n');
}

function questions(): string {
  const rows = SUBCOMMANDS.map(({ name, help }) => {
    const [first = '', ...rest] = wrap(`${help} [httplog ${name} -h]`, WIDTH - INDENT);
    return [`  ${name}`.padEnd(INDENT) + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n');
  });
  return ['Questions to the log, instead of a run:', ...rows].join('\n');
}

/** The text of `-h`, at most 100 columns wide, made from the table of flags; it ends in a line end. */
export function usage(): string {
  const foot = wrap(RULES.trim(), WIDTH).join('\n');
  return `${[HEAD.trimEnd(), questions(), ...GROUPS.map(group), foot].join('\n\n')}\n`;
}
