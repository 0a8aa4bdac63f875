// Questions, each with what answers it: SQL for httplog, and a program for awk over what tshark tells of the capture, or over
// the lines of httplog in the way of docs/line-format.md. Both give lines of fields with a tab between; their order is nothing.

/** The logs that are asked: of messages, and of transactions as text and as json. */
export type LogName = 'messages' | 'pairs' | 'json';

/** One question. */
export interface Comparison {
  readonly name: string;
  readonly sql: string;
  readonly of: readonly LogName[];
  /** Over the rows of tshark, the columns of which are variables of their names; or over the lines of a log, by its name. */
  readonly over: 'tshark' | LogName;
  readonly awk: string;
}

/** tshark's fields, in their order. */
export const TSHARK_FIELDS: readonly (readonly [column: string, field: string])[] = [
  ['source', 'ip.src'],
  ['sourcePort', 'tcp.srcport'],
  ['target_', 'ip.dst'],
  ['targetPort', 'tcp.dstport'],
  ['method', 'http.request.method'],
  ['uri', 'http.request.uri'],
  ['version', 'http.request.version'],
  ['host', 'http.host'],
  ['agent', 'http.user_agent'],
  ['code', 'http.response.code'],
  ['phrase', 'http.response.phrase'],
  ['bytes', 'http.content_length_header'],
  ['type', 'http.content_type'],
  ['seconds', 'http.time'],
  ['requestIn', 'http.request_in'],
  ['frame', 'frame.number'],
];

const ALL: readonly LogName[] = ['messages', 'pairs', 'json'];
const TRANSACTIONS: readonly LogName[] = ['pairs', 'json'];
const TALLY = 'END { for (key in n) print key "\\t" n[key] }';
const PATH = 'path = uri; sub(/\\?.*/, "", path)';
/** Of an answer its request, which tshark names by its frame. */
const KEEP = `method != "" { ${PATH}; pathOf[frame] = path; methodOf[frame] = method }`;
const ASKED = "type IN ('CQ', 'SQ')";

