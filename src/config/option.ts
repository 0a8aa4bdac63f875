import type { FormatName } from '../../layout/formats.table.ts';
import type { ClickHouseUrl } from '../deliver/clickhouse-url.ts';
import type { OtlpUrl } from '../deliver/otlp-url.ts';
import type { Network } from '../pipeline/local-addresses.ts';
import type { PackingName } from '../sink/old-files.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Ports } from './ports.ts';
import type { Reader } from './reading.ts';

/** Where records are sent. Without URLs of a receiver, nothing goes there. */
export interface ServerSettings {
  readonly clickHouse: readonly ClickHouseUrl[];
  readonly clickHousePasswordFile: string | undefined;
  readonly clickHouseAuthority: string | undefined;
  readonly clickHouseCreate: boolean;
  readonly otlp: readonly OtlpUrl[];
  readonly otlpHeadersFile: string | undefined;
  readonly otlpAuthority: string | undefined;
}

/** What every flag's value is once its text has been read. */
export interface Settings extends ServerSettings {
  readonly interfaces: readonly string[];
  readonly file: string;
  readonly ports: Ports;
  readonly filter: string;
  readonly local: readonly Network[];
  readonly snaplen: number;
  readonly bufferMegabytes: number;
  readonly threads: number;
  readonly limit: number;
  readonly directory: string;
  readonly split: boolean;
  readonly addVlan: boolean;
  readonly pair: boolean;
  readonly assemble: boolean;
  readonly format: FormatName;
  readonly fields: readonly string[];
  readonly headers: readonly string[];
  readonly host: string;
  readonly clientHeader: string;
  readonly redact: readonly string[];
  readonly keepDays: number | undefined;
  readonly compress: PackingName | undefined;
  readonly spool: string | undefined;
  readonly spoolMegabytes: number;
  readonly spoolSeconds: number;
  readonly flows: number;
  readonly timeoutSeconds: number;
  readonly assembleMegabytes: number;
  readonly logEvery: number;
  readonly metrics: ListenAddress | undefined;
  readonly syslog: boolean;
  readonly user: string;
  readonly check: boolean;
  readonly cpuProfile: string;
  readonly config: string;
  readonly version: boolean;
  readonly help: boolean;
}

export type SettingName = keyof Settings;

export const READ = 'What is read';
export const WRITTEN = 'What is written';
export const RUNS = 'How it runs';
/** The headings of the usage text, in its order. */
export const GROUPS: readonly string[] = [READ, WRITTEN, RUNS];

/** What a boolean takes. */
export const TRUTH = 'true or false (also 1, t, 0, f)';

/** One row of the table: a flag, and the variable that says the same. */
export interface Option<T> {
  /** The flag without its dash. */
  readonly flag: string;
  /** Other spellings of the flag, which no text mentions. */
  readonly aliases?: readonly string[];
  /** The name in the environment and in the configuration file. */
  readonly variable?: string;
  readonly group: string;
  /** What stands for the value in the usage text; a flag without it is boolean and needs no value. */
  readonly argument?: string;
  /** The default as a user would write it; without it there is none. */
  readonly default?: string;
  /** What the texts say instead, where the default depends on the machine. */
  readonly defaultShown?: string;
  /** Which values there are, for the usage text, the docs and every message about a wrong one. */
  readonly allowed: string;
  readonly help: string;
  /** A wrong value is not shown: a password may stand in it. */
  readonly isSecret?: boolean;
  readonly read: Reader<T>;
}
