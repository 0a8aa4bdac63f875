// What a line of json must say of a transaction: a slow, clear second writing of its values, from the heads as text.
import { readable } from './json-text.ts';
import type { Half, Transaction } from './transactions.ts';

const bytesOf = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1');
const shown = (latin1: string | undefined): string | undefined =>
  latin1 === undefined ? undefined : readable(bytesOf(latin1));

/** The lines of a head, without their ends. */
function linesOf({ head }: Half): string[] {
  const lines = head.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.slice(0, lines.indexOf(''));
}

function field(message: Half, name: string): string | undefined {
  for (const line of linesOf(message).slice(1)) {
    const colon = line.indexOf(':');
    if (line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  }
  return undefined;
}

function startLine(message: Half): string {
  return (linesOf(message)[0] ?? '').replace(/[ \t\r]+$/, '');
}

function utc(stamp: bigint): string {
  const seconds = new Date(Number(stamp / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(stamp % 1_000_000_000n).padStart(9, '0')}Z`;
}

function bodySize(message: Half): number | undefined {
  if (field(message, 'transfer-encoding') !== undefined) return undefined;
  const length = field(message, 'content-length') ?? '';
  return /^[0-9]+$/.test(length) && BigInt(length) < 2n ** 63n ? Number(length) : undefined;
}

const microseconds = (from: bigint, to: bigint): number | undefined =>
  to < from ? undefined : Number((to - from) / 1000n);

function urlOf(request: Half, target: string, method: string): Record<string, unknown> {
  let rest = target;
  let authority = field(request, 'host');
  let scheme = 'http';
  const whole = /^([A-Za-z][A-Za-z0-9+.-]{0,14}):\/\/([^/?]*)/s.exec(target);
  if (method === 'CONNECT') {
    [authority, rest] = [target.slice(target.indexOf('@') + 1), ''];
  } else if (whole !== null && target.length > (whole[1]?.length ?? 0) + 3) {
    scheme = whole[1] ?? '';
    authority = (whole[2] ?? '').slice((whole[2] ?? '').indexOf('@') + 1);
    rest = target.slice(whole[0].length);
  }
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const port = /:([0-9]{1,5})$/.exec(authority ?? '')?.[1];
  const named = port !== undefined && Number(port) < 65536 ? port : undefined;
  const domain = named === undefined ? authority : authority?.slice(0, -named.length - 1);
  return {
    'url.scheme': shown(scheme),
    'url.domain': domain === '' ? undefined : shown(domain),
    'url.port': named === undefined ? undefined : Number(named),
    'url.path': path === '' ? undefined : shown(path),
    'url.query': mark < 0 ? undefined : shown(rest.slice(mark + 1)),
  };
}

function ofRequest(request: Half): Record<string, unknown> {
  const line = startLine(request);
  const parts = /^([^ ]*) (?:(.*?)[ \t]*(?<= )HTTP\/([0-9](?:\.[0-9])?)|(.*))$/s.exec(line);
  const method = parts?.[1] ?? line;
  const target = parts?.[2] ?? parts?.[4] ?? '';
  const isWhole = /^[^ ]* [^ ]* HTTP\/[0-9](?:\.[0-9])?$/s.test(line);
  return {
    'network.protocol.version': parts?.[3],
    'http.request.method': shown(method),
    ...urlOf(request, target, method),
    'user_agent.original': shown(field(request, 'user-agent')),
    'httplog.request.start_line': isWhole ? undefined : shown(line),
    'http.request.body.size': bodySize(request),
  };
}

/** The keys and values of a transaction over IPv4 of which only heads were looked at. */
export function recordOf({ request, response, ...ends }: Transaction): Record<string, unknown> {
  const both = request !== undefined && response !== undefined;
  const duration = both ? microseconds(request.first, response.first) : undefined;
  const status = Number(/^HTTP\/[0-9](?:\.[0-9])? ([0-9]{3})/.exec(response?.head ?? '')?.[1] ?? 0);
  const method = request?.head.split(' ')[0];
  const isTunnel = method === 'CONNECT' && status < 300;
  const isBodiless = status === 204 || status === 304 || status < 200 || method === 'HEAD' || isTunnel;
  const answered = response === undefined || isBodiless ? undefined : bodySize(response);
  const values: Record<string, unknown> = {
    timestamp: utc(request?.first ?? response?.first ?? 0n),
    'httplog.type': 'CQ',
    'client.address': (ends.client ?? [192, 0, 2, 1]).join('.'),
    'client.port': ends.clientPort ?? 40000,
    'server.address': (ends.server ?? [198, 51, 100, 7]).join('.'),
    'server.port': ends.serverPort ?? 80,
    'network.type': 'ipv4',
    'network.protocol.name': 'http',
    'network.protocol.version': response && /^HTTP\/([^ ]*)/s.exec(response.head)?.[1],
    'http.response.status_code': status === 0 ? undefined : status,
    'http.response.body.size': answered,
    'httplog.content_type': response && shown(field(response, 'content-type')),
    'httplog.duration': duration,
    'httplog.ttfb': duration,
    'httplog.retransmissions': (request?.retransmissions ?? 0) + (response?.retransmissions ?? 0),
    'httplog.transaction': (request ?? response)?.number,
  };
  const asked = request === undefined ? {} : ofRequest(request);
  const version = asked['network.protocol.version'] ?? values['network.protocol.version'];
  return present({ ...values, ...asked, 'network.protocol.version': version });
}

function present(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
