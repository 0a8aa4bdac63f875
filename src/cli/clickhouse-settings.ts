// What -clickhouse needs, read before rights are given up.
import { readFileSync } from 'node:fs';
import type { Options } from '../config/check.ts';
import type { ClickHouseSettings } from '../deliver/clickhouse.ts';
import { advice } from '../pipeline/advice.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';

type ClickHouseOptions = Pick<
  Options,
  'clickHouse' | 'clickHousePasswordFile' | 'clickHouseAuthority' | 'clickHouseCreate'
>;

/** The settings, or undefined where records go to no server. Throws CannotRun where a file cannot be read. */
export function clickHouseSettings(options: ClickHouseOptions): ClickHouseSettings | undefined {
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

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CannotRun(`-${flag}: cannot read ${path}: ${advice(codeOf(error))}`);
  }
}
