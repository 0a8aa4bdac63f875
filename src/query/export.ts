// Days as Parquet files, DIRECTORY/date=YYYY-MM-DD/http.parquet, as Hive, Spark, Trino and DuckDB find partitions.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogFile } from './log-files.ts';
import { type Session, wrong } from './session.ts';
import { literal } from './sql.ts';

/** The file of a day. */
export function partitionOf(output: string, day: string): string {
  return join(output, `date=${day}`, 'http.parquet');
}

/** The days of these files whose Parquet file is missing, or older than one of them. */
export function daysToExport(directory: string, files: readonly LogFile[], output: string): string[] {
  const days = new Map<string, number>();
  for (const { path, day } of files) {
    days.set(day, Math.max(days.get(day) ?? 0, statSync(join(directory, path)).mtimeMs));
  }
  return [...days].filter(([day, written]) => writtenAt(partitionOf(output, day)) <= written).map(([day]) => day);
}

function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Writes a day whole beside its place, then puts it there: whoever reads meanwhile sees the old or the new one. Returns its lines. */
export async function exportDay({ connection, zone }: Session, day: string, output: string): Promise<number> {
  const path = partitionOf(output, day);
  const part = `${path}.part`;
  mkdirSync(join(output, `date=${day}`), { recursive: true });
  try {
    // An instant, for readers in other time zones.
    const rows = `SELECT timezone(${literal(zone)}, time) AS time, * EXCLUDE (date, time) FROM http WHERE date = DATE ${literal(day)}`;
    const written = await connection.runAndReadAll(
      `COPY (${rows}) TO ${literal(part)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    renameSync(part, path);
    return Number(written.getRowsJson()[0]?.[0] ?? 0);
  } catch (error) {
    rmSync(part, { force: true });
    throw wrong(error);
  }
}
