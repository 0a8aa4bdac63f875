import { join } from 'node:path';
import { FORMATS } from '../../layout/formats.table.ts';
import type { PortRange } from '../capture/ports.ts';
import type { FormatSettings } from '../pipeline/format-settings.ts';
import type { Network } from '../pipeline/local-addresses.ts';
import type { SpoolSettings } from '../pipeline/spooling.ts';
import type { TransactionSettings } from '../pipeline/transaction-settings.ts';
import type { OldDays } from '../sink/old-files.ts';
import { combinationMistakes, combinationNotices, sourcesMistake } from './combinations.ts';
import type { Given, Origin } from './given.ts';
import { ownName } from './host-name.ts';
import type { ListenAddress } from './listen-address.ts';
import { type OldFilter, readOldFilter } from './old-filter.ts';
import type { Option, ServerSettings, SettingName, Settings } from './option.ts';
import { OPTIONS } from './options.ts';
import { hasPort, type Ports } from './ports.ts';
import { printable, quoted } from './printable.ts';

/** What httplog is told to do, read and checked. */
export interface Options extends TransactionSettings, FormatSettings, OldDays, SpoolSettings, ServerSettings {
  /** Each record goes to the spool as json. */
  readonly records: boolean;
  /** `['any']`, or names of interfaces, each once. */
  readonly interfaces: readonly string[];
  /** True when nobody said -i. */
  readonly interfaceIsDefault: boolean;
  /** -r: a capture file, `-` for standard input. */
  readonly file: string | undefined;
  /** Sorted ranges that neither overlap nor touch. */
  readonly ports: readonly PortRange[] | 'any';
  /** A pcap-filter expression; empty for none. */
  readonly filter: string;
  readonly local: readonly Network[];
  /** Bytes, 1 to 65535. */
  readonly snaplen: number;
  /** By flag, environment or file. */
  readonly snaplenGiven: boolean;
  /** 1 to 2048, for each capture thread. */
  readonly bufferMegabytes: number;
  /** 1 to 64. */
  readonly threads: number;
  /** Packets; -1 for no end, 0 to stop before the first. */
  readonly limit: number;
  /** `-` for standard output. */
  readonly directory: string;
  readonly split: boolean;
  /** Packets; 0 for never. */
  readonly logEvery: number;
  readonly addVlan: boolean;
  /** Where to serve what httplog shows of itself. */
  readonly metrics: ListenAddress | undefined;
  readonly cpuProfile: string | undefined;
  readonly syslog: boolean;
  /** The user to become; undefined where nobody named one. */
  readonly user: string | undefined;
  /** True where the command line names it: elsewhere it stands for other runs as well. */
  readonly userIsFlag: boolean;
  readonly check: boolean;
}

/** The options, the lines to say before the start, and the mistakes, one line each; with a mistake the options mean nothing. */
export interface Checked {
  readonly options: Options;
  readonly notices: readonly string[];
  readonly mistakes: readonly string[];
}

const WHOLE_PACKET = 65535;
const PRECEDENCE: readonly Origin[] = ['flag', 'environment', 'file'];

function mistakeOf({ name, text, place }: Given): string | undefined {
  const option: Option<unknown> = OPTIONS[name];
  const reading = option.read(text);
  if (!('reason' in reading)) return undefined;
  const value = option.isSecret === true ? 'its value' : quoted(text);
  return `${place}: ${value} ${reading.reason}; allowed: ${option.allowed}`;
}

/** What holds of all that was given for a setting: the last of the source that beats the others. */
function winner(given: readonly Given[], name: SettingName): Given | undefined {
  const own = given.filter((one) => one.name === name);
  for (const origin of PRECEDENCE) {
    const last = own.findLast((one) => one.origin === origin);
    if (last !== undefined) return last;
  }
  return undefined;
}

function settingOf<K extends SettingName>(given: readonly Given[], name: K): Settings[K] | undefined {
  const option: Option<Settings[K]> = OPTIONS[name];
  const text = winner(given, name)?.text ?? option.default;
  const reading = text === undefined ? undefined : option.read(text);
  return reading !== undefined && 'value' in reading ? reading.value : undefined;
}

function oldFilterOf({ name, origin, text }: Given): OldFilter | undefined {
  return name === 'filter' && origin !== 'flag' ? readOldFilter(text) : undefined;
}

/** The line about an old filter that would have held, if it names a port that is not wanted. */
function oldFilterNotice(given: readonly Given[], ports: Ports): string[] {
  const filter = winner(given, 'filter');
  const port = filter === undefined ? undefined : oldFilterOf(filter)?.port;
  if (filter === undefined || port === undefined || hasPort(ports, port)) return [];
  const wanted = printable(winner(given, 'ports')?.text ?? OPTIONS.ports.default ?? '');
  return [
    `${filter.place}: ${quoted(filter.text)} is ignored, as it always was; to log port ${port} add it to -p, which is ${wanted}`,
  ];
}

/** Whole streams come in bursts of full packets: the ring must hold them until the thread is awake. */
const ASSEMBLE_BUFFER = 32;

function bufferOf(given: readonly Given[]): number {
  const isDefault = winner(given, 'bufferMegabytes') === undefined;
  if (isDefault && settingOf(given, 'assemble') === true) return ASSEMBLE_BUFFER;
  return settingOf(given, 'bufferMegabytes') ?? 1;
}

