// Copies: a packet that passes several interfaces of this host (veth, bridge, bond, VLAN device) is logged once. A small
// cache remembers each message's flow, sequence number, kind, interface and time; a full set forgets the entry whose time is
// farthest from now: where the clock was set back, those of before.
import { REGION_SEEN } from '../../layout/directory';
import { SEEN_ENTRY_BYTES, SEEN_SETS, SEEN_WAYS } from '../../layout/seen';
import * as directory from '../memory/directory';
import * as decode from '../wire/decode';
import * as tcp from '../wire/tcp';

/** A copy comes within this time, in nanoseconds. */
const LIFETIME: u64 = 1000000000;

// An entry: the key (addresses of 16 bytes each, ports, sequence number, kind), then what is remembered.
const SOURCE = 0;
const DESTINATION = 16;
const PORTS = 32;
const SEQUENCE_KIND = 36;
const INTERFACE = 44;
const STAMP = 48;

let table: usize = 0;
/** The key that is looked for stands behind the table's last entry. */
let key: usize = 0;

export function start(): void {
  table = directory.address(REGION_SEEN);
  key = table + <usize>(SEEN_SETS * SEEN_WAYS * SEEN_ENTRY_BYTES);
}

/**
 * Whether the decoded packet, whose first message is of this kind, was seen on another interface within the last second.
 * If not, it is remembered. A repeat on the same interface (a retransmission) is no copy.
 */
export function isCopy(kind: u32, interfaceIndex: u32, stamp: u64): bool {
  writeKey(kind);
  const set = table + <usize>(hash() & (SEEN_SETS - 1)) * (SEEN_WAYS * SEEN_ENTRY_BYTES);
  let victim = set;
  for (let way = 0; way < SEEN_WAYS; way++) {
    const entry = set + <usize>(way * SEEN_ENTRY_BYTES);
    if (sameKey(entry)) {
      if (load<u32>(entry, INTERFACE) !== interfaceIndex && isFresh(load<u64>(entry, STAMP), stamp)) return true;
      remember(entry, interfaceIndex, stamp);
      return false;
    }
    if (apart(load<u64>(entry, STAMP), stamp) > apart(load<u64>(victim, STAMP), stamp)) victim = entry;
  }
  remember(victim, interfaceIndex, stamp);
  return false;
}

/** Whether two times are less than the lifetime apart, whichever came first (the threads of the kernel race). */
function isFresh(then: u64, now: u64): bool {
  return apart(then, now) < LIFETIME;
}

function apart(then: u64, now: u64): u64 {
  return now > then ? now - then : then - now;
}

function writeKey(kind: u32): void {
  v128.store(key, addressOf(decode.source), SOURCE);
  v128.store(key, addressOf(decode.destination), DESTINATION);
  store<u32>(key, (decode.sourcePort << 16) | decode.destinationPort, PORTS);
  store<u64>(
    key,
    ((<u64>tcp.sequenceNumber(decode.segment)) << 8) | ((<u64>decode.version) << 4) | <u64>kind,
    SEQUENCE_KIND,
  );
}

/** An address of the decoded packet as sixteen bytes. */
function addressOf(at: usize): v128 {
  return decode.version === 6 ? v128.load(at) : v128.load32_zero(at);
}

function sameKey(entry: usize): bool {
  return (
    load<u64>(entry, SEQUENCE_KIND) === load<u64>(key, SEQUENCE_KIND) &&
    load<u32>(entry, PORTS) === load<u32>(key, PORTS) &&
    i8x16.all_true(i8x16.eq(v128.load(entry, SOURCE), v128.load(key, SOURCE))) &&
    i8x16.all_true(i8x16.eq(v128.load(entry, DESTINATION), v128.load(key, DESTINATION)))
  );
}

function remember(entry: usize, interfaceIndex: u32, stamp: u64): void {
  memory.copy(entry, key, INTERFACE);
  store<u32>(entry, interfaceIndex, INTERFACE);
  store<u64>(entry, stamp, STAMP);
}

/** Mixes the key's words (the finaliser of MurmurHash3). */
function hash(): u32 {
  let value = load<u64>(key) ^ rotl<u64>(load<u64>(key, 8), 13) ^ rotl<u64>(load<u64>(key, 16), 29);
  value ^=
    rotl<u64>(load<u64>(key, 24), 43) ^ rotl<u64>(load<u64>(key, SEQUENCE_KIND), 17) ^ <u64>load<u32>(key, PORTS);
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
  value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
  return <u32>(value >> 32);
}
