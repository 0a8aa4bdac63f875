import type { FormatSettings } from '../pipeline/format-settings.ts';
import type { OutputSettings } from '../pipeline/run.ts';
import type { TransactionSettings } from '../pipeline/transaction-settings.ts';
import type { Given } from './given.ts';
import type { Option, SettingName, Settings } from './option.ts';
import { OPTIONS } from './options.ts';

// What means nothing together is a mistake where the command line says it: somebody has just asked for it. A setting of the environment
// or the file stays there for other runs as well, so where it does not apply it is not used.

/** What decides whether another flag means anything. */
type Deciding = Pick<TransactionSettings, 'pair' | 'assemble'> &
  Pick<FormatSettings, 'format'> &
  Pick<OutputSettings, 'directory'> & { readonly file: string | undefined; readonly records: boolean } & Pick<
    Settings,
    'clickHouse' | 'clickHouseCreate' | 'otlp' | 'spool'
  >;

/** A flag that needs something beside it. */
interface Need {
  readonly name: SettingName;
  readonly isMet: (options: Deciding) => boolean;
  readonly line: string;
}

const remembersFlows = ({ pair, assemble }: Deciding): boolean => pair || assemble;
const FLOWS_LINE = 'only together with -pair or -assemble; leave it out, or add one of them';

const writesFiles = ({ directory }: Deciding): boolean => directory !== '-';
const FILES_LINE = 'not together with -d -, which writes no files; leave it out, or name a directory with -d';

const toClickHouse = ({ clickHouse }: Deciding): boolean => clickHouse.length > 0;
const CLICKHOUSE_LINE = 'only together with -clickhouse; leave it out, or add that';
const toOtlp = ({ otlp }: Deciding): boolean => otlp.length > 0;
const OTLP_LINE = 'only together with -otlp; leave it out, or add that';

const hasSpool = ({ spool }: Deciding): boolean => spool !== undefined;
const SPOOL_LINE = 'needs -spool where -d - writes no files; add it, or name a directory with -d';

const NEEDS: readonly Need[] = [
  {
    name: 'addVlan',
    isMet: ({ format }) => format === 'text' || format === 'json',
    line: 'only together with -format text or json; leave it out (tsv has the tags if -fields names httplog.vlan)',
  },
  {
    name: 'clientHeader',
    isMet: ({ format, records }) => (format !== 'text' && format !== 'zeek') || records,
    line: 'not together with -format text or zeek, which tell where packets came from; leave it out, or choose another -format',
  },
  {
    name: 'fields',
    isMet: ({ format }) => format === 'tsv',
    line: 'only together with -format tsv; leave it out, or add that',
  },
  {
    name: 'headers',
    isMet: ({ format, records }) => format === 'json' || records,
    line: 'only together with -format json, -clickhouse, -otlp or -spool; leave it out, or add one of them',
  },
  {
    name: 'host',
    isMet: ({ format, records }) => format === 'json' || format === 'tsv' || records,
    line: 'only together with -format json, tsv, -clickhouse, -otlp or -spool; leave it out, or add one of them',
  },
  { name: 'flows', isMet: remembersFlows, line: FLOWS_LINE },
  { name: 'timeoutSeconds', isMet: remembersFlows, line: FLOWS_LINE },
  {
    name: 'assembleMegabytes',
    isMet: ({ assemble }) => assemble,
    line: 'only together with -assemble; leave it out, or add that',
  },
  {
    name: 'spoolMegabytes',
    isMet: ({ records }) => records,
    line: 'only together with -clickhouse, -otlp or -spool; leave it out, or add one of them',
  },
  {
    name: 'spoolSeconds',
    isMet: (options) => toClickHouse(options) || toOtlp(options),
    line: 'only together with -clickhouse or -otlp; leave it out, or add one of them',
  },
  { name: 'clickHousePasswordFile', isMet: toClickHouse, line: CLICKHOUSE_LINE },
  { name: 'clickHouseAuthority', isMet: toClickHouse, line: CLICKHOUSE_LINE },
  { name: 'clickHouseCreate', isMet: toClickHouse, line: CLICKHOUSE_LINE },
  { name: 'otlpHeadersFile', isMet: toOtlp, line: OTLP_LINE },
  { name: 'otlpAuthority', isMet: toOtlp, line: OTLP_LINE },
  { name: 'clickHouse', isMet: hasSpool, line: SPOOL_LINE },
  { name: 'otlp', isMet: hasSpool, line: SPOOL_LINE },
  { name: 'keepDays', isMet: writesFiles, line: FILES_LINE },
  { name: 'compress', isMet: writesFiles, line: FILES_LINE },
];

