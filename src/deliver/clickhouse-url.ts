// Where a table of ClickHouse is: http[s]://user:password@host:port/database/table.

/** A table of a server. */
export interface ClickHouseUrl {
  /** Scheme, host and port: what may be shown, and nothing else of it is secret either but the password. */
  readonly origin: string;
  readonly user: string;
  /** Undefined where the URL has none. */
  readonly password: string | undefined;
  readonly database: string;
  readonly table: string;
}

const DATABASE = 'default';
const TABLE = 'http';
/** Ports of ClickHouse's HTTP interface. */
const HTTP_PORT = '8123';
const HTTPS_PORT = '8443';

/** Names that need no quotes, and whose files need no escapes. */
const NAME: RegExp = /^[A-Za-z_][0-9A-Za-z_]{0,63}$/;

/** Reads a URL; a text that says what is wrong with it, without a word of it, where it is none. */
export function readClickHouseUrl(text: string): ClickHouseUrl | string {
  if (!URL.canParse(text)) return 'is no URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'begins neither with http:// nor with https://';
  if (url.search !== '' || url.hash !== '') return 'has something behind the table';
  const [database = DATABASE, table = TABLE, ...rest] = url.pathname.split('/').filter((name) => name !== '');
  if (rest.length > 0) return 'has more than a database and a table behind the host';
  if (!NAME.test(database) || !NAME.test(table))
    return 'names a database or table with other characters than letters, digits and _';
  // The default ports of the schemes are not ClickHouse's, but who writes them means them.
  const isBare = !/^https?:\/\/(?:[^/@]*@)?(?:\[[^\]]*\]|[^/:]*):\d/i.test(text);
  if (isBare) url.port = url.protocol === 'http:' ? HTTP_PORT : HTTPS_PORT;
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return 'has a % in its user or password that begins no escape';
  return {
    origin: url.origin,
    user: user === '' ? 'default' : user,
    password: password === '' ? undefined : password,
    database,
    table,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A URL as messages show it. */
export function shown({ origin, database, table }: ClickHouseUrl): string {
  return `${origin}/${database}/${table}`;
}
