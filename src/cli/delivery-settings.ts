// What -clickhouse and -otlp need, read before rights are given up.
import { readFileSync } from 'node:fs';
import type { Options } from '../config/check.ts';
import type { ClickHouseSettings } from '../deliver/clickhouse.ts';
import type { OtlpSettings } from '../deliver/otlp.ts';
import { type OtlpHeaders, readOtlpHeaders } from '../deliver/otlp-headers.ts';
import type { DeliverySettings } from '../deliver/receivers.ts';
import { advice } from '../pipeline/advice.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';
import { version } from './version.ts';

type DeliveryOptions = Pick<
  Options,
  | 'clickHouse'
  | 'clickHousePasswordFile'
  | 'clickHouseAuthority'
  | 'clickHouseCreate'
  | 'otlp'
  | 'otlpHeadersFile'
  | 'otlpAuthority'
>;

/** The settings, or undefined where records go to no server. Throws CannotRun where a file cannot be read. */
export function deliverySettings(options: DeliveryOptions): DeliverySettings | undefined {
  if (options.clickHouse.length === 0 && options.otlp.length === 0) return undefined;
  return { clickhouse: clickHouseSettings(options), otlp: otlpSettings(options) };
}

function clickHouseSettings(options: DeliveryOptions): ClickHouseSettings | undefined {
  const { clickHouse: urls, clickHousePasswordFile: passwordFile, clickHouseAuthority } = options;
  if (urls.length === 0) return undefined;
  return {
    urls,
    password:
      passwordFile === undefined ? undefined : read('clickhouse_password_file', passwordFile).toString().trimEnd(),
    passwordFile,
    create: options.clickHouseCreate,
    authority: clickHouseAuthority === undefined ? undefined : read('clickhouse_ca', clickHouseAuthority),
  };
}

function otlpSettings({ otlp: urls, otlpHeadersFile, otlpAuthority }: DeliveryOptions): OtlpSettings | undefined {
  if (urls.length === 0) return undefined;
  return {
    urls,
    headers: otlpHeadersFile === undefined ? {} : readHeaders(otlpHeadersFile),
    headersFile: otlpHeadersFile,
    authority: otlpAuthority === undefined ? undefined : read('otlp_ca', otlpAuthority),
    version: version(),
  };
}

function readHeaders(path: string): OtlpHeaders {
  const headers = readOtlpHeaders(read('otlp_headers_file', path).toString());
  if (typeof headers !== 'number') return headers;
  throw new CannotRun(`-otlp_headers_file: ${path}:${headers}: is no "Name: value"; write one header field a line`);
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CannotRun(`-${flag}: cannot read ${path}: ${advice(codeOf(error))}`);
  }
}
