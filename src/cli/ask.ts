// The subcommands, from their command line to an exit status.
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadOptions } from '../config/load.ts';
import { quoted } from '../config/printable.ts';
import { type Answer, answerOf } from '../query/answer.ts';
import { daysToExport, type ExportDay, exportDay, partitionOf } from '../query/export.ts';
import { MOST_REJECTED } from '../query/http-table.ts';
import { writeCsv, writeJson } from '../query/lines.ts';
import { type Days, findLogFiles, type LogFile, NoAnswer } from '../query/log-files.ts';
import { QUESTIONS, type Question } from '../query/questions.ts';
import { ask, openFiles, openLog, passedOver, type Session, WrongQuestion } from '../query/session.ts';
import { localSince } from '../query/since.ts';
import { writeTable } from '../query/table.ts';
import { codeOf } from '../sink/destination.ts';
import { makeDirectory } from '../sink/log-directory.ts';
import { toStandardError } from './diagnostics.ts';
import { hideOutputErrors, isUnicode, screenWidth, write } from './output.ts';
import { showLateProgress } from './progress.ts';
import type { SubcommandSettings } from './subcommand-flags.ts';
import { readSubcommandLine } from './subcommand-line.ts';
import { subcommandUsage } from './subcommand-usage.ts';

const EXIT_OK = 0;
const EXIT_CANNOT_RUN = 1;
const EXIT_USAGE = 2;

type Values = Partial<SubcommandSettings>;

/** What is wrong with the command line: one line a mistake. */
class WrongUse extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** Runs a subcommand with the words behind its name and returns the exit status. */
export async function runSubcommand(name: string, argv: readonly string[]): Promise<number> {
  const { values, words, mistakes } = readSubcommandLine(name, argv);
  hideOutputErrors();
  try {
    if (values.help === true) await write(subcommandUsage(name));
    else if (mistakes.length > 0) throw new WrongUse(mistakes);
    else if (name === 'query') await query(values, words);
    else if (name === 'top') await top(values, words);
    else await exportDays(values, words);
    return EXIT_OK;
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown): number {
  if (codeOf(error) === 'EPIPE') return EXIT_OK; // nobody reads it any more
  const lines = error instanceof WrongUse ? error.mistakes : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) toStandardError(line, 'error');
  return error instanceof WrongUse || error instanceof WrongQuestion ? EXIT_USAGE : EXIT_CANNOT_RUN;
}

async function query(values: Values, words: readonly string[]): Promise<void> {
  const [sql] = words;
  if (words.length !== 1 || sql === undefined) {
    throw new WrongUse([
      `query takes one argument, the SQL in quotes, not ${words.length}; httplog query -h shows examples`,
    ]);
  }
  const session = await open(values, true);
  await answer(session, sql, values);
}

async function top(values: Values, words: readonly string[]): Promise<void> {
  const [word = 'paths', ...more] = words;
  const question = QUESTIONS.find(({ name }) => name === word);
  if (question === undefined || more.length > 0) {
    const names = QUESTIONS.map(({ name }) => name).join(', ');
    throw new WrongUse([`top takes one of ${names}, not ${quoted(words.join(' '))}`]);
  }
  const session = await open(values, false);
  await answer(session, question.sql(values.rows ?? 20), values, question);
}

/** Prints what comes of a question, then says what was passed over. */
async function answer(session: Session, sql: string, values: Values, question?: Question): Promise<void> {
  const hideProgress = showLateProgress(() => session.connection.progress.percentage / 100);
  let rows: number | undefined;
  try {
    const result = await ask(session, sql, question?.before);
    rows = await print(answerOf(result, session.duckDb), values, hideProgress, question);
  } finally {
    hideProgress();
  }
  if (rows === 0 && question !== undefined) toStandardError(question.empty ?? 'nothing of that was logged');
  await tellPassedOver(session);
}

async function tellPassedOver(session: Session): Promise<void> {
  const lines = await passedOver(session);
  if (lines === 0) return;
  const least = lines < MOST_REJECTED ? '' : 'at least ';
  const told = `${least}${counted(lines, 'line was', 'lines were')} passed over`;
  toStandardError(`${told}: not whole, or of another format than text and json`);
}

