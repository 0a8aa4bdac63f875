// The rows of an answer, chunk by chunk, so that one of any length is printed with the memory of a few.
import type { Chunk, Converter, DuckDb, Result } from './duckdb.ts';
import { wrong } from './session.ts';

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** Its values are numbers, though those of 64 bits and more come as text. */
  readonly isNumber: boolean;
  /** Text of any length, of which a part can do. */
  readonly isText: boolean;
}

/** An answer that is being read: once. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  /** Rows of plain values, null where there is none. */
  readonly chunks: AsyncIterable<readonly (readonly unknown[])[]>;
}

const NUMBERS: readonly string[] = [
  ...['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'],
  ...['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT'],
  ...['FLOAT', 'DOUBLE', 'DECIMAL'],
];

/** What came of a question. */
export function answerOf(result: Result, duckDb: DuckDb): Answer {
  const { DuckDBTypeId } = duckDb;
  const numbers = NUMBERS.map((name) => DuckDBTypeId[name]);
  const columns = Array.from({ length: result.columnCount }, (_, index) => ({
    name: result.columnName(index),
    isNumber: numbers.includes(result.columnTypeId(index)),
    isText: result.columnTypeId(index) === DuckDBTypeId.VARCHAR,
  }));
  return { columns, chunks: chunksOf(result, converterOf(duckDb)) };
}

/** Values as JSON has them, but for an interval, of which DuckDB's own text is read by people: 1 day 02:00:00. */
function converterOf({ DuckDBIntervalValue, JsonDuckDBValueConverter }: DuckDb): Converter {
  return (value, type, self) =>
    value instanceof DuckDBIntervalValue ? String(value) : JsonDuckDBValueConverter(value, type, self);
}

async function* chunksOf(result: Result, converter: Converter): AsyncGenerator<unknown[][]> {
  for (let chunk = await next(result); chunk !== null && chunk.rowCount > 0; chunk = await next(result)) {
    yield chunk.convertRows(converter);
  }
}

/** What fails behind the first rows fails here. */
async function next(result: Result): Promise<Chunk | null> {
  try {
    return await result.fetchChunk();
  } catch (error) {
    throw wrong(error);
  }
}

/** A value as text; nothing for null. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
