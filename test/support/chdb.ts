import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// ClickHouse of today, embedded: the npm package chdb. It is half a gigabyte, so it is no dependency: where HTTPLOG_CHDB names a
// directory in which it was installed (npm install --prefix DIR chdb), it is used.

/** A session over a directory of data. */
export interface Chdb {
  query(sql: string, format?: string): string;
}

const place: string = process.env.HTTPLOG_CHDB ?? '';

/** Why there is none; undefined when there is. */
export function whyNoChdb(): string | undefined {
  if (place === '') return 'needs chdb: HTTPLOG_CHDB names the directory in which npm has installed it';
  return existsSync(join(place, 'node_modules/chdb')) ? undefined : `there is no chdb in ${place}`;
}

/** Opens a session; only one at a time. */
export function openChdb(directory: string): Chdb {
  const { Session } = createRequire(join(place, 'index.js'))('chdb') as { Session: new (directory: string) => Chdb };
  return new Session(directory);
}
