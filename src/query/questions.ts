// Questions that are ready-made: `httplog top`.

/** One of them. */
export interface Question {
  readonly name: string;
  readonly help: string;
  /** The column whose values are drawn as bars. */
  readonly bars: string;
  /** What an answer without a row means, if not that nothing was logged. */
  readonly empty?: string;
  /** A statement that goes before. */
  readonly before?: string;
  sql(rows: number): string;
}

/** How often each value of an expression is there, and its share. */
function counted(value: string, name: string, of: string, where: string, rows: number): string {
  return `SELECT ${value} AS ${name}, count(*) AS ${of}, round(100.0 * count(*) / sum(count(*)) OVER (), 1)::DECIMAL(4, 1) AS percent
    FROM http WHERE ${where} GROUP BY ALL ORDER BY ${of} DESC, ${name} LIMIT ${rows}`;
}

const REQUESTS = "type IN ('CQ', 'SQ')";
const ms = (quantile: string): string => `round(${quantile} / 1000.0, 3)::DECIMAL(18, 3)`;

function slow(rows: number): string {
  return `SELECT domain AS host, path, count(*) AS requests, ${ms('quantile_cont(duration, 0.5)')} AS median_ms,
      ${ms('quantile_cont(duration, 0.95)')} AS p95_ms, ${ms('max(duration)')} AS max_ms
    FROM http WHERE duration IS NOT NULL GROUP BY ALL ORDER BY p95_ms DESC, requests DESC, host, path LIMIT ${rows}`;
}

/**
 * Answers in lines of their own are those of the last request on their connection before them. Lines have milliseconds, so which of
 * two came first is told by their order in the file where that is the same: a table keeps it, although all cores fill it, and numbers
 * its rows. (row_number() over the lines themselves would have them read by one core.)
 */
const ERRORS_BEFORE = `CREATE TEMP TABLE lines AS
  SELECT time, type, status, method, domain, path, client, client_port, server, server_port
  FROM http WHERE (${REQUESTS} AND status IS NULL) OR status >= 400`;

function errors(rows: number): string {
  return `WITH numbered AS (
      SELECT *, epoch_us(time)::HUGEINT * 1000000000000 + rowid AS moment, (client, client_port, server, server_port) AS connection
      FROM lines),
    answers AS (SELECT * FROM numbered WHERE NOT (${REQUESTS})),
    asked AS (SELECT * FROM numbered WHERE status IS NULL),
    failed AS (
      SELECT status, method, domain, path FROM lines WHERE status >= 400 AND ${REQUESTS}
      UNION ALL
      SELECT answers.status, asked.method, asked.domain, asked.path FROM answers ASOF LEFT JOIN asked
      ON answers.connection = asked.connection AND answers.moment >= asked.moment)
    SELECT status, method, domain AS host, path, count(*) AS errors FROM failed
    GROUP BY ALL ORDER BY errors DESC, status, method, host, path LIMIT ${rows}`;
}

export const QUESTIONS: readonly Question[] = [
  {
    name: 'paths',
    help: 'paths that were asked for most',
    bars: 'requests',
    sql: (rows) => counted('path', 'path', 'requests', REQUESTS, rows),
  },
  {
    name: 'clients',
    help: 'clients that asked most',
    bars: 'requests',
    sql: (rows) => counted('client', 'client', 'requests', REQUESTS, rows),
  },
  {
    name: 'hosts',
    help: 'hosts that were asked for',
    bars: 'requests',
    sql: (rows) => counted('domain', 'host', 'requests', REQUESTS, rows),
  },
  {
    name: 'agents',
    help: 'User-Agents',
    bars: 'requests',
    sql: (rows) => counted('agent', 'agent', 'requests', REQUESTS, rows),
  },
  {
    name: 'status',
    help: 'status codes of answers',
    bars: 'answers',
    sql: (rows) => counted('status', 'status', 'answers', 'status IS NOT NULL', rows),
  },
  {
    name: 'slow',
    help: 'paths whose answers took longest, by the time that 95 of 100 stay below',
    bars: 'p95_ms',
    empty: 'no line says how long an answer took: httplog writes that with -pair',
    sql: slow,
  },
  {
    name: 'errors',
    help: 'what was answered with a status of 400 or more',
    bars: 'errors',
    before: ERRORS_BEFORE,
    sql: errors,
  },
];
