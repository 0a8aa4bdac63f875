import { REGION_PORTS, REGION_SETTINGS } from '../../layout/directory';
import {
  SETTING_ADD_VLAN,
  SETTING_ALL_INTERFACES,
  SETTING_ASSEMBLE,
  SETTING_CLIENT_SLOT,
  SETTING_COPIES,
  SETTING_FILTERED,
  SETTING_FORMAT,
  SETTING_INTERFACE_COUNT,
  SETTING_INTERFACES,
  SETTING_LIMIT,
  SETTING_LIVE,
  SETTING_PAIR,
  SETTING_RECORDS,
  SETTING_SEED,
  SETTING_SNAPLEN,
  SETTING_SPLIT,
  SETTING_TIMEOUT,
} from '../../layout/settings';
import * as directory from './directory';

let region: usize = 0;
let ports: usize = 0;

export let live: bool = false;
/** Bytes kept of each frame of a file; the largest number keeps all. */
export let snaplen: u32 = 0;
/** Stop after this many packets. */
export let limit: u64 = 0;
export let split: bool = false;
export let addVlan: bool = false;
/** Whether copies of packets on other interfaces are looked for. */
export let copies: bool = false;
/** Whether a file's packets must match a filter program. */
export let filtered: bool = false;
/** Whether a request and its answer become one record. */
export let pair: bool = false;
/** Whether TCP streams are put together. */
export let assemble: bool = false;
/** A format of layout/formats. */
export let format: u32 = 0;
/** Whether each record is written as json too, for delivery. */
export let records: bool = false;
/** Slot of the header field that names the client's address behind a proxy, plus one; 0 for none. */
export let clientSlot: usize = 0;

/** Milliseconds of silence after which a flow is forgotten. */
export let timeout: u32 = 0;

/** A random number of this run. */
export let seed: u64 = 0;

/** Reads the settings of this run; those that change while running are read where they are asked for. */
export function start(): void {
  region = directory.address(REGION_SETTINGS);
  ports = directory.address(REGION_PORTS);
  live = load<u32>(region, SETTING_LIVE) !== 0;
  snaplen = load<u32>(region, SETTING_SNAPLEN);
  if (snaplen === 0) snaplen = u32.MAX_VALUE;
  limit = load<u64>(region, SETTING_LIMIT);
  split = load<u32>(region, SETTING_SPLIT) !== 0;
  addVlan = load<u32>(region, SETTING_ADD_VLAN) !== 0;
  copies = load<u32>(region, SETTING_COPIES) !== 0;
  filtered = load<u32>(region, SETTING_FILTERED) !== 0;
  pair = load<u32>(region, SETTING_PAIR) !== 0;
  assemble = load<u32>(region, SETTING_ASSEMBLE) !== 0;
  format = load<u32>(region, SETTING_FORMAT);
  records = load<u32>(region, SETTING_RECORDS) !== 0;
  clientSlot = load<u32>(region, SETTING_CLIENT_SLOT);
  timeout = load<u32>(region, SETTING_TIMEOUT);
  seed = load<u64>(region, SETTING_SEED);
}

/** Whether a TCP port (0 to 65535) is an HTTP service port of this run. */
export function portWanted(port: u32): bool {
  return ((<u32>load<u8>(ports + (port >> 3)) >> (port & 7)) & 1) !== 0;
}

/** Whether packets of the interface with this index are read just now. */
export function interfaceWanted(index: u32): bool {
  if (load<u32>(region, SETTING_ALL_INTERFACES) !== 0) return true;
  const count = atomic.load<u32>(region, SETTING_INTERFACE_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    if (load<u32>(region + ((<usize>i) << 2), SETTING_INTERFACES) === index) return true;
  }
  return false;
}
