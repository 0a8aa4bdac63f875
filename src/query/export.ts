// Days as Parquet files, DIRECTORY/date=YYYY-MM-DD/http.parquet, as Hive, Spark, Trino and DuckDB find partitions.
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settleTime } from '../sink/file-parts.ts';
import { headerColumns } from './header-columns.ts';
import type { HeaderColumn } from './http-columns.ts';
import { headerKeys, tableOf } from './http-table.ts';
import type { LogFile } from './log-files.ts';
import { type Session, wrong } from './session.ts';
import { literal } from './sql.ts';

/** A day that is to be exported. */
export interface ExportDay {
  readonly day: string;
  readonly files: readonly LogFile[];
  /** When its log was last written, as far as it is read now: milliseconds since 1970. */
  readonly written: number;
}

/** Longer than a tick of the clock that gives files their time: what is written within it can have the time of what was there before. */
const TICK = 20;
/** What is half-made and was not written for so long is of an export that was killed. */
const DEAD = 3_600_000;
/** Spark, Hive and Trino take every file of a partition but those that begin with a dot. */
const PART = /^\.http\.parquet\.\d+\.part$/;

/** The file of a day. */
export function partitionOf(output: string, day: string): string {
  return join(output, `date=${day}`, 'http.parquet');
}

/** The days of these files of which there is no Parquet file, or one of an older log: it has the time of the log that it was made of. */
export function daysToExport(directory: string, files: readonly LogFile[], output: string): ExportDay[] {
  const days = new Map<string, LogFile[]>();
  for (const file of files) days.set(file.day, [...(days.get(file.day) ?? []), file]);
  const latest = Date.now() - TICK;
  return [...days]
    .map(([day, own]) => ({
      day,
      files: own,
      written: Math.max(...own.map(({ path }) => timeOf(join(directory, path)))),
    }))
    .filter(({ day, written }) => timeOf(partitionOf(output, day)) < written)
    .map((one) => ({ ...one, written: Math.min(one.written, latest) }));
}

/** When a file was written: whole milliseconds since 1970, less than 0 where there is none. */
function timeOf(path: string): number {
  return Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1);
}

/** Writes a day whole beside its place, then puts it there: whoever reads meanwhile sees the old or the new one. Returns its lines. */
export async function exportDay(session: Session, { day, files, written }: ExportDay, output: string): Promise<number> {
  const { connection, zone } = session;
  const path = partitionOf(output, day);
  const part = join(dirname(path), `.http.parquet.${process.pid}.part`);
  mkdirSync(dirname(path), { recursive: true });
  removeDeadParts(dirname(path));
  try {
    const headers = await everyHeader(session, files);
    const rows = `SELECT * EXCLUDE (date) FROM (${tableOf({ files, headers, zone, isExport: true })})`;
    // Its own file beside the place would have a name that readers take.
    const how = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false';
    const made = await connection.runAndReadAll(`COPY (${rows}) TO ${literal(part)} (${how})`);
    settle(part, written);
    renameSync(part, path);
    return Number(made.getRowsJson()[0]?.[0] ?? 0);
  } catch (error) {
    rmSync(part, { force: true });
    throw wrong(error);
  }
}

/** Nothing of a line is left out: for a field that hardly any line has, all are read. */
async function everyHeader({ connection }: Session, files: readonly LogFile[]): Promise<HeaderColumn[]> {
  const keys = await connection.runAndReadAll(headerKeys(files));
  return headerColumns(keys.getRowsJson().map(([key]) => String(key)));
}

function removeDeadParts(directory: string): void {
  for (const name of readdirSync(directory).filter((one) => PART.test(one))) {
    const path = join(directory, name);
    const { mtimeMs = Number.POSITIVE_INFINITY } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < Date.now() - DEAD) rmSync(path, { force: true });
  }
}

/** On the disk, with this time: an empty file in its place would pass for the day. */
function settle(path: string, written: number): void {
  const descriptor = openSync(path, 'r+');
  try {
    settleTime(descriptor, { mtimeNs: BigInt(written) * 1_000_000n });
  } finally {
    closeSync(descriptor);
  }
}