function flagOf(given: readonly Given[], name: SettingName): Given | undefined {
  return given.findLast((one) => one.origin === 'flag' && one.name === name);
}

/** Whether a flag asks for something: one that is empty, or false, takes a setting away. */
function isAsked(given: readonly Given[], name: SettingName): boolean {
  const flag = flagOf(given, name);
  return flag !== undefined && flag.text !== '' && !isFalse(flag);
}

function isFalse({ name, text }: Given): boolean {
  const reading = OPTIONS[name].read(text);
  return 'value' in reading && reading.value === false;
}

/** Two sources of packets on one command line; a setting of the environment or the file only gives way to -r. */
export function sourcesMistake(given: readonly Given[]): string[] {
  const flags = given.filter((one) => one.origin === 'flag');
  const both = ['interfaces', 'file'].every((name) => flags.some((one) => one.name === name));
  return both
    ? ['flag -i: not together with -r, which reads a capture file instead of an interface; leave one of them out']
    : [];
}

/** Flags that need what was not asked for, and a format of transactions without them: a line each. */
export function combinationMistakes(given: readonly Given[], options: Deciding): string[] {
  const unmet = NEEDS.filter(({ name, isMet }) => isAsked(given, name) && !isMet(options));
  const lines = unmet.map(({ name, line }) => `flag -${OPTIONS[name].flag}: ${line}`);
  return [...lines, ...createMistake(given, options), ...unpairedMistake(given, options), ...passwordMistake(given)];
}

/** A file's packets are of any day: old days are left to the run on interfaces that writes there. */
export function combinationNotices(given: readonly Given[], { file }: Deciding): string[] {
  const idle = (['keepDays', 'compress'] as const).filter((name) => file !== undefined && isAsked(given, name));
  return idle.map((name) => `flag -${OPTIONS[name].flag}: does nothing with -r`);
}

/** Servers that are not one would each get a table, and of a record that was sent to two of them both would have it. Wherever it is said. */
function createMistake(given: readonly Given[], { clickHouse, clickHouseCreate }: Deciding): string[] {
  const name = 'clickHouseCreate';
  const said = flagOf(given, name) ?? given.findLast((one) => one.name === name);
  return clickHouseCreate && clickHouse.length > 1 && said !== undefined
    ? [
        `${said.place}: only where -clickhouse has one URL: several servers would each get a table of their own; leave it out, and give them one by what httplog clickhouse-schema cluster prints`,
      ]
    : [];
}

/** The command line of a process can be read by every user of its host. */
function passwordMistake(given: readonly Given[]): string[] {
  return [
    ...seenMistake(
      'clickHouse',
      flagValue(given, 'clickHouse')?.some(({ password }) => password !== undefined),
    ),
    ...seenMistake(
      'otlp',
      flagValue(given, 'otlp')?.some(({ credentials }) => credentials !== undefined),
    ),
  ];
}

/** What a flag says, where there is one that can be read. */
function flagValue<K extends SettingName>(given: readonly Given[], name: K): Settings[K] | undefined {
  const flag = flagOf(given, name);
  const option: Option<Settings[K]> = OPTIONS[name];
  const reading = flag === undefined ? undefined : option.read(flag.text);
  return reading !== undefined && 'value' in reading ? reading.value : undefined;
}

/** What is secret in the URLs, and where else it can be said: a user that stands alone is a token. */
const SECRETS = {
  clickHouse: { what: 'a password', file: 'the password into a file for -clickhouse_password_file' },
  otlp: { what: 'a user or a password', file: 'it as Authorization: into a file for -otlp_headers_file' },
};

function seenMistake(name: 'clickHouse' | 'otlp', isSeen: boolean | undefined): string[] {
  const { flag, variable } = OPTIONS[name];
  const { what, file } = SECRETS[name];
  return isSeen === true
    ? [
        `flag -${flag}: ${what} there is seen by every user of this host (ps); set ${variable} in the environment or the configuration file, or put ${file}`,
      ]
    : [];
}

function unpairedMistake(given: readonly Given[], { pair, format }: Deciding): string[] {
  const flag = flagOf(given, 'pair');
  // It is on all the same: the format wants it.
  return flag !== undefined && isFalse(flag) && pair
    ? [`flag -pair: not false together with -format ${format}, whose lines are requests with their answers`]
    : [];
}
