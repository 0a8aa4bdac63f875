// OpenTelemetry's protocol over HTTP as a receiver: logs in protobuf, encoded by the official package. Each record is there at least
// once; one that comes once more has the same log.record.uid.
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type OtlpHeaders, readOtlpHeaders } from './otlp-headers.ts';
import { type Chunk, chunkOf } from './otlp-records.ts';
import type { OtlpUrl } from './otlp-url.ts';
import { type Answer, openPost, type Post } from './post.ts';
import { NotTaken, type Receiver, type Refusal } from './receiver.ts';
import { readAgain } from './secret-file.ts';
import { reasonOf } from './server-error.ts';
import { takeTurns } from './turns.ts';

/** How servers of OTLP are reached. */
export interface OtlpSettings {
  /** Tried in turn. */
  readonly urls: readonly OtlpUrl[];
  /** What the file of header fields held at the start, and where it is: it may be read again. */
  readonly headers: OtlpHeaders;
  readonly headersFile: string | undefined;
  /** Certificates of the authority that the servers' are signed by, as PEM. */
  readonly authority: Uint8Array | undefined;
  /** Of this program. */
  readonly version: string;
}

/** Bytes of json that are sent at once: servers take 4 MB and more. */
const CHUNK_BYTES = 1_048_576;
const PROTOBUF = 'application/x-protobuf';
/** What servers of OTLP answer in, where they say anything. */
const ANSWERS: readonly string[] = [PROTOBUF, 'application/json', ''];
const SHORTEST_SECRET = 4;

/** How far a batch is. */
type Progress = Pick<Chunk, 'end' | 'lines'> & { readonly batch: string; readonly refusals: readonly Refusal[] };

/** Opens OTLP; nothing is sent yet. `moved` hears whenever something was taken. */
export function openOtlp(settings: OtlpSettings, moved: () => void = () => {}): Receiver {
  const { post, close } = openPost(settings.authority);
  let { headers } = settings;
  const shown = (reason: unknown): string => reasonOf(reason, secretsOf(settings.urls, headers));
  const inTurn = takeTurns(settings.urls, async ({ href }, error) => {
    const reason = `${href}: ${shown(error)}`;
    if (error instanceof NoEntry) headers = headersAgain(settings.headersFile) ?? headers;
    return reason;
  });
  let progress: Progress = { batch: '', end: 0, lines: 0, refusals: [] };

  return {
    name: 'otlp',
    async send({ batch, bytes }) {
      // Of a batch that did not get there as a whole what was taken is not sent again.
      if (progress.batch !== batch) progress = { batch, end: 0, lines: 0, refusals: [] };
      while (progress.end < bytes.length) {
        const chunk = chunkOf(bytes, progress, CHUNK_BYTES, { batch, version: settings.version });
        const refusals = await inTurn((url) => sendRecords(post, url, headers, chunk.records));
        moved();
        progress = { ...chunk, batch, refusals: [...progress.refusals, ...damage(chunk), ...refusals] };
      }
      const [first] = progress.refusals;
      const records = progress.refusals.reduce((sum, refusal) => sum + refusal.records, 0);
      return first && { records, reason: shown(first.reason) };
    },
    async close() {
      close();
    },
  };
}

/** The server does not know who this is. */
class NoEntry extends Error {}

/** What no message shows: a server may say a word of it. What is shorter tells nothing, and would hide every digit of that kind. */
function secretsOf(urls: readonly OtlpUrl[], headers: OtlpHeaders): string[] {
  const ofUrls = urls.flatMap((url) => [basicOf(url) ?? '', ...(url.credentials?.split(':').slice(1) ?? [])]);
  const words = Object.values(headers).flatMap((value) => value.split(/\s+/));
  return [...ofUrls, ...words].filter(({ length }) => length >= SHORTEST_SECRET);
}

function headersAgain(path: string | undefined): OtlpHeaders | undefined {
  const headers = readOtlpHeaders(readAgain(path) ?? '?');
  return typeof headers === 'number' ? undefined : headers;
}

function damage({ damaged }: Chunk): Refusal[] {
  return damaged === 0 ? [] : [{ records: damaged, reason: 'no records of json in the spool' }];
}

async function sendRecords(
  post: Post,
  url: OtlpUrl,
  headers: OtlpHeaders,
  records: readonly ReadableLogRecord[],
): Promise<Refusal[]> {
  const body = records.length === 0 ? undefined : ProtobufLogsSerializer.serializeRequest([...records]);
  if (body === undefined) return [];
  const answer = await post(url.href, fieldsOf(url, headers), body);
  if (answer.status !== 413) return judge(answer, records.length);
  // Too much at once for this server: half of it, and of one record nothing.
  const middle = records.length >> 1;
  if (middle === 0) return [{ records: 1, reason: `${url.href}: ${wordsOf(answer)}` }];
  const first = await sendRecords(post, url, headers, records.slice(0, middle));
  return [...first, ...(await sendRecords(post, url, headers, records.slice(middle)))];
}

function fieldsOf(url: OtlpUrl, headers: OtlpHeaders): Record<string, string> {
  const basic = basicOf(url);
  const entry: OtlpHeaders = basic === undefined ? {} : { Authorization: `Basic ${basic}` };
  return { 'User-Agent': 'httplog', ...entry, ...headers, 'Content-Type': PROTOBUF };
}

function basicOf({ credentials }: OtlpUrl): string | undefined {
  return credentials === undefined ? undefined : Buffer.from(credentials).toString('base64');
}

/** What became of records by the server's word (OTLP specification, "OTLP/HTTP Response"). */
function judge(answer: Answer, records: number): Refusal[] {
  if (answer.status >= 200 && answer.status < 300) return taken(answer, records);
  // Of a server that speaks OTLP this is its last word; of anybody else it says that this is the wrong place.
  if (answer.status === 400 && answer.type === PROTOBUF) return [{ records, reason: wordsOf(answer) }];
  if (answer.status === 401 || answer.status === 403) throw new NoEntry(wordsOf(answer));
  throw new NotTaken(wordsOf(answer), answer.retryAfter);
}

/** All, or all but some. A page for people is what web servers answer to everything. */
function taken(answer: Answer, records: number): Refusal[] {
  const { type, body } = answer;
  if (body.length === 0) return [];
  if (!ANSWERS.includes(type)) throw new NotTaken(`no server of OTLP, it answers in ${type}: ${wordsOf(answer)}`, 0);
  if (type !== PROTOBUF) return [];
  const { rejectedLogRecords, errorMessage } = partialSuccessOf(body);
  const rejected = Math.min(Number(rejectedLogRecords ?? 0), records);
  return rejected > 0 ? [{ records: rejected, reason: errorMessage || 'no reason given' }] : [];
}

type PartialSuccess = NonNullable<ReturnType<typeof ProtobufLogsSerializer.deserializeResponse>['partialSuccess']>;

/** An answer that can't be read says all the same that the records were taken. */
function partialSuccessOf(body: Buffer): PartialSuccess {
  try {
    return ProtobufLogsSerializer.deserializeResponse(body).partialSuccess ?? {};
  } catch {
    return {};
  }
}

/** Status and body: of a message in protobuf its text is what can be read. */
function wordsOf({ status, statusText, body }: Answer): string {
  return `HTTP ${status} ${statusText} ${body.toString('utf8')}`;
}
