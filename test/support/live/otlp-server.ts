import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import definitions from 'otlp-definitions/build/src/generated/root.js';
import { onTestFinished } from 'vitest';

// A server that takes logs by OTLP over HTTP, as the official definitions of the protocol decode them.

interface Message {
  encode(values: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: { readonly longs: StringConstructor; readonly arrays: true }): object;
}
interface Definitions {
  readonly opentelemetry: {
    readonly proto: { readonly collector: { readonly logs: { readonly v1: Readonly<Record<MessageName, Message>> } } };
  };
}
type MessageName = 'ExportLogsServiceRequest' | 'ExportLogsServiceResponse';
const { ExportLogsServiceRequest, ExportLogsServiceResponse } = (definitions as unknown as Definitions).opentelemetry
  .proto.collector.logs.v1;

/** A record as it came. */
export interface OtlpRecord {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
  /** Nanoseconds since 1970. */
  readonly time: string;
  readonly observed: string;
  readonly severity: unknown;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A request, and what it brings. */
export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Unpacked. */
  readonly bytes: number;
  readonly records: readonly OtlpRecord[];
}

/** What a server does with a request; records of one that it answers by 200, but not with a page, are taken. */
export type OtlpAnswer = (request: OtlpRequest, response: ServerResponse) => void;

/** A server that can be stopped and started again at its port. */
export interface OtlpServer {
  readonly port: number;
  readonly requests: readonly OtlpRequest[];
  /** What was taken, in order. */
  readonly taken: readonly OtlpRecord[];
  /** How it answers from now on. */
  answer(answer: OtlpAnswer): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const PROTOBUF = 'application/x-protobuf';

/** Takes everything. */
export const taking: OtlpAnswer = (_, response) => {
  response.writeHead(200, { 'Content-Type': PROTOBUF }).end(ExportLogsServiceResponse.encode({}).finish());
};

/** Takes everything but so many records, and says so. */
export function takingBut(rejectedLogRecords: number, errorMessage: string): OtlpAnswer {
  const body = ExportLogsServiceResponse.encode({ partialSuccess: { rejectedLogRecords, errorMessage } }).finish();
  return (_, response) => response.writeHead(200, { 'Content-Type': PROTOBUF }).end(body);
}

/** Starts a server, over TLS where it has certificate and key. */
export async function startOtlpServer(tls?: { readonly cert: string; readonly key: string }): Promise<OtlpServer> {
  const requests: OtlpRequest[] = [];
  const taken: OtlpRecord[] = [];
  let answer = taking;
  const hear = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part);
    const request = requestOf(message, unpacked(message, Buffer.concat(parts)));
    requests.push(request);
    response.once('close', () => {
      const isPage = String(response.getHeader('Content-Type')).startsWith('text/html');
      if (response.statusCode === 200 && response.headersSent && !isPage) taken.push(...request.records);
    });
    answer(request, response);
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    hear(message, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(stop);
  return {
    port,
    requests,
    taken,
    answer(next) {
      answer = next;
    },
    stop,
    start: () => listen(port),
  };
}

function unpacked({ headers }: IncomingMessage, body: Buffer): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function requestOf({ url = '', headers }: IncomingMessage, bytes: Buffer): OtlpRequest {
  const { resourceLogs } = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), {
    longs: String,
    arrays: true,
  }) as { resourceLogs: ResourceLogs[] };
  const records = resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((record) => ({
        resource: plainOf(resource.attributes),
        scope: scope.name,
        time: record.timeUnixNano,
        observed: record.observedTimeUnixNano,
        severity: record.severityNumber,
        body: plain(record.body),
        attributes: plainOf(record.attributes),
      })),
    ),
  );
  return { path: url, headers, bytes: bytes.length, records };
}

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
}
interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}
interface ResourceLogs {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeLogs: readonly {
    readonly scope: { readonly name: string };
    readonly logRecords: readonly {
      readonly timeUnixNano: string;
      readonly observedTimeUnixNano: string;
      readonly severityNumber: number;
      readonly body: AnyValue;
      readonly attributes: readonly KeyValue[];
    }[];
  }[];
}

/** Values by their keys; a key that is there twice is a fault. */
function plainOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  const values = Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
  if (Object.keys(values).length !== pairs.length) throw new Error('a key that is there twice');
  return values;
}

/** As JSON has it. */
function plain({ stringValue, boolValue, intValue, arrayValue }: AnyValue): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(plain);
  return intValue === undefined ? (stringValue ?? boolValue) : Number(intValue);
}
