// Answers for other programs: CSV and JSON.
import { type Answer, type AnswerColumn, textOf } from './answer.ts';
import { visible } from './visible.ts';

/** Takes text for standard output. */
export type Write = (text: string) => Promise<void>;

/** Of so many characters a piece of text is at least that is written at once: all rows of a chunk can be more than a string can hold. */
const PIECE = 2 ** 20;

/** Writes a line for each row. */
export async function writeLines<T>(rows: readonly T[], lineOf: (row: T) => string, write: Write): Promise<void> {
  let piece = '';
  for (const row of rows) {
    piece += lineOf(row);
    if (piece.length < PIECE) continue;
    await write(piece);
    piece = '';
  }
  if (piece !== '') await write(piece);
}

/** CSV as RFC 4180 has it, but for line ends, which are those of Unix. A terminal gets no controls. */
export async function writeCsv({ columns, chunks }: Answer, write: Write, isTerminal: boolean): Promise<void> {
  const row = (values: readonly string[]): string => `${values.map((text) => cell(text, isTerminal)).join(',')}\n`;
  await write(row(columns.map(({ name }) => name)));
  for await (const rows of chunks) await writeLines(rows, (values) => row(values.map(textOf)), write);
}

function cell(text: string, isTerminal: boolean): string {
  const safe = isTerminal ? visible(text) : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An object in each line, as the json lines of the log are, and as jq reads them. */
export async function writeJson({ columns, chunks }: Answer, write: Write): Promise<void> {
  const keys = uniqueNames(columns).map((name) => jsonOf(name, false));
  const object = (values: readonly unknown[]): string =>
    `{${values.map((value, index) => `${keys[index]}:${jsonOf(value, columns[index]?.isNumber ?? false)}`).join(',')}}\n`;
  for await (const rows of chunks) await writeLines(rows, object, write);
}

/** Two columns of one name would be one key. */
function uniqueNames(columns: readonly AnswerColumn[]): string[] {
  const names: string[] = [];
  for (const { name } of columns) {
    let unique = name;
    for (let again = 1; names.includes(unique); again++) unique = `${name}_${again}`;
    names.push(unique);
  }
  return names;
}

/** Numbers of 64 bits and more come as text, and not all of them are JSON's (NaN, infinity). */
function jsonOf(value: unknown, isNumber: boolean): string {
  if (isNumber && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return value;
  // JSON.stringify leaves 0x7f and the C1 controls as they are, and a terminal would obey them.
  return JSON.stringify(value ?? null).replace(
    /[\x7f-\x9f]/g,
    (control) => `\\u00${control.charCodeAt(0).toString(16)}`,
  );
}