export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'requests by method',
    sql: `SELECT method, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { n[method]++ } ${TALLY}`,
  },
  {
    name: 'requests by path',
    sql: `SELECT path, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { ${PATH}; n[path]++ } ${TALLY}`,
  },
  {
    name: 'answers by status code',
    sql: 'SELECT status, count(*) FROM http WHERE status IS NOT NULL GROUP BY ALL',
    of: ALL,
    over: 'tshark',
    awk: `code != "" { n[code]++ } ${TALLY}`,
  },
  {
    name: 'requests by Host, its port included',
    sql: `SELECT host, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { n[host]++ } ${TALLY}`,
  },
  {
    name: 'requests by host, without its port',
    sql: `SELECT domain, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { sub(/:[0-9]+$/, "", host); n[host]++ } ${TALLY}`,
  },
  {
    name: 'requests by client',
    sql: `SELECT client, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { n[source]++ } ${TALLY}`,
  },
  {
    // tshark takes every byte that is not ASCII for an unknown character.
    name: 'requests by User-Agent',
    sql: `SELECT regexp_replace(agent, '[^ -~]+', '?', 'g'), count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { gsub(/[^ -~]+/, "?", agent); n[agent]++ } ${TALLY}`,
  },
  {
    name: 'how many different queries, and how many requests with one',
    sql: 'SELECT count(DISTINCT query), count(query) FROM http',
    of: ALL,
    over: 'tshark',
    awk: 'index(uri, "?") && method != "" { sub(/^[^?]*\\?/, "", uri); n++; if (!(uri in seen)) { seen[uri]; all++ } } END { print all "\\t" n }',
  },
  {
    name: 'what answers announce, all bytes together',
    sql: "SELECT sum(length) FROM http WHERE type IN ('CR', 'SR')",
    of: ['messages'],
    over: 'tshark',
    awk: 'code != "" { sum += bytes } END { print sum }',
  },
  {
    name: 'answers by media type',
    sql: "SELECT content_type, count(*) FROM http WHERE type IN ('CR', 'SR') AND content_type IS NOT NULL GROUP BY ALL",
    of: ['messages'],
    over: 'tshark',
    awk: `code != "" && type != "" { n[type]++ } ${TALLY}`,
  },
  {
    name: 'answers by reason phrase',
    sql: 'SELECT reason, count(*) FROM http WHERE reason IS NOT NULL GROUP BY ALL',
    of: ['messages'],
    over: 'tshark',
    awk: `code != "" { n[phrase]++ } ${TALLY}`,
  },
  {
    name: 'requests by version',
    sql: `SELECT version, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { sub(/HTTP\\//, "", version); n[version]++ } ${TALLY}`,
  },
  {
    name: 'requests by port of the server',
    sql: `SELECT server_port, count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'tshark',
    awk: `method != "" { n[targetPort]++ } ${TALLY}`,
  },
  {
    name: 'connections',
    sql: `SELECT count(DISTINCT (client, client_port, server, server_port)) FROM http`,
    of: ALL,
    over: 'tshark',
    awk: 'method != "" { key = source " " sourcePort " " target_ " " targetPort; if (!(key in seen)) { seen[key]; n++ } } END { print n }',
  },
  {
    name: 'status codes by method',
    sql: 'SELECT method, status, count(*) FROM http GROUP BY ALL',
    of: TRANSACTIONS,
    over: 'tshark',
    awk: `${KEEP} code != "" { n[methodOf[requestIn] "\\t" code]++ } ${TALLY}`,
  },
  {
    name: 'what fails, by path',
    sql: 'SELECT status, path, count(*) FROM http WHERE status >= 400 GROUP BY ALL',
    of: TRANSACTIONS,
    over: 'tshark',
    awk: `${KEEP} code >= 400 { n[code "\\t" pathOf[requestIn]]++ } ${TALLY}`,
  },
  {
    name: 'what took longer than 100 ms, by path',
    sql: 'SELECT path, count(*) FROM http WHERE duration > 100000 GROUP BY ALL',
    of: TRANSACTIONS,
    over: 'tshark',
    awk: `${KEEP} code != "" && seconds > 0.1 { n[pathOf[requestIn]]++ } ${TALLY}`,
  },
  {
    name: 'bytes that were sent to this host, by path',
    sql: 'SELECT path, sum(request_length) FROM http WHERE request_length > 0 GROUP BY ALL',
    of: TRANSACTIONS,
    over: 'tshark',
    awk: `method != "" && bytes > 0 { ${PATH}; n[path] += bytes } ${TALLY}`,
  },
  {
    name: 'messages by type',
    sql: 'SELECT type, count(*) FROM http GROUP BY ALL',
    of: ['messages'],
    over: 'messages',
    awk: `{ n[$5]++ } ${TALLY}`,
  },
  {
    name: 'the first and the last message, to the millisecond',
    sql: "SELECT strftime(min(time), '%H:%M:%S.%g'), strftime(max(time), '%H:%M:%S.%g') FROM http",
    of: ['messages'],
    over: 'messages',
    awk: 'NR == 1 || $2 < first { first = $2 } $2 > last { last = $2 } END { print first "\\t" last }',
  },
  {
    name: 'requests in each second',
    sql: `SELECT strftime(time, '%H:%M:%S'), count(*) FROM http WHERE ${ASKED} GROUP BY ALL`,
    of: ALL,
    over: 'messages',
    awk: `$5 ~ /Q/ { n[substr($2, 1, 8)]++ } ${TALLY}`,
  },
  {
    name: 'time that answers took, all together',
    sql: 'SELECT sum(duration) FROM http',
    of: ['pairs'],
    over: 'pairs',
    awk: '{ sub(/\\./, "", $NF); sum += $NF } END { print sum }',
  },
  {
    name: 'bytes of answers, by path',
    sql: 'SELECT path, sum(length) FROM http WHERE length > 0 GROUP BY ALL',
    of: ['pairs'],
    over: 'pairs',
    awk: `$(NF - 1) > 0 { sub(/\\?.*/, "", $7); n[$7] += $(NF - 1) } ${TALLY}`,
  },
];
