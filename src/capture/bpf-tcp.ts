import { searchRanges } from './bpf-ranges.ts';
import {
  addX,
  and,
  copyAToX,
  goTo,
  ifAtLeast,
  ifEqual,
  label,
  loadByte,
  loadByteAtX,
  loadConstantToX,
  loadLength,
  loadWord,
  loadWordAtX,
  type Statement,
  shiftRight,
} from './bpf-statements.ts';
import { joinRanges, type PortRange } from './ports.ts';

// The kernel's program from the TCP header on.

/** The ports that are asked for. */
export type TestedPorts = readonly PortRange[] | 'any';

const TCP_DATA_OFFSET = 12;
const LENGTH_WITHOUT_OPTIONS = 20;
/** As Linux sends nearly all segments (RFC 7323 appendix A). */
const LENGTH_WITH_TIMESTAMPS = 32;

/** Three bytes in 0x40-0x5f begin every method (capital letters) and `HTTP`; the fourth is below 0x80. */
const CAPITALS_MASK = 0xe0e0e080;
const CAPITALS = 0x40404000;
const BEHIND_CAPITALS = 0x60000000;
/** `M-SE`, for M-SEARCH. */
const M_SEARCH = 0x4d2d5345;
/** An empty line may stand before a start line. */
const EMPTY_LINE = { first: 0x0d0a0000, last: 0x0d0affff };

/** Both ports are read as one number, the source port its upper half. What is wanted goes on behind this. */
export function portTest(name: string, load: Statement, ports: TestedPorts): Statement[] {
  if (ports === 'any') return [];
  const sources = joinRanges(ports).map(({ first, last }) => ({
    first: first * 0x10000,
    last: last * 0x10000 + 0xffff,
  }));
  return [
    load,
    ...searchRanges(sources, `${name} wanted`, `${name} destination`, `${name} source`),
    label(`${name} destination`),
    and(0xffff),
    ...searchRanges(ports, `${name} wanted`, 'refuse', `${name} destination`),
    label(`${name} wanted`),
  ];
}

/** A = the first four bytes of a payload at `at`. The length is asked first: a load that fails costs as much as ten that do not. */
function beginningAt(at: number, payload: string): Statement[] {
  return [loadLength(), ifAtLeast(at + 4, undefined, 'refuse'), loadWord(at), goTo(payload)];
}

/**
 * Finds the payload behind a TCP header at `at`, and goes on at the label `payload` if that has one of its two usual lengths, else
 * at "data offset" after the test `before`.
 */
export function payloadAt(name: string, at: number, payload: string, before: readonly Statement[]): Statement[] {
  return [
    loadByte(at + TCP_DATA_OFFSET),
    ifEqual(LENGTH_WITH_TIMESTAMPS << 2, undefined, `${name} without timestamps`),
    ...beginningAt(at + LENGTH_WITH_TIMESTAMPS, payload),
    label(`${name} without timestamps`),
    ifEqual(LENGTH_WITHOUT_OPTIONS << 2, undefined, `${name} options`),
    ...beginningAt(at + LENGTH_WITHOUT_OPTIONS, payload),
    label(`${name} options`),
    ...before,
    loadConstantToX(at),
    goTo('data offset'),
  ];
}

/** TCP at X, of any header length: "data offset" is where its ports are known to be wanted. */
export function tcpTest(ports: TestedPorts): Statement[] {
  return [
    label('tcp'),
    ...portTest('tcp', loadWordAtX(0), ports),
    label('data offset'),
    loadByteAtX(TCP_DATA_OFFSET),
    and(0xf0),
    shiftRight(2),
    addX(),
    copyAToX(),
    loadWordAtX(0),
  ];
}

/** TCP at X where every segment of the ports is wanted. */
export function wholeTcp(ports: TestedPorts): Statement[] {
  return [label('tcp'), ...portTest('tcp', loadWordAtX(0), ports), goTo('accept')];
}

/** A = the payload's first four bytes. What may begin a message goes on at `accepted`. */
export function payloadTest(name: string, accepted: string): Statement[] {
  return [
    label(name),
    ifAtLeast(BEHIND_CAPITALS, 'refuse'),
    ifAtLeast(CAPITALS, `${name} word`),
    ...searchRanges([EMPTY_LINE], accepted, 'refuse', `${name} empty line`),
    label(`${name} word`),
    ifEqual(M_SEARCH, accepted),
    and(CAPITALS_MASK),
    ifEqual(CAPITALS, accepted, 'refuse'),
  ];
}
