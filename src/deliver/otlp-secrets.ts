// What no message shows, though a server says it: of the URLs' users and passwords, and of header fields.
import type { OtlpHeaders } from './otlp-headers.ts';
import { basicOf, type OtlpUrl } from './otlp-url.ts';

/** Shorter words of a header field are schemes and tenants (`Bearer`, `http`), and would be hidden everywhere. */
const SHORTEST = 7;
const BASIC: RegExp = /^basic\s+(\S+)$/i;

/** The texts to hide, the longest first: one may be part of another. */
export function secretsOf(urls: readonly OtlpUrl[], headers: OtlpHeaders): string[] {
  const secrets = [...urls.flatMap(inUrl), ...Object.values(headers).flatMap(inField)];
  return secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
}

function inUrl({ credentials }: OtlpUrl): string[] {
  if (credentials === undefined) return [];
  const { user, password } = credentials;
  // A user without a password is a token.
  const secret = password === '' ? user : password;
  return [basicOf(credentials), `${user}:${password}`, secret, encodeURIComponent(secret)];
}

function inField(value: string): string[] {
  const words = [value, ...value.split(/\s+/), ...value.split(/[\s,;=]+/)];
  const basic = Buffer.from(BASIC.exec(value)?.[1] ?? '', 'base64').toString();
  return [...words.filter(({ length }) => length >= SHORTEST), basic, basic.slice(basic.indexOf(':') + 1)];
}
