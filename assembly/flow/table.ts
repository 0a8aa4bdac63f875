// The flow table: what is remembered of a connection between its packets. Entries hang in hash chains, and in a list by
// last use, so that the one that was silent longest is known when a time-out or a full table asks for it.
import { COUNTER_FLOWS } from '../../layout/counters';
import { REGION_BUCKETS, REGION_FLOWS } from '../../layout/directory';
import { BUCKET_BYTES, FLOW_ENTRY_BYTES, FLOW_STATE } from '../../layout/flows';
import * as counters from '../memory/counters';
import * as directory from '../memory/directory';
import * as settings from '../memory/settings';

// An entry: links, then the key.
/** u32: next entry of the hash chain; of a free entry, the next free one. */
const CHAIN_NEXT = 0;
/** u32 each: neighbours in the list by last use. */
const OLDER = 4;
const NEWER = 8;
/** u32: flow clock, milliseconds, when it was last used. */
const USED = 12;
const FIRST = 16;
const SECOND = 32;
/** u32: both ports; and 4 bytes behind it the IP version. */
const PORTS = 48;
const VERSION = 52;

let flows: usize = 0;
let flowsEnd: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
/** Entries from here on were never taken. */
let untouched: usize = 0;
let firstFree: usize = 0;
let oldestEntry: usize = 0;
let newestEntry: usize = 0;
let count: u32 = 0;
/** Milliseconds, which wrap: live the monotonic clock, from a file the highest stamp so far. */
let clock: u32 = 0;

// The key that is looked for.
let first: v128 = i64x2.splat(0);
let second: v128 = i64x2.splat(0);
let ports: u32 = 0;
let version: u32 = 0;
let bucket: usize = 0;

export function start(): void {
  flows = directory.address(REGION_FLOWS);
  flowsEnd = flows + directory.size(REGION_FLOWS);
  buckets = directory.address(REGION_BUCKETS);
  bucketMask = <u32>directory.size(REGION_BUCKETS) / BUCKET_BYTES - 1;
  if (flows !== flowsEnd) memory.fill(buckets, 0, directory.size(REGION_BUCKETS));
  untouched = flows;
  firstFree = 0;
  oldestEntry = 0;
  newestEntry = 0;
  setCount(0);
}

function setCount(flowsNow: u32): void {
  count = flowsNow;
  counters.set(COUNTER_FLOWS, flowsNow);
}

/** Sets the flow clock, in milliseconds. */
export function setClock(milliseconds: u32): void {
  clock = milliseconds;
}

/** The flow of these two endpoints in this order, addresses of 4 or 16 bytes; 0 where there is none. It is the newest then. */
export function find(ipVersion: u32, from: usize, fromPort: u32, to: usize, toPort: u32): usize {
  version = ipVersion;
  first = version === 6 ? v128.load(from) : v128.load32_zero(from);
  second = version === 6 ? v128.load(to) : v128.load32_zero(to);
  ports = (fromPort << 16) | toPort;
  bucket = buckets + <usize>(hash() & bucketMask) * BUCKET_BYTES;
  for (let flow = <usize>load<u32>(bucket); flow !== 0; flow = load<u32>(flow, CHAIN_NEXT)) {
    if (!sameKey(flow)) continue;
    use(flow);
    return flow;
  }
  return 0;
}

/** The addresses and ports of a flow's ends 0 and 1, which are those that `find` was given. */
export function addressOf(flow: usize, end: u32): usize {
  return flow + (end === 0 ? FIRST : SECOND);
}

export function portOf(flow: usize, end: u32): u32 {
  const both = load<u32>(flow, PORTS);
  return end === 0 ? both >> 16 : both & 0xffff;
}

export function versionOf(flow: usize): u32 {
  return load<u32>(flow, VERSION);
}

/** Whether `take` needs an entry to be removed first. */
export function isFull(): bool {
  return firstFree === 0 && untouched + FLOW_ENTRY_BYTES > flowsEnd;
}

