import { rows } from './corpora.ts';
import type { Listed } from './ours.ts';

/** What other programs found in the captures. */

type Row = Partial<Record<string, string>>;

const SURICATA: readonly Row[] = rows('suricata-verify/suricata_checks.tsv') ?? [];

/** tshark's list, made without assembly: a message for each segment that begins with one. Undefined where the corpora have none. */
export function tsharkList(capture: string): Listed[] | undefined {
  return list(`${capture}.tshark-packet.tsv`);
}

/** Zeek's list, made with assembly: what it does not tell is '~'. */
export function zeekList(capture: string): Listed[] | undefined {
  return list(`${capture}.zeek.tsv`);
}

/**
 * What Suricata's tests assert of the messages of a capture (assembled); what they do not say is '~'. A list of conditions, not of messages: several
 * may speak of the same message. Undefined where they say nothing.
 */
export function suricataList(capture: string): Listed[] | undefined {
  const checks = SURICATA.filter(({ pcap, count }) => pcap === capture && count !== '0');
  const wanted = checks.flatMap(({ match = '{}' }) => toWanted(flattened(JSON.parse(match))));
  return wanted.length > 0 ? wanted : undefined;
}

/** `{"http": {"url": "/"}}` and `{"http.url": "/"}` mean the same. */
function flattened(conditions: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(conditions).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? [...flattened(value, `${prefix}${name}.`)]
        : [[`${prefix}${name}`, String(value)] as const],
    ),
  );
}

/** The request and the answer that a check speaks of; what it does not say is '~'. */
function toWanted(conditions: ReadonlyMap<string, string>): Listed[] {
  const say = (name: string): string => conditions.get(`http.${name}`) ?? '~';
  const anywhere = { frame: '~', time: '~', source: '~', destination: '~' };
  const request = ['http_method', 'url', 'hostname', 'http_user_agent'].map(say);
  const answer = ['status', 'http_content_type'].map(say);
  const [method, url, host = '~', agent = '~'] = request;
  const [status, type = '~'] = answer;
  const wanted: Listed[] = [];
  if (request.some((one) => one !== '~'))
    wanted.push({ ...anywhere, kind: 'Q', startLine: `${method} ${url} ~`, fields: [host, agent] });
  if (answer.some((one) => one !== '~'))
    wanted.push({ ...anywhere, kind: 'R', startLine: `~ ${status} ~`, fields: ['~', type] });
  return wanted;
}

function list(path: string): Listed[] | undefined {
  return rows(path)
    ?.filter((row) => row.proto === 'h1')
    .map(toListed);
}

function toListed(row: Row): Listed {
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((column) => unescaped(row[column]));
  return {
    frame: row.frame ?? '~',
    kind: row.kind === 'Q' ? 'Q' : 'R',
    time: utcTime(row.ts ?? '~'),
    source: row.src ?? '',
    destination: row.dst ?? '',
    startLine: [a, b, c].join(' ').trimEnd(),
    fields: [d ?? '', e ?? ''],
  };
}

/** '-' is an absent value; controls are `\xhh`, a backslash is `\\`. */
export function unescaped(value = '-'): string {
  if (value === '-') return '';
  return value.replace(/\\(\\|x[0-9a-f]{2})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
}

/** Seconds with any number of digits behind the point, truncated to milliseconds. */
function utcTime(epoch: string): string {
  const [seconds = '', fraction = ''] = epoch.split('.');
  if (epoch === '~') return '~';
  const milliseconds = Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
