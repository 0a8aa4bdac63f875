// Where logs go by OTLP: http[s]://user:password@host:port/path.

/** The place of logs on a server that speaks OTLP over HTTP. */
export interface OtlpUrl {
  /** Without user and password. */
  readonly href: string;
  /** Undefined where the URL has none. */
  readonly credentials: Credentials | undefined;
}

/** Who sends; either may be empty, but not both. */
interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What OTLP's base URLs are completed by (OpenTelemetry protocol exporter, "Endpoint URLs for OTLP/HTTP"). */
const LOGS = '/v1/logs';

/** Reads a URL; a text that says what is wrong with it, without a word of it, where it is none. */
export function readOtlpUrl(text: string): OtlpUrl | string {
  if (!URL.canParse(text)) return 'is no URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'begins neither with http:// nor with https://';
  if (url.search !== '' || url.hash !== '') return 'has a ? or a #';
  const credentials = url.username === '' && url.password === '' ? undefined : credentialsOf(url);
  if (typeof credentials === 'string') return credentials;
  url.username = '';
  url.password = '';
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(LOGS) ? path : `${path}${LOGS}`;
  return { href: url.href, credentials };
}

function credentialsOf({ username, password }: URL): Credentials | string {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return 'has a % in its user or password that begins no escape';
  }
}

/** As HTTP's scheme Basic has them. */
export function basicOf({ user, password }: Credentials): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}
