// Writes what the packet code needs to know of a run into its memory, before `start`; and what may change while it runs.
import { closeSync, openSync, readSync } from 'node:fs';
import {
  REGION_COLUMNS,
  REGION_FILTERS,
  REGION_METHODS,
  REGION_NAMES,
  REGION_PORTS,
  REGION_RECORD_COLUMNS,
  REGION_REDACTION,
  REGION_SETTINGS,
} from '../../layout/directory.ts';
import {
  FIELD_MAXIMUM,
  NAME_ENTRY_BYTES,
  NAME_ENTRY_TEXT,
  NAME_HASH_FACTOR,
  NAME_HASH_SHIFT,
  NAMES_BEGINNINGS,
  NAMES_COUNT,
  NAMES_ENTRIES,
  NAMES_LENGTHS,
} from '../../layout/fields.ts';
import { FORMATS } from '../../layout/formats.table.ts';
import { METHODS } from '../../layout/methods.table.ts';
import { METHOD_ENTRY_BYTES, METHOD_LENGTH } from '../../layout/methods.ts';
import {
  FILTER_COUNT,
  FILTER_ENTRIES,
  FILTER_ENTRY_BYTES,
  FILTER_ENTRY_LENGTH,
  FILTER_ENTRY_LINK_TYPE,
  FILTER_ENTRY_PROGRAM,
  INTERFACES_MAXIMUM,
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
  SETTINGS_BYTES,
} from '../../layout/settings.ts';
import type { PortRange } from '../capture/ports.ts';
import {
  areRecordsApart,
  clientField,
  columnsRegion,
  type LineSettings,
  recordColumnsRegion,
  wantedFields,
} from './columns.ts';
import { bytesOf, dataOf, regionOf } from './memory.ts';
import { redactionRegion } from './redaction.ts';

/** The bit that tells the cases of a letter apart, in each of four bytes. */
const CASE_BITS = 0x20202020;

/** A filter program for frames of one link type. */
export interface FilterProgram {
  readonly linkType: number;
  /** struct sock_filter, eight bytes each, in the machine's order. */
  readonly program: Uint8Array;
}

/** What the packet code needs to know of a run. */
export interface PacketSettings extends Partial<LineSettings> {
  /** Packets come from a ring, not from a file. */
  readonly live: boolean;
  readonly ports: readonly PortRange[] | 'any';
  /** Bytes kept of each frame of a file; 0 keeps all. */
  readonly snaplen: number;
  /** Stop after this many packets; -1 for no limit. */
  readonly limit: number;
  readonly split: boolean;
  readonly addVlan: boolean;
  /** Packets may be seen on several interfaces, so that copies are looked for. */
  readonly copies: boolean;
  /** The filter programs that frames of a file must pass; none if `undefined`. */
  readonly filters: readonly FilterProgram[] | undefined;
  /** Seconds of silence after which a flow is forgotten. */
  readonly timeoutSeconds?: number;
}

/** Writes the settings of a run. */
export function writeSettings(memory: WebAssembly.Memory, settings: PacketSettings): void {
  const region = dataOf(memory, REGION_SETTINGS);
  const flag = (offset: number, value: boolean): void => region.setUint32(offset, value ? 1 : 0, true);
  flag(SETTING_LIVE, settings.live);
  flag(SETTING_SPLIT, settings.split);
  flag(SETTING_ADD_VLAN, settings.addVlan);
  flag(SETTING_COPIES, settings.copies);
  flag(SETTING_FILTERED, settings.filters !== undefined);
  region.setUint32(SETTING_TIMEOUT, 1000 * (settings.timeoutSeconds ?? 0), true);
  if (settings.pair === true || settings.assemble === true) writeSeed(region);
  region.setUint32(SETTING_SNAPLEN, settings.snaplen, true);
  region.setBigUint64(SETTING_LIMIT, settings.limit < 0 ? 2n ** 64n - 1n : BigInt(settings.limit), true);
  writePorts(bytesOf(memory, REGION_PORTS), settings.ports);
  writeLines(memory, { ...PLAIN_TEXT, ...settings });
  writeMethods(bytesOf(memory, REGION_METHODS));
  if (settings.filters !== undefined) writeFilters(memory, settings.filters);
}

/** Writes a random number. (Loading node:crypto for it would cost every start milliseconds.) */
function writeSeed(region: DataView): void {
  const descriptor = openSync('/dev/urandom', 'r');
  readSync(descriptor, region, SETTING_SEED, 8, 0);
  closeSync(descriptor);
}

/** Lines of text for single messages, nothing replaced in them. */
const PLAIN_TEXT: Omit<LineSettings, 'addVlan'> = {
  format: 'text',
  pair: false,
  assemble: false,
  fields: [],
  headers: [],
  clientHeader: '',
  redact: [],
};

