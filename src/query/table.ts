// An answer as a table for people.
import { type Answer, type AnswerColumn, textOf } from './answer.ts';
import { type Write, writeLines } from './lines.ts';
import { cut, visible, widthOf } from './visible.ts';

/** Where it is shown. */
export interface Screen {
  /** Columns of the terminal; undefined where there is none. */
  readonly width: number | undefined;
  /** Whether it can show more than ASCII. */
  readonly isUnicode: boolean;
}

/** A row's bar: as long, in a full bar's parts, as its value among the others. */
export interface Bars {
  /** Name of the column that is drawn. */
  readonly of: string;
}

/** As many rows, or characters, decide how wide columns are; what comes behind them can stand out. */
const MEASURED_ROWS = 5000;
const MEASURED_LENGTH = 2 ** 25;
/** So wide a column is at most where nothing is cut: one long URL must not fill up every line. What is longer stands out. */
const WIDEST = 200;
const GAP = '  ';
const NARROWEST = 8;
const BAR_WIDTH = 20;
/** Parts of a block, an eighth each. */
const EIGHTHS = ' ▏▎▍▌▋▊▉█';

/** Writes the table; nothing but its head where there are no rows. Returns how many rows there are. */
export async function writeTable(answer: Answer, write: Write, screen: Screen, bars?: Bars): Promise<number> {
  const { columns } = answer;
  let first: string[][] = [];
  let widths: number[] | undefined;
  let rows = 0;
  let length = 0;
  const begin = async (): Promise<void> => {
    const all = bars === undefined ? first : withBars(first, columns, bars, screen);
    const shown = bars === undefined ? columns : [...columns, { name: '', isNumber: false, isText: false }];
    widths = fitted(widthsOf(shown, all), shown, screen.width);
    await write(headOf(shown, widths, screen));
    await writeLines(all, (row) => lineOf(row, shown, widths ?? [], screen), write);
  };
  for await (const chunk of answer.chunks) {
    const texts = chunk.map((row) => row.map((value) => visible(textOf(value))));
    rows += texts.length;
    const known = widths;
    if (known !== undefined) await writeLines(texts, (row) => lineOf(row, columns, known, screen), write);
    else {
      first = [...first, ...texts];
      length += sum(texts.map((row) => sum(row.map((text) => text.length))));
      if (first.length >= MEASURED_ROWS || length >= MEASURED_LENGTH) await begin();
    }
  }
  if (widths === undefined) await begin();
  return rows;
}

function widthsOf(columns: readonly AnswerColumn[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ name }, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index] ?? '')), widthOf(visible(name))),
  );
}

/** Takes from the widest column of text as long as the line does not fit. */
function fitted(widths: readonly number[], columns: readonly AnswerColumn[], width: number | undefined): number[] {
  const left = widths.map((one) => Math.min(one, width ?? WIDEST));
  if (width === undefined) return left;
  const room = width - GAP.length * (widths.length - 1);
  for (let over = sum(left) - room; over > 0; over--) {
    const texts = left.map((one, index) => (columns[index]?.isText ? one : 0));
    const widest = Math.max(...texts);
    if (widest <= NARROWEST) break;
    left[texts.indexOf(widest)] = widest - 1;
  }
  return left;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function headOf(columns: readonly AnswerColumn[], widths: readonly number[], screen: Screen): string {
  const names = columns.map(({ name }) => visible(name));
  const rule = screen.isUnicode ? '─' : '-';
  const rules = columns.map(({ name }, index) => (name === '' ? '' : rule.repeat(widths[index] ?? 0)));
  return lineOf(names, columns, widths, screen) + lineOf(rules, columns, widths, screen);
}

function lineOf(
  texts: readonly string[],
  columns: readonly AnswerColumn[],
  widths: readonly number[],
  { width, isUnicode }: Screen,
): string {
  const cells = texts.map((text, index) => {
    const room = widths[index] ?? 0;
    const shown = width === undefined ? text : cut(text, room, isUnicode ? '…' : '~');
    const blank = ' '.repeat(Math.max(0, room - widthOf(shown)));
    return columns[index]?.isNumber ? blank + shown : shown + blank;
  });
  return `${cells.join(GAP).trimEnd()}\n`;
}

function withBars(rows: readonly string[][], columns: readonly AnswerColumn[], bars: Bars, screen: Screen): string[][] {
  const index = columns.findIndex(({ name }) => name === bars.of);
  const most = Math.max(...rows.map((row) => Number(row[index])), 0);
  return rows.map((row) => [...row, barOf(most > 0 ? Number(row[index]) / most : 0, screen.isUnicode)]);
}

/** A bar for a part of the whole, 0 to 1. */
export function barOf(part: number, isUnicode: boolean): string {
  if (!isUnicode) return '#'.repeat(Math.round(part * BAR_WIDTH));
  const eighths = Math.round(part * BAR_WIDTH * 8);
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ''}`.trimEnd();
}
