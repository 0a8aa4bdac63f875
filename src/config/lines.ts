import { printable } from './printable.ts';

/** A `NAME=value` line. */
interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly name: string;
  readonly value: string;
}

/** A line that is wrong, and why, with what is allowed. */
export interface WrongLine {
  readonly number: number;
  readonly reason: string;
}

export interface Lines {
  readonly lines: readonly Line[];
  readonly wrong: readonly WrongLine[];
}

/** Controls but for the tab, which is a blank. */
const CONTROL: RegExp = /(?!\t)\p{Cc}/u;
const QUOTE_IT = 'put the value in single or double quotes';

/** Why a shell and systemd would not read the same from a bare value (systemd.exec(5), sh(1)), or undefined. */
function whyNotBare(value: string): string | undefined {
  const [found] = /[\s'"\\`$;&|<>()]|(?<=^|:)~/.exec(value) ?? [];
  if (found === undefined) return undefined;
  if (/\s/.test(found)) return `a bare value ends at a blank; ${QUOTE_IT}`;
  if (found === '\\') return 'a value cannot hold a backslash';
  if (found === '"' || found === "'") return 'a quote belongs at the beginning and at the end of a value only';
  if (found === '$' || found === '`')
    return `a bare value cannot hold "${found}"; nothing is expanded here: put the value in single quotes`;
  return `a bare value cannot hold "${found}"; ${QUOTE_IT}`;
}

function whyNotQuoted(inside: string, quote: string): string | undefined {
  if (inside.includes(quote)) return `a value in ${quote} cannot hold ${quote}`;
  if (inside.includes('\\')) return 'a value cannot hold a backslash';
  const [expands] = /[$`]/.exec(inside) ?? [];
  // Between single quotes both take them as they are.
  if (expands === undefined || quote === "'") return undefined;
  return `a value in double quotes cannot hold "${expands}"; nothing is expanded here: put the value in single quotes`;
}

type Value = { readonly value: string } | { readonly reason: string };

function readValue(text: string): Value {
  const [quote = ''] = text;
  if (quote !== '"' && quote !== "'") {
    const reason = whyNotBare(text);
    return reason === undefined ? { value: text } : { reason };
  }
  if (text.length < 2 || !text.endsWith(quote)) return { reason: `the value's closing ${quote} must end its line` };
  const inside = text.slice(1, -1);
  const reason = whyNotQuoted(inside, quote);
  return reason === undefined ? { value: inside } : { reason };
}

/** Whether a line's value goes on in the next line for a shell or for systemd: an open quote, or a backslash at its end. */
function goesOn(value: string): boolean {
  const rest = value.replace(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./g, '');
  return /['"]|\\$/.test(rest);
}

function readLine(number: number, line: string): Line | WrongLine | undefined {
  const text = line.replace(/^[ \t]+|[ \t]+$/g, '');
  if (text === '') return undefined;
  // systemd before version 254 lets such a comment go on in the next line.
  if (/^[#;]/.test(text))
    return text.endsWith('\\') ? { number, reason: 'a comment cannot end in a backslash' } : undefined;
  if (CONTROL.test(text)) return { number, reason: 'a line cannot hold control characters' };
  const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(text) ?? [];
  if (name === undefined)
    return { number, reason: 'not a line NAME=value, with no blank before or after the = and no export' };
  if (!name.startsWith('HTTPLOG_')) {
    return goesOn(value) ? { number, reason: 'a value must end on its line' } : undefined;
  }
  const read = readValue(value);
  return 'value' in read
    ? { number, name, value: read.value }
    : { number, reason: `${printable(name)}: ${read.reason}` };
}

/**
 * Reads the text of a configuration file: `NAME=value` lines, the value bare or in quotes, comments from `#` or `;` at a line's beginning, empty
 * lines. Lines of other programs (names without `HTTPLOG_`) are passed over. What systemd's EnvironmentFile and a shell would read differently is
 * wrong, so that the file means the same to whoever reads it. That includes the CR of a Windows line end, which a shell keeps in the value and
 * systemd does not: it is reported once, and the rest read without it. Never throws.
 */
export function readLines(text: string): Lines {
  const lines: Line[] = [];
  const wrong: WrongLine[] = [];
  let windows = false;
  for (const [index, whole] of text.split('\n').entries()) {
    const number = index + 1;
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    if (line !== whole && !windows) {
      windows = true;
      wrong.push({ number, reason: 'the line ends in CR LF as on Windows; take the CR away: sed -i "s/\\r$//" FILE' });
    }
    const read = readLine(number, line);
    if (read === undefined) continue;
    if ('reason' in read) wrong.push(read);
    else lines.push(read);
  }
  return { lines, wrong };
}
