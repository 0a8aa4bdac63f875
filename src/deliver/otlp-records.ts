// Records as OpenTelemetry's log records: the time is theirs, the host is their resource's, and every other key is an attribute.
import type { AnyValueMap } from '@opentelemetry/api-logs';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { HOST_KEY } from '../../layout/columns.table.ts';
import { LINE_FEED } from '../sink/destination.ts';

type Resource = ReadableLogRecord['resource'];

/** INFO (Logs Data Model, "Field: SeverityNumber"). */
const SEVERITY_INFO = 9;
/** What tells a record from all others, so that one that came twice is known (semantic conventions, "General logs attributes"). */
const RECORD_ID = 'log.record.uid';

/** Some lines of a batch. */
export interface Chunk {
  readonly records: readonly ReadableLogRecord[];
  /** Lines that are no records: what a disk made of them. */
  readonly damaged: number;
  /** Bytes of the batch up to the end of these lines, and its lines up to there. */
  readonly end: number;
  readonly lines: number;
}

/** What all records have in common. */
export interface Origin {
  /** Of this program. */
  readonly version: string;
  /** What no other batch is named. */
  readonly batch: string;
}

/** What is sent at once. */
export interface Most {
  readonly bytes: number;
  readonly lines: number;
}

/** The records behind some bytes, and so many lines, of a batch: about as many bytes as allowed, and one line at the least. */
export function chunkOf(bytes: Buffer, begin: Pick<Chunk, 'end' | 'lines'>, most: Most, origin: Origin): Chunk {
  const records: ReadableLogRecord[] = [];
  const resourceOf = resources(origin);
  const scope = { name: 'httplog', version: origin.version };
  let { end, lines } = begin;
  let damaged = 0;
  while (end < bytes.length && end - begin.end < most.bytes && lines - begin.lines < most.lines) {
    const next = bytes.indexOf(LINE_FEED, end) + 1 || bytes.length;
    const values = valuesOf(bytes.toString('utf8', end, next));
    if (values === undefined) damaged++;
    else records.push({ ...recordOf(values, `${origin.batch}-${lines}`, resourceOf), instrumentationScope: scope });
    end = next;
    lines++;
  }
  return { records, damaged, end, lines };
}

function valuesOf(line: string): Values | undefined {
  try {
    const values: unknown = JSON.parse(line);
    return isRecord(values) ? exactly(values, line) : undefined;
  } catch {
    return undefined;
  }
}

const TIMESTAMP: RegExp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

/** What has another time than httplog writes could not be encoded. */
function isRecord(values: unknown): values is Values {
  if (typeof values !== 'object' || values === null || !('timestamp' in values)) return false;
  const { timestamp } = values;
  return typeof timestamp === 'string' && TIMESTAMP.test(timestamp) && timeOf(timestamp)[0] >= 0;
}

/** A number that JavaScript can't hold exactly becomes its own text: a Content-Length may say anything. */
function exactly(values: Values, line: string): Values {
  const long = Object.keys(values).filter((key) => Math.abs(Number(values[key])) > Number.MAX_SAFE_INTEGER);
  const numbers = long.filter((key) => typeof values[key] === 'number');
  return { ...values, ...Object.fromEntries(numbers.map((key) => [key, digitsOf(key, line)])) };
}

/** In a text of json a key's quotes would have backslashes in front. */
function digitsOf(key: string, line: string): string {
  const begin = `${JSON.stringify(key)}:`;
  return /^[-+.\deE]*/.exec(line.slice(line.indexOf(begin) + begin.length))?.[0] ?? '';
}

/** What a record has, by the keys of json. */
type Values = AnyValueMap & { readonly timestamp: string };

function recordOf(
  values: Values,
  id: string,
  resourceOf: (host: string) => Resource,
): Omit<ReadableLogRecord, 'instrumentationScope'> {
  const { timestamp, [HOST_KEY]: host, ...attributes } = values;
  const time = timeOf(timestamp);
  return {
    hrTime: time,
    // It was seen when it passed.
    hrTimeObserved: time,
    severityNumber: SEVERITY_INFO,
    severityText: 'INFO',
    body: bodyOf(attributes),
    attributes: { ...attributes, [RECORD_ID]: id },
    droppedAttributesCount: 0,
    resource: resourceOf(String(host ?? '')),
  };
}

/** Seconds since 1970, and nanoseconds, of 2026-11-27T22:00:00.123456789Z. */
function timeOf(timestamp: string): [number, number] {
  return [Date.parse(`${timestamp.slice(0, 19)}Z`) / 1000, Number(timestamp.slice(20, 29))];
}

/** For people: what was asked for, and what came of it. */
function bodyOf(values: AnyValueMap): string {
  const { 'url.path': path = '', 'url.query': query } = values;
  const target = query === undefined ? path : `${path}?${query}`;
  const words = [
    values['http.request.method'] ?? values['httplog.request.start_line'],
    target,
    values['http.response.status_code'] ?? values['httplog.response.start_line'],
  ];
  return words.filter((word) => word !== undefined && word !== '').join(' ');
}

/** The resource of a host: records with the same one stand together. */
function resources({ version }: Origin): (host: string) => Resource {
  const known = new Map<string, Resource>();
  return (host) => {
    const there = known.get(host) ?? resourceOf(host, version);
    known.set(host, there);
    return there;
  };
}

/** By hand: the package that makes resources also looks for what machine this is, with programs that it starts. */
function resourceOf(host: string, version: string): Resource {
  const service = { 'service.name': 'httplog', 'service.version': version };
  const attributes = host === '' ? service : { [HOST_KEY]: host, ...service };
  const resource: Resource = { attributes, merge: () => resource, getRawAttributes: () => Object.entries(attributes) };
  return resource;
}
