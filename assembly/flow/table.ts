// The flow table: what is remembered of a connection between its packets. Entries hang in hash chains, and in a list by
// last use, so that the one that was silent longest is known when a time-out or a full table asks for it.
import { COUNTER_FLOWS } from '../../layout/counters';
import { REGION_BUCKETS, REGION_FLOWS } from '../../layout/directory';
import { BUCKET_BYTES, FLOW_ENTRY_BYTES, FLOW_STATE } from '../../layout/flows';
import * as counters from '../memory/counters';
import * as directory from '../memory/directory';
import * as settings from '../memory/settings';
import * as decode from '../wire/decode';

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
/** u32: which list the entry stands in, `ACTIVE` or `ENDED`. */
const LIST = 56;

/** u32: flow clock when it was made the newest of its list. */
const RANKED = 60;
/** Milliseconds. */
const MOMENT: u32 = 64;

const ACTIVE: u32 = 0;
/** Of connections that have ended: they are remembered for a moment, for what comes of them once more. */
const ENDED: u32 = 1;
/** How long that is, in milliseconds. */
const LINGER: u32 = 5000;

let flows: usize = 0;
let flowsEnd: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
/** Entries from here on were never taken. */
let untouched: usize = 0;
let firstFree: usize = 0;
/** For each list its oldest and its newest entry, u32 each. */
const lists: usize = memory.data(16, 8);
const NEWEST = 4;
/** Of the hash: eleven factors, u64 each. */
const FACTORS_BYTES: usize = 88;
const factors: usize = memory.data(88, 8);
let count: u32 = 0;
/** Milliseconds, which wrap: live the monotonic clock, from a file the highest stamp so far. */
let clock: u32 = 0;

// The key that is looked for.
let first: v128 = i64x2.splat(0);
let second: v128 = i64x2.splat(0);
let ports: u32 = 0;
let version: u32 = 0;
let bucket: usize = 0;
/** The flow that was found last, or 0. */
let latest: usize = 0;