function snaplenOf(given: readonly Given[]): number {
  // A body that is cut can't be followed.
  if (winner(given, 'snaplen') === undefined && settingOf(given, 'assemble') === true) return WHOLE_PACKET;
  const snaplen = settingOf(given, 'snaplen') ?? 0;
  return snaplen <= 0 ? WHOLE_PACKET : Math.min(snaplen, WHOLE_PACKET);
}

function transactionsOf(given: readonly Given[]): TransactionSettings {
  const format = settingOf(given, 'format');
  const implied = FORMATS.some(({ name, transactions }) => name === format && transactions);
  return {
    pair: implied || (settingOf(given, 'pair') ?? false),
    assemble: settingOf(given, 'assemble') ?? false,
    flows: settingOf(given, 'flows') ?? 1,
    timeoutSeconds: settingOf(given, 'timeoutSeconds') ?? 1,
    assembleMegabytes: settingOf(given, 'assembleMegabytes') ?? 1,
  };
}

function formatOf(given: readonly Given[]): FormatSettings {
  const format = settingOf(given, 'format') ?? 'text';
  const { records } = deliveryOf(given);
  return {
    format,
    fields: format === 'tsv' ? (settingOf(given, 'fields') ?? []) : [],
    headers: format === 'json' || records ? (settingOf(given, 'headers') ?? []) : [],
    host: settingOf(given, 'host') || (records ? ownName() : ''),
    clientHeader: settingOf(given, 'clientHeader') ?? '',
    redact: settingOf(given, 'redact') ?? [],
  };
}

/** A file of packets may come from anywhere: its records go where this run was told to send them, not where this host's go. */
function ofThisRun(given: readonly Given[], name: SettingName): boolean {
  const said = winner(given, name);
  return said !== undefined && (said.origin !== 'file' || winner(given, 'file') === undefined);
}

type Delivered = SpoolSettings & ServerSettings & Pick<Options, 'records'>;

function deliveryOf(given: readonly Given[]): Delivered {
  const clickHouse = ofThisRun(given, 'clickHouse') ? (settingOf(given, 'clickHouse') ?? []) : [];
  const otlp = ofThisRun(given, 'otlp') ? (settingOf(given, 'otlp') ?? []) : [];
  const directory = settingOf(given, 'directory') ?? '-';
  const usual = clickHouse.length + otlp.length > 0 && directory !== '-' ? join(directory, 'spool') : undefined;
  const spool = ofThisRun(given, 'spool') ? settingOf(given, 'spool') : usual;
  return {
    clickHouse,
    clickHousePasswordFile: settingOf(given, 'clickHousePasswordFile'),
    clickHouseAuthority: settingOf(given, 'clickHouseAuthority'),
    clickHouseCreate: settingOf(given, 'clickHouseCreate') ?? false,
    otlp,
    otlpHeadersFile: settingOf(given, 'otlpHeadersFile'),
    otlpAuthority: settingOf(given, 'otlpAuthority'),
    spool,
    spoolMegabytes: settingOf(given, 'spoolMegabytes') ?? 8,
    spoolSeconds: settingOf(given, 'spoolSeconds') ?? 1,
    records: spool !== undefined,
  };
}

function optionsOf(given: readonly Given[]): Options {
  return {
    interfaces: settingOf(given, 'interfaces') ?? [],
    interfaceIsDefault: winner(given, 'interfaces') === undefined,
    file: settingOf(given, 'file'),
    ports: settingOf(given, 'ports') ?? [],
    filter: (settingOf(given, 'filter') ?? '').trim(),
    local: settingOf(given, 'local') ?? [],
    snaplen: snaplenOf(given),
    snaplenGiven: winner(given, 'snaplen') !== undefined,
    bufferMegabytes: bufferOf(given),
    threads: settingOf(given, 'threads') ?? 1,
    limit: Math.max(-1, settingOf(given, 'limit') ?? -1),
    directory: settingOf(given, 'directory') ?? '-',
    split: settingOf(given, 'split') ?? false,
    logEvery: settingOf(given, 'logEvery') ?? 0,
    addVlan: settingOf(given, 'addVlan') ?? false,
    keepDays: settingOf(given, 'keepDays'),
    compress: settingOf(given, 'compress'),
    metrics: settingOf(given, 'metrics'),
    cpuProfile: settingOf(given, 'cpuProfile'),
    syslog: settingOf(given, 'syslog') ?? false,
    user: settingOf(given, 'user'),
    userIsFlag: winner(given, 'user')?.origin === 'flag',
    check: settingOf(given, 'check') ?? false,
    ...transactionsOf(given),
    ...deliveryOf(given),
    ...formatOf(given),
  };
}

/**
 * Reads all that was given and says what holds: a flag beats the environment, which beats the file, which beats the default. Also a value that
 * another one beats must be a right one. Never throws.
 */
export function checkGiven(given: readonly Given[]): Checked {
  const mistakes = given.flatMap((one) => mistakeOf(one) ?? []);
  const options = optionsOf(given.filter((one) => oldFilterOf(one) === undefined));
  // What a wrong value should have been is not known, so neither is what goes together with it.
  const combined = mistakes.length > 0 ? [] : combinationMistakes(given, options);
  return {
    options,
    notices: [...oldFilterNotice(given, options.ports), ...combinationNotices(given, options)],
    mistakes: [...mistakes, ...sourcesMistake(given), ...combined],
  };
}