/** Takes an entry for the flow that `find` looked for last and did not find. Its state is zeros. Only where not full. */
export function take(): usize {
  const flow = free();
  memory.fill(flow + FLOW_STATE, 0, FLOW_ENTRY_BYTES - FLOW_STATE);
  v128.store(flow, first, FIRST);
  v128.store(flow, second, SECOND);
  store<u32>(flow, ports, PORTS);
  store<u32>(flow, version, VERSION);
  store<u32>(flow, load<u32>(bucket), CHAIN_NEXT);
  store<u32>(bucket, <u32>flow);
  store<u32>(flow, clock, USED);
  append(flow);
  setCount(count + 1);
  return flow;
}

function free(): usize {
  const flow = firstFree;
  if (flow !== 0) {
    firstFree = load<u32>(flow, CHAIN_NEXT);
    return flow;
  }
  untouched += FLOW_ENTRY_BYTES;
  return untouched - FLOW_ENTRY_BYTES;
}

/** Forgets a flow; what its state holds is the caller's to give back before. */
export function remove(flow: usize): void {
  first = v128.load(flow, FIRST);
  second = v128.load(flow, SECOND);
  ports = load<u32>(flow, PORTS);
  version = load<u32>(flow, VERSION);
  let link = buckets + <usize>(hash() & bucketMask) * BUCKET_BYTES;
  while (load<u32>(link) !== <u32>flow) link = load<u32>(link) + CHAIN_NEXT;
  store<u32>(link, load<u32>(flow, CHAIN_NEXT));
  unlink(flow);
  store<u32>(flow, <u32>firstFree, CHAIN_NEXT);
  firstFree = flow;
  setCount(count - 1);
}

/** The flow that was silent longest, or 0. */
export function oldest(): usize {
  return oldestEntry;
}

/** The flow that was silent longest, if that is more than so many milliseconds; else 0. */
export function expired(timeout: u32): usize {
  if (oldestEntry === 0) return 0;
  // The clock of a new thread or file may stand before an entry's time: that is no silence.
  const silence = <i32>(clock - load<u32>(oldestEntry, USED));
  return silence > 0 && <u32>silence > timeout ? oldestEntry : 0;
}

/** Makes a flow the newest. */
function use(flow: usize): void {
  store<u32>(flow, clock, USED);
  if (flow === newestEntry) return;
  unlink(flow);
  append(flow);
}

function append(flow: usize): void {
  store<u32>(flow, <u32>newestEntry, OLDER);
  store<u32>(flow, 0, NEWER);
  if (newestEntry === 0) oldestEntry = flow;
  else store<u32>(newestEntry, <u32>flow, NEWER);
  newestEntry = flow;
}

function unlink(flow: usize): void {
  const older = <usize>load<u32>(flow, OLDER);
  const newer = <usize>load<u32>(flow, NEWER);
  if (older === 0) oldestEntry = newer;
  else store<u32>(older, <u32>newer, NEWER);
  if (newer === 0) newestEntry = older;
  else store<u32>(newer, <u32>older, OLDER);
}

function sameKey(flow: usize): bool {
  return (
    load<u32>(flow, PORTS) === ports &&
    load<u32>(flow, VERSION) === version &&
    i8x16.all_true(i8x16.eq(v128.load(flow, FIRST), first)) &&
    i8x16.all_true(i8x16.eq(v128.load(flow, SECOND), second))
  );
}

/** Mixes the key's words (the finaliser of MurmurHash3) with a number that nobody knows: else one chain could be made to hold all flows. */
function hash(): u32 {
  let value = i64x2.extract_lane(first, 0) ^ rotl<i64>(i64x2.extract_lane(first, 1), 13);
  value ^= rotl<i64>(i64x2.extract_lane(second, 0), 29) ^ rotl<i64>(i64x2.extract_lane(second, 1), 43);
  let mixed = <u64>value ^ settings.seed ^ rotl<u64>(<u64>ports | ((<u64>version) << 32), 17);
  mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccd;
  mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53;
  return <u32>(mixed >> 32);
}