export function start(): void {
  flows = directory.address(REGION_FLOWS);
  flowsEnd = flows + directory.size(REGION_FLOWS);
  buckets = directory.address(REGION_BUCKETS);
  bucketMask = <u32>directory.size(REGION_BUCKETS) / BUCKET_BYTES - 1;
  makeFactors();
  if (flows !== flowsEnd) memory.fill(buckets, 0, directory.size(REGION_BUCKETS));
  untouched = flows;
  firstFree = 0;
  latest = 0;
  store<u64>(lists, 0);
  store<u64>(lists, 0, 8);
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

/** The flow of the decoded packet, whose end 0 is its source or its destination; 0 where there is none. It is the newest then. */
export function findDecoded(sourceFirst: bool): usize {
  return sourceFirst
    ? find(decode.version, decode.source, decode.sourcePort, decode.destination, decode.destinationPort)
    : find(decode.version, decode.destination, decode.destinationPort, decode.source, decode.sourcePort);
}

/** The flow of these two endpoints in this order, addresses of 4 or 16 bytes. */
function find(ipVersion: u32, from: usize, fromPort: u32, to: usize, toPort: u32): usize {
  version = ipVersion;
  first = version === 6 ? v128.load(from) : v128.load32_zero(from);
  second = version === 6 ? v128.load(to) : v128.load32_zero(to);
  ports = (fromPort << 16) | toPort;
  // Packets of a connection come in trains.
  if (latest !== 0 && sameKey(latest)) {
    use(latest);
    return latest;
  }
  bucket = buckets + <usize>(hash() & bucketMask) * BUCKET_BYTES;
  for (let flow = <usize>load<u32>(bucket); flow !== 0; flow = load<u32>(flow, CHAIN_NEXT)) {
    if (!sameKey(flow)) continue;
    use(flow);
    latest = flow;
    return flow;
  }
  return 0;
}

/** The addresses and ports of a flow's ends 0 and 1, in the order that `findDecoded` looked for them. */
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

/** Takes an entry for the flow that `findDecoded` looked for last and did not find. Its state is zeros. Only where not full. */
export function take(): usize {
  const flow = free();
  memory.fill(flow + FLOW_STATE, 0, FLOW_ENTRY_BYTES - FLOW_STATE);
  v128.store(flow, first, FIRST);
  v128.store(flow, second, SECOND);
  store<u32>(flow, ports, PORTS);
  store<u32>(flow, version, VERSION);
  store<u32>(flow, ACTIVE, LIST);
  store<u32>(flow, load<u32>(bucket), CHAIN_NEXT);
  store<u32>(bucket, <u32>flow);
  store<u32>(flow, clock, USED);
  store<u32>(flow, clock, RANKED);
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
  if (flow === latest) latest = 0;
  unlink(flow);
  store<u32>(flow, <u32>firstFree, CHAIN_NEXT);
  firstFree = flow;
  setCount(count - 1);
}

/** The connection of this flow has ended. It goes before any that has not. */
export function linger(flow: usize): void {
  if (load<u32>(flow, LIST) === ENDED) return;
  unlink(flow);
  store<u32>(flow, ENDED, LIST);
  append(flow);
}

/** Whether the connection of this flow has ended. */
export function isLingering(flow: usize): bool {
  return load<u32>(flow, LIST) === ENDED;
}

/** The flow to forget first, or 0. */
export function oldest(): usize {
  const ended = oldestOf(ENDED);
  return ended !== 0 ? ended : oldestOf(ACTIVE);
}

/** A flow that was silent for more than so many milliseconds, or ended a while ago; else 0. */
export function expired(timeout: u32): usize {
  const ended = oldestOf(ENDED);
  if (isSilent(ended, LINGER)) return ended;
  const active = oldestOf(ACTIVE);
  return isSilent(active, timeout) ? active : 0;
}

function isSilent(flow: usize, milliseconds: u32): bool {
  if (flow === 0) return false;
  // The clock of a new thread or file may stand before an entry's time: that is no silence.
  const silence = <i32>(clock - load<u32>(flow, USED));
  return silence > 0 && <u32>silence > milliseconds;
}

function oldestOf(list: u32): usize {
  return load<u32>(lists + ((<usize>list) << 3));
}

/**
 * Makes a flow the newest of its list, if it was not a moment ago: it may be found behind others by as much, and saves to touch
 * its neighbours for nearly every packet.
 */
function use(flow: usize): void {
  const before = load<u32>(flow, RANKED);
  store<u32>(flow, clock, USED);
  if (clock - before < MOMENT || load<u32>(flow, NEWER) === 0) return;
  store<u32>(flow, clock, RANKED);
  unlink(flow);
  append(flow);
}

function append(flow: usize): void {
  const list = lists + ((<usize>load<u32>(flow, LIST)) << 3);
  const newest = <usize>load<u32>(list, NEWEST);
  store<u32>(flow, <u32>newest, OLDER);
  store<u32>(flow, 0, NEWER);
  if (newest === 0) store<u32>(list, <u32>flow);
  else store<u32>(newest, <u32>flow, NEWER);
  store<u32>(list, <u32>flow, NEWEST);
}

function unlink(flow: usize): void {
  const list = lists + ((<usize>load<u32>(flow, LIST)) << 3);
  const older = <usize>load<u32>(flow, OLDER);
  const newer = <usize>load<u32>(flow, NEWER);
  if (older === 0) store<u32>(list, <u32>newer);
  else store<u32>(older, <u32>newer, NEWER);
  if (newer === 0) store<u32>(list, <u32>older, NEWEST);
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

/**
 * The key's words, each times a number that nobody knows, added up; of that the upper half. Two keys that anybody chooses meet
 * in it no more often than by chance (multilinear hashing: Lemire and Kaser, Strongly universal string hashing is fast). If
 * the words were joined before they are mixed, one chain could be made to hold all flows.
 */
function hash(): u32 {
  let sum = load<u64>(factors) + load<u64>(factors, 8) * <u64>ports + load<u64>(factors, 16) * <u64>version;
  sum += halves(i64x2.extract_lane(first, 0), 24) + halves(i64x2.extract_lane(second, 0), 56);
  if (version === 6) sum += halves(i64x2.extract_lane(first, 1), 40) + halves(i64x2.extract_lane(second, 1), 72);
  return <u32>(sum >> 32);
}

/** The halves of a word, times the factors from this offset on. */
function halves(word: u64, offset: usize): u64 {
  const at = factors + offset;
  return (word & 0xffffffff) * load<u64>(at) + (word >> 32) * load<u64>(at, 8);
}

/** Makes the factors of the random number of this run (splitmix64). */
function makeFactors(): void {
  let state = settings.seed;
  for (let at: usize = 0; at < FACTORS_BYTES; at += 8) {
    state += 0x9e3779b97f4a7c15;
    let mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    store<u64>(factors + at, mixed ^ (mixed >> 31));
  }
}
