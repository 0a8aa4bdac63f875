import type { FormatSettings } from '../pipeline/format-settings.ts';
import type { OutputSettings } from '../pipeline/run.ts';
import type { TransactionSettings } from '../pipeline/transaction-settings.ts';
import type { Given } from './given.ts';
import type { SettingName, Settings } from './option.ts';
import { OPTIONS } from './options.ts';

// What means nothing together is a mistake where the command line says it: somebody has just asked for it. A setting of the environment
// or the file stays there for other runs as well, so where it does not apply it is not used.

/** What decides whether another flag means anything. */
type Deciding = Pick<TransactionSettings, 'pair' | 'assemble'> &
  Pick<FormatSettings, 'format'> &
  Pick<OutputSettings, 'directory'> & { readonly file: string | undefined; readonly records: boolean } & Pick<
    Settings,
    'clickHouse'
  > & { readonly spool: string | undefined };

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

const isDelivered = ({ clickHouse }: Deciding): boolean => clickHouse.length > 0;
const DELIVERED_LINE = 'only together with -clickhouse; leave it out, or add that';

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
    line: 'only together with -format json, -clickhouse or -spool; leave it out, or add one of them',
  },
  {
    name: 'host',
    isMet: ({ format, records }) => format === 'json' || format === 'tsv' || records,
    line: 'only together with -format json, tsv, -clickhouse or -spool; leave it out, or add one of them',
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
    line: 'only together with -clickhouse or -spool; leave it out, or add one of them',
  },
  { name: 'spoolSeconds', isMet: isDelivered, line: DELIVERED_LINE },
  { name: 'clickHousePasswordFile', isMet: isDelivered, line: DELIVERED_LINE },
  { name: 'clickHouseAuthority', isMet: isDelivered, line: DELIVERED_LINE },
  { name: 'clickHouseCreate', isMet: isDelivered, line: DELIVERED_LINE },
  {
    name: 'clickHouse',
    isMet: ({ spool }) => spool !== undefined,
    line: 'needs -spool where -d - writes no files; add it, or name a directory with -d',
  },
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
  return [...lines, ...unpairedMistake(given, options), ...passwordMistake(given)];
}

/** A file's packets are of any day: old days are left to the run on interfaces that writes there. */
export function combinationNotices(given: readonly Given[], { file }: Deciding): string[] {
  const idle = (['keepDays', 'compress'] as const).filter((name) => file !== undefined && isAsked(given, name));
  return idle.map((name) => `flag -${OPTIONS[name].flag}: does nothing with -r`);
}

/** The command line of a process can be read by every user of its host. */
function passwordMistake(given: readonly Given[]): string[] {
  const flag = flagOf(given, 'clickHouse');
  const reading = flag === undefined ? undefined : OPTIONS.clickHouse.read(flag.text);
  const isSeen =
    reading !== undefined && 'value' in reading && reading.value.some(({ password }) => password !== undefined);
  return isSeen
    ? [
        'flag -clickhouse: a password there is seen by every user of this host (ps); set HTTPLOG_CLICKHOUSE in the environment or the configuration file, or put the password into a file for -clickhouse_password_file',
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
