// OpenTelemetry's protocol over HTTP as a receiver: logs in protobuf, encoded by the official package. Each record is there at least
// once; one that comes once more has the same log.record.uid.
import { gzipSync } from 'node:zlib';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { judge, NoEntry, PROTOBUF, type Verdict } from './otlp-answer.ts';
import { type OtlpHeaders, readOtlpHeaders } from './otlp-headers.ts';
import { openParts } from './otlp-parts.ts';
import { type Chunk, chunkOf } from './otlp-records.ts';
import { secretsOf } from './otlp-secrets.ts';
import { basicOf, type OtlpUrl } from './otlp-url.ts';
import { openPost } from './post.ts';
import { inOne, NotTaken, type Receiver, type Refusal } from './receiver.ts';
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

/** Bytes of json that are sent at once: less than 1 MB in protobuf, what nginx takes where nobody told it more. */
const CHUNK_BYTES = 524_288;
/** So often servers must break on the same records before it is believed that this is the records' fault. */
const BELIEVED = 10;
/** Of gzip: a tenth of the bytes for a twentieth more of the time that encoding takes. */
const LEVEL = 1;
const NOTHING_SENT: Verdict = { word: 'taken', records: 0, reason: '' };

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
  const parts = openParts();
  let progress: Progress = { batch: '', end: 0, lines: 0, refusals: [] };
  /** Before which byte of a batch what servers break on is, and how often they did. */
  let trouble = { batch: '', until: 0, times: 0 };

  const isBelieved = (end: number): boolean => {
    const { batch } = progress;
    const isKnown = trouble.batch === batch && progress.end < trouble.until;
    const { until, times } = isKnown ? trouble : { until: end, times: 0 };
    trouble = { batch, until: Math.min(until, end), times: times + 1 };
    return trouble.times >= BELIEVED;
  };
  const sendChunk = async ({ records, end }: Chunk): Promise<Verdict> => {
    const encoded = records.length === 0 ? undefined : ProtobufLogsSerializer.serializeRequest([...records]);
    if (encoded === undefined) return NOTHING_SENT;
    const body = gzipSync(encoded, { level: LEVEL });
    return inTurn(async (url) => {
      const verdict = judge(await post(url.href, fieldsOf(url, headers), body), records.length);
      if (verdict.word === 'broken' && !isBelieved(end)) throw new NotTaken(verdict.reason, 0);
      return verdict;
    });
  };

  return {
    name: 'otlp',
    async send({ batch, bytes }) {
      // Of a batch that did not get there as a whole what was taken is not sent again.
      if (progress.batch !== batch) progress = { batch, end: 0, lines: 0, refusals: [] };
      while (progress.end < bytes.length) {
        const most = { bytes: CHUNK_BYTES, lines: parts.most };
        const chunk = chunkOf(bytes, progress, most, { batch, version: settings.version });
        const verdict = await sendChunk(chunk);
        if (verdict.word === 'taken') parts.taken();
        else if (!parts.refused(chunk.lines - progress.lines)) continue;
        moved();
        progress = { ...chunk, batch, refusals: [...progress.refusals, ...damage(chunk), verdict] };
      }
      const refusal = inOne(progress.refusals.filter(({ records }) => records > 0));
      return refusal && { ...refusal, reason: shown(refusal.reason) };
    },
    async close() {
      close();
    },
  };
}

function headersAgain(path: string | undefined): OtlpHeaders | undefined {
  const text = readAgain(path);
  if (text === undefined) return undefined;
  const headers = readOtlpHeaders(text);
  return typeof headers === 'string' ? undefined : headers;
}

function damage({ damaged }: Chunk): Refusal[] {
  return damaged === 0 ? [] : [{ records: damaged, reason: 'no records of json in the spool' }];
}

function fieldsOf({ credentials }: OtlpUrl, headers: OtlpHeaders): Record<string, string> {
  const entry: OtlpHeaders = credentials === undefined ? {} : { Authorization: `Basic ${basicOf(credentials)}` };
  return { 'User-Agent': 'httplog', ...entry, ...headers, 'Content-Type': PROTOBUF, 'Content-Encoding': 'gzip' };
}
