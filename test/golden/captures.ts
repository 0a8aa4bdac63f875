import { network } from '../support/addresses.ts';
import type { ReadingSettings } from '../support/second-reading.ts';
import {
  encapsulations,
  hostile,
  ipv6Addresses,
  linkTypes,
  midnight,
  pcapngMixed,
  pipelined,
  ports,
  sampleLines,
  splitHead,
  summerTime,
  types,
  vlans,
} from './files.ts';

/** A capture with what the program is told; what it must write stands in NAME.expected. */
export interface Golden {
  name: string;
  timeZone: string;
  settings: ReadingSettings;
  /** Into daily files, with `-log_split` or without; to standard output if absent. */
  directory?: 'daily' | 'split';
  /** Said on standard error. */
  warning?: boolean;
  file: Uint8Array;
}

const PLAIN: ReadingSettings = { ports: [{ first: 80, last: 80 }], local: [], addVlan: false };
const ANY: ReadingSettings = { ...PLAIN, ports: 'any' };

export const GOLDEN: readonly Golden[] = [
  {
    name: 'sample-lines',
    timeZone: 'Asia/Seoul',
    settings: { ...PLAIN, local: [network('10.140.0.2')] },
    file: sampleLines(),
  },
  { name: 'pcapng-mixed', timeZone: 'UTC', settings: PLAIN, file: pcapngMixed() },
  { name: 'vlan-stacked', timeZone: 'UTC', settings: { ...PLAIN, addVlan: true }, file: vlans() },
  { name: 'vlan-not-asked-for', timeZone: 'UTC', settings: PLAIN, file: vlans() },
  { name: 'ipv6', timeZone: 'America/New_York', settings: PLAIN, file: ipv6Addresses() },
  { name: 'link-types', timeZone: 'UTC', settings: PLAIN, file: linkTypes() },
  { name: 'encapsulations', timeZone: 'UTC', settings: PLAIN, file: encapsulations() },
  { name: 'pipelined', timeZone: 'UTC', settings: ANY, file: pipelined() },
  { name: 'split-head', timeZone: 'UTC', settings: ANY, file: splitHead() },
  { name: 'hostile', timeZone: 'UTC', settings: ANY, file: hostile() },
  {
    name: 'types',
    timeZone: 'UTC',
    settings: { ...PLAIN, local: [network('10.1.0.0/16'), network('2001:db8:1::/48')] },
    file: types(),
  },
  {
    name: 'ports',
    timeZone: 'Pacific/Kiritimati',
    settings: {
      ...PLAIN,
      ports: [
        { first: 80, last: 80 },
        { first: 8080, last: 8090 },
      ],
    },
    file: ports(),
  },
  { name: 'midnight', timeZone: 'Asia/Seoul', settings: PLAIN, directory: 'daily', file: midnight() },
  { name: 'midnight-split', timeZone: 'Asia/Seoul', settings: PLAIN, directory: 'split', file: midnight() },
  { name: 'summer-time', timeZone: 'Europe/Berlin', settings: PLAIN, file: summerTime() },
  { name: 'snaplen', timeZone: 'UTC', settings: { ...PLAIN, snaplen: 96 }, file: pipelined() },
  { name: 'packet-limit', timeZone: 'UTC', settings: { ...PLAIN, limit: 3 }, file: sampleLines() },
  { name: 'broken-off', timeZone: 'UTC', settings: PLAIN, warning: true, file: sampleLines().subarray(0, -10) },
];
