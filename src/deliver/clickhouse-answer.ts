// A word with a server of ClickHouse: a query by the official client, and its whole answer. Whoever answers there may be anybody: so
// much and so long is read, and no more, and what is no answer of ClickHouse is none.
import { STATUS_CODES } from 'node:http';
import { addAbortSignal, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import { codeIn, ServerError } from './server-error.ts';
import { readShort } from './short-answer.ts';

/** What is asked. */
export interface Question {
  readonly query: string;
  /** What an insert brings. */
  readonly body?: Buffer;
  /** The query's name: a server runs one of a name at a time. */
  readonly id?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** What was answered. */
interface Answer {
  readonly text: string;
  /** Rows that it says were written; 0 where it says nothing. */
  readonly written: number;
}

type Exchange = Awaited<ReturnType<ClickHouseClient['exec']>>;

/** Milliseconds for question and answer. */
const PATIENCE = 60_000;
/** Bytes that are framed at once: of smaller ones the frame costs more than the sending. */
const FRAME_CHUNK = 1_048_576;

/** The rows of an answer to a SELECT, of which there are so many. */
export async function rowsOf<Row>(client: ClickHouseClient, query: string, patience?: number): Promise<Row> {
  const { text } = await ask(client, { query: `${query} FORMAT JSONEachRow` }, patience);
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length !== 1) throw new Error(`an answer of ${lines.length} rows instead of one`);
  return JSON.parse(lines[0] ?? '');
}

/** Carries out what has no answer. Resolves to the rows that the server says were written; 0 where it does not. */
export async function carryOut(client: ClickHouseClient, question: Question, patience?: number): Promise<number> {
  const { text, written } = await ask(client, question, patience);
  if (text !== '') throw new Error(`an answer where there is none to give: ${text}`);
  return written;
}

/** Rejects with a ServerError where ClickHouse says what is wrong. */
async function ask(client: ClickHouseClient, question: Question, patience = PATIENCE): Promise<Answer> {
  const signal = AbortSignal.timeout(patience);
  try {
    const exchange = await client.exec({
      query: question.query,
      ...(question.body && framed(question.body)),
      ...(question.id && { query_id: question.id }),
      clickhouse_settings: question.settings ?? {},
      abort_signal: signal,
      // The client would read and unpack an error to its end, wherever that is.
      ignore_error_response: true,
      decompress_response_stream: false,
    });
    return answerOf(exchange, await textOf(exchange, signal));
  } catch (error) {
    throw signal.aborted ? new Error(`no answer within ${patience / 1000} s`) : error;
  }
}

/**
 * A body that tells where it ends: one that is cut off on its way lacks the end of gzip's frame. Without that old servers take what came
 * as the whole. Nothing is made smaller.
 */
function framed(body: Buffer): { values: Readable; http_headers: Record<string, string> } {
  const frame = gzipSync(body, { level: 0, chunkSize: FRAME_CHUNK });
  return {
    values: Readable.from([frame], { objectMode: false }),
    http_headers: { 'Content-Encoding': 'gzip' },
  };
}

async function textOf({ stream, response_headers }: Exchange, signal: AbortSignal): Promise<string> {
  const body = await readShort(addAbortSignal(signal, stream));
  if (body.length > 0 && response_headers['content-encoding'] !== undefined)
    throw new Error('an answer in an encoding that was not asked for');
  return body.toString('utf8');
}

function answerOf({ http_status_code: status = 0, response_headers, summary }: Exchange, text: string): Answer {
  const code = codeIn(text) || Number(response_headers['x-clickhouse-exception-code'] ?? 0);
  const words = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`;
  if (code !== 0) throw new ServerError(text || `${words}, code ${code}`, code);
  if (status !== 200) throw new Error(`${words} ${text}`);
  const isClickHouse = summary !== undefined || response_headers['x-clickhouse-server-display-name'] !== undefined;
  if (!isClickHouse) throw new Error(`${words} of a server that is no ClickHouse ${text}`);
  return { text, written: Number(summary?.written_rows ?? 0) };
}
