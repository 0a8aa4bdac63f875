import { addressText } from './address-text.ts';
import { escapeField } from './escape.ts';
import type { Followed } from './follower.ts';
import { field } from './head.ts';
import { statusCode, trimStartLine } from './start-line.ts';
import type { Exchange } from './transactions.ts';

type Write = (exchange: Exchange) => string | number | bigint | boolean | undefined;

/** The columns that are compared, as `-fields` names them, and what docs/line-format.md says that they hold. */
const COLUMNS: Readonly<Record<string, Write>> = {
  'client.address': ({ client }) => addressText(client.source),
  'client.port': ({ client }) => client.sourcePort,
  'server.address': ({ client }) => addressText(client.destination),
  'server.port': ({ client }) => client.destinationPort,
  'httplog.transaction': ({ number }) => number,
  'http.request.method': ({ request }) => requestLine(request)?.method,
  'httplog.request.target': ({ request }) => requestLine(request)?.target,
  'httplog.request.start_line': ({ request }) => (requestLine(request)?.whole ? undefined : startLine(request)),
  'httplog.request.host': ({ request }) => request && field(request.head, 'host'),
  'user_agent.original': ({ request }) => request && field(request.head, 'user-agent'),
  'http.response.status_code': ({ response }) => response && statusCode(response.head.startLine).replace('000', ''),
  'httplog.content_type': ({ response }) => response && field(response.head, 'content-type'),
  'http.request.body.size': ({ request }) => contentOf(request),
  'http.response.body.size': ({ response }) => contentOf(response),
  'httplog.request.wire_bytes': ({ request }) => request?.body.wire,
  'httplog.response.wire_bytes': ({ response }) => response?.body.wire,
  'httplog.complete': ({ response }) => response?.body.complete ?? false,
  'httplog.information': ({ information }) => information,
  timestamp: ({ request, response }) => timestamp((request ?? response)?.first ?? 0n),
  'httplog.connect': ({ connect }) => microseconds(0n, connect),
  'httplog.request': ({ request }) => microseconds(request?.first, request?.last),
  'httplog.ttfb': ({ request, response }) => microseconds(request?.last, response?.first),
  'httplog.response': ({ response }) => microseconds(response?.first, response?.last),
  'httplog.idle': ({ idle }) => microseconds(0n, idle),
  'httplog.duration': ({ request, response }) => microseconds(request?.first, response?.last),
};

export const EXCHANGE_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** An exchange as a line of tsv with `EXCHANGE_COLUMNS`, without its LF. */
export function exchangeLine(exchange: Exchange): string {
  const values = Object.values(COLUMNS).map((write) => write(exchange) ?? '');
  return values.map((value) => escapeField(String(value))).join('\t');
}

/** "What was seen [...] where known, else Content-Length as sent": of a head that is cut nothing was seen. */
function contentOf(message: Followed | undefined): string | number | undefined {
  if (!message || message.head.end !== undefined) return message?.body.content;
  return /^[0-9]+$/.exec(field(message.head, 'content-length') ?? '')?.[0];
}

function startLine(message: Followed | undefined): string | undefined {
  return message && trimStartLine(message.head.startLine);
}

/**
 * Method, target, version (RFC 9112 section 3), leniently: the method ends at the first space, the target before a version at the end. Only where
 * the target has no space in it nothing of the line is lost.
 */
function requestLine(request: Followed | undefined): { method: string; target: string; whole: boolean } | undefined {
  const line = startLine(request);
  if (line === undefined) return undefined;
  const [, method = '', rest = ''] = /^([^ ]*) ?(.*)$/s.exec(line) ?? [];
  const target = /^(.+?)[ \t]* HTTP\/[0-9](?:\.[0-9])?$/s.exec(rest)?.[1];
  // A version where the target should stand is none.
  const isVersion = /^HTTP\/[0-9](?:\.[0-9])?$/.test(rest);
  return {
    method,
    target: isVersion ? '' : (target ?? rest),
    whole: /^[^ ]+ HTTP\/[^ ]+$/.test(rest) && target !== undefined,
  };
}

/** "microseconds": a negative duration is absent. */
function microseconds(from: bigint | undefined, to: bigint | undefined): bigint | undefined {
  if (from === undefined || to === undefined || to < from) return undefined;
  return (to - from) / 1000n;
}

/** "RFC 3339, UTC, nanoseconds". */
function timestamp(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}
