// What -clickhouse and -otlp need, read before rights are given up.
import { readFileSync } from 'node:fs';
import type { ServerSettings } from '../config/option.ts';
import type { ClickHouseSettings } from '../deliver/clickhouse.ts';
import type { OtlpSettings } from '../deliver/otlp.ts';
import { type OtlpHeaders, readOtlpHeaders } from '../deliver/otlp-headers.ts';
import type { DeliverySettings } from '../deliver/receivers.ts';
import { advice } from '../pipeline/advice.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';
import { version } from './version.ts';

/** The settings, or undefined where records go to no server. Throws CannotRun where a file cannot be read, or holds something else. */
export async function deliverySettings(options: ServerSettings): Promise<DeliverySettings | undefined> {
  if (options.clickHouse.length === 0 && options.otlp.length === 0) return undefined;
  return { clickhouse: await clickHouseSettings(options), otlp: await otlpSettings(options) };
}

async function clickHouseSettings(options: ServerSettings): Promise<ClickHouseSettings | undefined> {
  const { clickHouse: urls, clickHousePasswordFile: passwordFile } = options;
  if (urls.length === 0) return undefined;
  return {
    urls,
    password:
      passwordFile === undefined ? undefined : read('clickhouse_password_file', passwordFile).toString().trimEnd(),
    passwordFile,
    create: options.clickHouseCreate,
    authority: await readAuthority('clickhouse_ca', options.clickHouseAuthority),
  };
}

async function otlpSettings(options: ServerSettings): Promise<OtlpSettings | undefined> {
  const { otlp: urls, otlpHeadersFile } = options;
  if (urls.length === 0) return undefined;
  return {
    urls,
    headers: otlpHeadersFile === undefined ? {} : readHeaders(otlpHeadersFile),
    headersFile: otlpHeadersFile,
    authority: await readAuthority('otlp_ca', options.otlpAuthority),
    version: version(),
  };
}

async function readAuthority(flag: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  const pem = read(flag, path);
  const { holdsCertificates } = await import('./certificates.ts');
  if (holdsCertificates(pem)) return pem;
  throw new CannotRun(`-${flag}: ${path}: holds no certificate that can be read; name a file of certificates (PEM)`);
}

function readHeaders(path: string): OtlpHeaders {
  const headers = readOtlpHeaders(read('otlp_headers_file', path).toString());
  if (typeof headers !== 'string') return headers;
  throw new CannotRun(`-otlp_headers_file: ${path}:${headers}`);
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CannotRun(`-${flag}: cannot read ${path}: ${advice(codeOf(error))}`);
  }
}