/** Writes what decides how lines are written. */
function writeLines(memory: WebAssembly.Memory, settings: LineSettings): void {
  const region = dataOf(memory, REGION_SETTINGS);
  const fields = wantedFields(settings);
  region.setUint32(SETTING_PAIR, settings.pair ? 1 : 0, true);
  region.setUint32(SETTING_ASSEMBLE, settings.assemble ? 1 : 0, true);
  region.setUint32(SETTING_FORMAT, FORMATS.find(({ name }) => name === settings.format)?.number ?? 0, true);
  region.setUint32(SETTING_CLIENT_SLOT, fields.indexOf(clientField(settings)) + 1, true);
  writeNames(dataOf(memory, REGION_NAMES), fields);
  bytesOf(memory, REGION_COLUMNS).set(columnsRegion(settings));
  if (areRecordsApart(settings)) {
    region.setUint32(SETTING_RECORDS, 1, true);
    bytesOf(memory, REGION_RECORD_COLUMNS).set(recordColumnsRegion(settings));
  }
  bytesOf(memory, REGION_REDACTION).set(redactionRegion(settings.redact, fields));
}

/** Bytes that these filter programs need in their region. */
export function filterBytes(filters: readonly FilterProgram[] | undefined): number {
  if (filters === undefined) return 0;
  return filters.reduce((bytes, { program }) => bytes + FILTER_ENTRY_BYTES + program.length, FILTER_ENTRIES);
}

/**
 * Says which interfaces are read just now, by index; also while running, when at every moment each interface that is in
 * the old list and the new one counts. Throws where there are too many.
 */
export function writeInterfaces(memory: WebAssembly.Memory, indices: readonly number[] | 'any'): void {
  const region = dataOf(memory, REGION_SETTINGS);
  region.setUint32(SETTING_ALL_INTERFACES, indices === 'any' ? 1 : 0, true);
  if (indices === 'any') return;
  if (indices.length > INTERFACES_MAXIMUM) throw new RangeError(`-i takes at most ${INTERFACES_MAXIMUM} interfaces`);
  const words = new Int32Array(memory.buffer, region.byteOffset, SETTINGS_BYTES / 4);
  const first = SETTING_INTERFACES / 4;
  const before = Atomics.load(words, SETTING_INTERFACE_COUNT / 4);
  if (String(words.slice(first, first + before)) === String(indices)) return;
  words.set(indices, first + before);
  Atomics.store(words, SETTING_INTERFACE_COUNT / 4, before + indices.length);
  words.set(indices, first);
  Atomics.store(words, SETTING_INTERFACE_COUNT / 4, indices.length);
}

function writePorts(bits: Uint8Array, ports: readonly PortRange[] | 'any'): void {
  if (ports === 'any') {
    bits.fill(0xff);
    return;
  }
  for (const { first, last } of ports) {
    for (let port = first; port <= last; port++) bits[port >> 3] = (bits[port >> 3] ?? 0) | (1 << (port & 7));
  }
}

function writeNames(region: DataView, names: readonly string[]): void {
  let lengths = 0n;
  let beginnings = 0n;
  if (names.length > FIELD_MAXIMUM) throw new RangeError(`more than ${FIELD_MAXIMUM} header fields`);
  for (const [slot, name] of names.entries()) {
    const entry = NAMES_ENTRIES + slot * NAME_ENTRY_BYTES;
    region.setUint32(entry, name.length, true);
    Buffer.from(name, 'latin1').forEach((byte, i) => {
      region.setUint8(entry + NAME_ENTRY_TEXT + i, byte);
    });
    lengths |= 1n << BigInt(name.length);
    beginnings |= beginningBits(name);
  }
  region.setUint32(NAMES_COUNT, names.length, true);
  region.setBigUint64(NAMES_LENGTHS, lengths, true);
  region.setBigUint64(NAMES_BEGINNINGS, beginnings, true);
}

/** The bit for a name's first four bytes, or every bit. */
function beginningBits(name: string): bigint {
  if (name.length < 4) return 2n ** 64n - 1n;
  const word = Buffer.from(name, 'latin1').readUInt32LE() | CASE_BITS;
  return 1n << BigInt(Math.imul(word, NAME_HASH_FACTOR) >>> NAME_HASH_SHIFT);
}

function writeMethods(region: Uint8Array): void {
  METHODS.forEach((method, i) => {
    region.set(Buffer.from(method, 'latin1'), i * METHOD_ENTRY_BYTES);
    region[i * METHOD_ENTRY_BYTES + METHOD_LENGTH] = method.length;
  });
}

function writeFilters(memory: WebAssembly.Memory, filters: readonly FilterProgram[]): void {
  const region = dataOf(memory, REGION_FILTERS);
  const { address } = regionOf(memory, REGION_FILTERS);
  let place = FILTER_ENTRIES + filters.length * FILTER_ENTRY_BYTES;
  region.setUint32(FILTER_COUNT, filters.length, true);
  filters.forEach(({ linkType, program }, i) => {
    const entry = FILTER_ENTRIES + i * FILTER_ENTRY_BYTES;
    region.setUint32(entry + FILTER_ENTRY_LINK_TYPE, linkType, true);
    region.setUint32(entry + FILTER_ENTRY_PROGRAM, address + place, true);
    region.setUint32(entry + FILTER_ENTRY_LENGTH, program.length / 8, true);
    new Uint8Array(memory.buffer, address + place, program.length).set(program);
    place += program.length;
  });
}
