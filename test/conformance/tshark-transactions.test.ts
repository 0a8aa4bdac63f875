import { describe, expect, test } from 'vitest';
import { captureBytes, captures, MISSING } from './corpora.ts';
import { DifferenceList } from './differences.ts';
import { compareJoined, type Difference, joinedOf } from './half-lists.ts';
import { HALF_REASONS, packetsOf as packetsOfHalf } from './half-reasons.ts';
import { type Half, isNear, type Joined, ours, tsharks } from './halves.ts';
import { packetsOf } from './packets.ts';
import { tsharkPairs } from './pairs.ts';

/** A line for each message that differs, without anything of the captures' contents. */
const LIST = new DifferenceList('tshark-differences.tsv', 'capture\tside\tframe\tkind\treason');
const counts = { requests: 0, answers: 0, pairs: 0 };
const PAIRS = MISSING ? new Map() : tsharkPairs();

describe.skipIf(MISSING)(`published captures, transactions compared with tshark's${MISSING}`, () => {
  test('every difference is known, and every known one is there', () => {
    LIST.settle(captures().flatMap(({ path }) => differencesOf(path)));
    expect(counts).toEqual({ requests: 669, answers: 618, pairs: 563 });
  });

  test('every reason is one that is explained, and none is left over', () => {
    expect(LIST.reasons()).toEqual(Object.keys(HALF_REASONS).sort());
  });
});

function differencesOf(capture: string): string[] {
  const file = captureBytes(capture);
  const packets = packetsOf(file);
  const theirs = tsharks(capture, PAIRS);
  const own = ours(file);
  const { differences, same, pairs } = compareJoined(theirs, own);
  const isKnown = PAIRS.has(capture);
  const late = pairs.filter((half) => !isNear(timeOf(theirs, half), timeOf(own, same.get(half) ?? half)));
  const found = [
    ...differences.filter(({ side }) => isKnown || side !== 'partner'),
    ...late.map((half): Difference => ({ side: 'time', half })),
  ];
  for (const { kind } of same.keys()) counts[kind === 'Q' ? 'requests' : 'answers']++;
  counts.pairs += isKnown ? pairs.length : 0;
  return found.map((difference) => {
    const { side, half } = difference;
    const context = { ...difference, capture, packets };
    const reason = Object.entries(HALF_REASONS).find(([, { holds }]) => holds(context))?.[0] ?? '?';
    return [capture, side, packetsOfHalf(context)[0]?.number ?? '~', half.kind, reason].join('\t');
  });
}

/** `http.time`: from the request's end to the answer's. */
function timeOf(list: readonly Joined[], half: Half): bigint {
  const { request, response } = joinedOf(list, half);
  return (response?.last ?? 0n) - (request?.last ?? 0n);
}
