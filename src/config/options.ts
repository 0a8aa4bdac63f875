import { availableParallelism } from 'node:os';
import { DELIVERY_OPTIONS } from './delivery-options.ts';
import { HEALTH_OPTIONS } from './health-options.ts';
import { readInterfaces } from './interfaces.ts';
import { readNetworks } from './networks.ts';
import { OLD_DAYS_OPTIONS } from './old-days-options.ts';
import { type Option, READ, RUNS, type SettingName, type Settings, TRUTH, WRITTEN } from './option.ts';
import { readPorts } from './ports.ts';
import { readBoolean, readPath, readText, wholeNumber } from './scalars.ts';
import { FLOW_OPTIONS, LINE_OPTIONS } from './transaction-options.ts';
import { USER_OPTIONS } from './user-options.ts';

/** The default of `-cpu`: half of the cores, at least 1, at most 4. */
export function defaultThreads(cores: number): number {
  return Math.min(4, Math.max(1, Math.floor(cores / 2)));
}

const COUNT = Number.MAX_SAFE_INTEGER;
/** The one table of flags: parsing, checks, `-h` and docs/flags.md are made from it. Its order is the order of the texts. */
export const OPTIONS: { readonly [K in SettingName]: Option<Settings[K]> } = {
  interfaces: {
    flag: 'i',
    variable: 'HTTPLOG_DEVICE',
    group: READ,
    argument: 'NAMES',
    default: 'eth0',
    allowed: 'at most 240 interface names of at most 15 bytes, separated by commas, or "any" alone',
    help: 'Interface to read from: eth0, a list eth0,eth1, or any. Where eth0 is only the default and does not exist, it is the interface of the default route.',
    read: readInterfaces,
  },
  file: {
    flag: 'r',
    group: READ,
    argument: 'FILE',
    allowed: 'the path of a pcap or pcapng file, or "-" for standard input',
    help: 'Read a pcap or pcapng file instead of an interface; - is standard input; .gz is unpacked.',
    read: readPath,
  },
  ports: {
    flag: 'p',
    variable: 'HTTPLOG_PORT',
    group: READ,
    argument: 'PORTS',
    default: '80',
    allowed: 'ports 1 to 65535 and ranges of them, separated by commas (80,8080,9000-9010), or "any" alone',
    help: 'HTTP service ports: 80, a list or ranges 80,8080,9000-9010, or any. A packet is wanted when its source or its destination port is named.',
    read: readPorts,
  },
  filter: {
    flag: 'f',
    variable: 'HTTPLOG_FILTER',
    group: READ,
    argument: 'EXPRESSION',
    allowed: 'a pcap-filter expression, see pcap-filter(7); empty for none',
    help: 'A pcap-filter expression that packets must match as well; needs libpcap. From the environment and the file a value that says only "port N", "tcp" or both is ignored: the old start script set it, and the old program never read it.',
    read: readText,
  },
  local: {
    flag: 'local',
    variable: 'HTTPLOG_LOCAL',
    group: READ,
    argument: 'NETWORKS',
    allowed:
      'at most 4096 IPv4 and IPv6 addresses and networks, separated by commas (10.88.0.0/16,fd00::/8); empty for none',
    help: 'More addresses and networks that count as local, such as those of containers: 10.88.0.0/16,fd00::/8.',
    read: readNetworks,
  },
  snaplen: {
    flag: 's',
    variable: 'HTTPLOG_SNAPLEN',
    group: READ,
    argument: 'BYTES',
    default: '1560',
    // Hands used to tcpdump write -s 0 and -s 262144, its maximum, and mean whole packets.
    allowed: 'a whole number of at most 262144; 0 and less mean 65535, and so does more than 65535',
    help: 'Bytes kept of each packet, live from the IP header on, in files of the frame; 0 and less mean 65535. From a file, and with -assemble, packets are whole unless this is given.',
    read: wholeNumber(-COUNT, 262144),
  },
  limit: {
    flag: 'c',
    group: READ,
    argument: 'PACKETS',
    default: '-1',
    allowed: `a whole number of at most ${COUNT}; less than 0 means no end`,
    help: 'Stop after this many packets; less than 0 means no end. Live there is then one capture thread, so that it is exact.',
    read: wholeNumber(-COUNT, COUNT),
  },
  directory: {
    flag: 'd',
    variable: 'HTTPLOG_DIR',
    group: WRITTEN,
    argument: 'DIRECTORY',
    default: '/log/httplog',
    allowed: 'the path of a directory, or "-" for standard output',
    help: 'Directory for the log files, made if it is missing; - is standard output.',
    read: readPath,
  },
  split: {
    flag: 'log_split',
    variable: 'HTTPLOG_SPLIT',
    group: WRITTEN,
    default: 'false',
    allowed: TRUTH,
    help: 'One file for each of CQ, CR, SQ, SR.',
    read: readBoolean,
  },
  addVlan: {
    flag: 'add_vlan',
    variable: 'HTTPLOG_ADD_VLAN',
    group: WRITTEN,
    default: 'false',
    allowed: TRUTH,
    help: 'Log the VLAN tags: vlan=ID behind the type.',
    read: readBoolean,
  },
  ...LINE_OPTIONS,
  ...OLD_DAYS_OPTIONS,
  ...DELIVERY_OPTIONS,
  threads: {
    flag: 'cpu',
    variable: 'HTTPLOG_CPUNO',
    group: RUNS,
    argument: 'THREADS',
    default: String(defaultThreads(availableParallelism())),
    defaultShown: 'half of the cores, at least 1, at most 4',
    allowed: 'a whole number from 1 to 64',
    help: 'Capture threads, which share the traffic by flow.',
    read: wholeNumber(1, 64),
  },
  bufferMegabytes: {
    flag: 'b',
    variable: 'HTTPLOG_BUFSIZE',
    group: RUNS,
    argument: 'MB',
    default: '8',
    defaultShown: '8, with -assemble 32',
    allowed: 'a whole number from 1 to 2048',
    help: 'Size of the ring between kernel and program in MB, for each capture thread.',
    read: wholeNumber(1, 2048),
  },
  ...FLOW_OPTIONS,
  logEvery: {
    flag: 'log_every',
    variable: 'HTTPLOG_LOG_EVERY',
    group: RUNS,
    argument: 'PACKETS',
    default: '10000',
    allowed: `a whole number from 0 to ${COUNT}; 0 means never`,
    help: 'After so many packets say the received, dropped and queue-freeze counts, if drops have grown; 0 means never.',
    read: wholeNumber(0, COUNT),
  },
  ...HEALTH_OPTIONS,
  syslog: {
    flag: 'syslog',
    variable: 'HTTPLOG_SYSLOG',
    group: RUNS,
    default: 'false',
    allowed: TRUTH,
    help: 'Diagnostics go to syslog(3) as well.',
    read: readBoolean,
  },
  ...USER_OPTIONS,
  cpuProfile: {
    flag: 'cpuprofile',
    group: RUNS,
    argument: 'FILE',
    allowed: 'the path of a file',
    help: 'Write a V8 CPU profile here, one for each thread: x.cpuprofile becomes x.main.cpuprofile and so on.',
    read: readPath,
  },
  config: {
    flag: 'config',
    group: RUNS,
    argument: 'FILE',
    defaultShown: '/etc/sysconfig/httplog, else ./httplog.conf',
    allowed: 'the path of a file of NAME=value lines',
    help: 'Configuration file of NAME=value lines with the names in brackets here. ./httplog.conf is read only if it belongs to root or the running user and nobody else may write it.',
    read: readPath,
  },
  version: {
    flag: 'v',
    aliases: ['version'],
    group: RUNS,
    allowed: TRUTH,
    help: 'Print the version.',
    read: readBoolean,
  },
  help: {
    flag: 'h',
    aliases: ['help'],
    group: RUNS,
    allowed: TRUTH,
    help: 'Print this text.',
    read: readBoolean,
  },
};

/** The rows' names in the table's order. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(OPTIONS) as SettingName[];

/** The variables of the environment and the file, each with its row's name. */
export const VARIABLES: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.flatMap((name): [string, SettingName][] => {
    const { variable } = OPTIONS[name];
    return variable === undefined ? [] : [[variable, name]];
  }),
);

/** The flags without their dash, other spellings included, each with its row's name. */
export const FLAGS: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.flatMap((name): [string, SettingName][] => {
    const { flag, aliases = [] } = OPTIONS[name];
    return [flag, ...aliases].map((spelling) => [spelling, name]);
  }),
);
