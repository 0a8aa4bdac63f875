// What a server of OTLP says of records that were sent to it (OTLP specification, "OTLP/HTTP Response").
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { Answer } from './post.ts';
import { NotTaken, type Refusal } from './receiver.ts';

export const PROTOBUF = 'application/x-protobuf';
/** Who answers in it speaks OTLP. */
const PROTOBUFS: readonly string[] = [PROTOBUF, 'application/protobuf'];
const JSON_TYPE = 'application/json';
/** What web servers answer to everything. */
const PAGES: readonly string[] = ['text/html', 'application/xhtml+xml'];

/** The server does not know who this is. */
export class NoEntry extends Error {}

/** A server's word. `broken`: it could do nothing with them, which lies in them or in the server. `records`: those that it does not have. */
export interface Verdict extends Refusal {
  readonly word: 'taken' | 'refused' | 'broken';
}

/** Of so many records. Throws where they are to be sent again. */
export function judge(answer: Answer, records: number): Verdict {
  const { status, type, retryAfter } = answer;
  if (status >= 200 && status < 300) return { word: 'taken', ...rejectedOf(answer, records) };
  // What it says to that may repeat what it was told.
  if (status === 401 || status === 403) throw new NoEntry(`HTTP ${status} ${answer.statusText}`);
  const reason = wordsOf(answer);
  if (status === 413) return { word: 'refused', records, reason };
  // Of a server that speaks OTLP this is its last word; of anybody else it says that this is the wrong place.
  const speaksOtlp = PROTOBUFS.includes(type);
  if (speaksOtlp && status === 400) return { word: 'refused', records, reason };
  if (speaksOtlp && (status === 500 || status === 422) && retryAfter === 0) return { word: 'broken', records, reason };
  throw new NotTaken(reason, retryAfter);
}

const NONE: Refusal = { records: 0, reason: '' };

/** What was not taken by a server that says yes. */
function rejectedOf(answer: Answer, records: number): Refusal {
  const { type, body } = answer;
  if (body.length === 0) return NONE;
  if (PAGES.includes(type)) throw new NotTaken(`no server of OTLP, it answers in ${type}: ${wordsOf(answer)}`, 0);
  const { rejectedLogRecords, errorMessage } = partialSuccessOf(answer);
  const rejected = Math.min(Number(rejectedLogRecords ?? 0), records);
  return rejected > 0 ? { records: rejected, reason: String(errorMessage || 'no reason given') } : NONE;
}

interface PartialSuccess {
  readonly rejectedLogRecords?: unknown;
  readonly errorMessage?: unknown;
}

/** An answer that can't be read says all the same that the records were taken. */
function partialSuccessOf({ type, body }: Answer): PartialSuccess {
  try {
    if (PROTOBUFS.includes(type)) return ProtobufLogsSerializer.deserializeResponse(body).partialSuccess ?? {};
    return type === JSON_TYPE ? (JSON.parse(body.toString()).partialSuccess ?? {}) : {};
  } catch {
    return {};
  }
}

/** Status and body: of a message in protobuf its text is what can be read. */
function wordsOf({ status, statusText, body }: Answer): string {
  return `HTTP ${status} ${statusText} ${body.toString('utf8')}`;
}