function counted(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** Returns how many rows there were, if they were counted. */
async function print(
  { columns, chunks }: Answer,
  { csv, json }: Values,
  hideProgress: () => void,
  question: Question | undefined,
): Promise<number | undefined> {
  const writeFirst = async (text: string): Promise<void> => {
    hideProgress();
    await write(text);
  };
  const all = { columns, chunks };
  if (json === true) await writeJson(all, writeFirst);
  else if (csv === true) await writeCsv(all, writeFirst, screenWidth() !== undefined);
  else {
    const screen = { width: screenWidth(), isUnicode: isUnicode(process.env) };
    return writeTable(all, writeFirst, screen, question === undefined ? undefined : { of: question.bars });
  }
  return undefined;
}

async function exportDays(values: Values, words: readonly string[]): Promise<void> {
  const { parquet } = values;
  if (words.length > 0) throw new WrongUse([`export takes no argument ${quoted(words[0] ?? '')}; httplog export -h`]);
  if (parquet === undefined) throw new WrongUse(['export needs -parquet DIRECTORY; httplog export -h']);
  process.umask(0o027); // as the log
  const { directory, files } = filesOf(values);
  const lines = files.filter(({ isParquet }) => !isParquet);
  const output = prepared(parquet);
  if (output === realpathSync(directory)) {
    throw new NoAnswer(
      `${output} is the log directory, which would hold each day twice then; name another with -parquet`,
    );
  }
  const days = daysToExport(directory, lines, output);
  const left = new Set(lines.map(({ day }) => day)).size - days.length;
  if (left > 0) await write(`${counted(left, 'day is', 'days are')} there already\n`);
  if (days.length === 0) return;
  const session = await openFiles(
    directory,
    days.flatMap(({ files: own }) => own),
    output,
  );
  let failed = 0;
  for (const day of days) if (!(await exportOne(session, day, output))) failed++;
  await tellPassedOver(session);
  if (failed > 0) throw new NoAnswer(`${counted(failed, 'day', 'days')} could not be exported`);
}

/** A day that cannot be read does not keep the others from being written. Returns whether it was. */
async function exportOne(session: Session, day: ExportDay, output: string): Promise<boolean> {
  const hideProgress = showLateProgress(() => session.connection.progress.percentage / 100);
  try {
    const rows = await exportDay(session, day, output).finally(hideProgress);
    await write(`${partitionOf(output, day.day)}: ${counted(rows, 'line', 'lines')}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPIPE') throw error;
    toStandardError(`${day.day}: ${error instanceof Error ? error.message : String(error)}`, 'error');
    return false;
  }
}

function prepared(output: string): string {
  try {
    makeDirectory(resolve(output));
    if (!statSync(output).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    return realpathSync(output);
  } catch (error) {
    throw new NoAnswer(`${output} cannot be made: ${codeOf(error)}; name another with -parquet`);
  }
}

async function open(values: Values, withHeaders: boolean): Promise<Session> {
  if (values.csv === true && values.json === true) throw new WrongUse(['-csv and -json: choose one of them']);
  const since = values.since === undefined ? {} : { since: localTime(values.since) };
  return openLog({ ...filesOf(values), withHeaders, ...since });
}

function filesOf(values: Values): { directory: string; files: LogFile[] } {
  const directory = directoryOf(values);
  return { directory, files: findLogFiles(directory, daysOf(values)) };
}

/** Where the service writes, if it is not said. */
function directoryOf({ directory, config }: Values): string {
  if (directory !== undefined) return resolve(directory);
  const loaded = loadOptions(config === undefined ? [] : ['-config', config], process.env);
  if (loaded.kind === 'mistakes') throw new WrongUse(loaded.mistakes);
  const found = loaded.kind === 'run' ? loaded.options.directory : '-';
  if (found === '-') throw new NoAnswer('the log goes to standard output (-): name a directory of log files with -d');
  return resolve(found);
}

/** The days whose files can hold what was logged since then; a file of tomorrow is one of another clock. */
function daysOf({ days, since }: Values): Days | undefined {
  if (since === undefined) return days;
  const first = localTime(since).slice(0, 10);
  if (days === undefined) return { first, last: '9999-12-31' };
  return { ...days, first: [first, days.first].sort()[1] ?? first };
}

function localTime(secondsAgo: number): string {
  const now = Date.now();
  return localSince(now - secondsAgo * 1000, now);
}
