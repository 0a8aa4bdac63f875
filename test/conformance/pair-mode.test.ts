import { describe, expect, test } from 'vitest';
import { readCapture } from '../support/second-reading/capture.ts';
import { readConnections } from '../support/second-reading/connections.ts';
import { readTransactions } from '../support/second-reading/transactions.ts';
import { captureBytes, captures, MISSING } from './corpora.ts';
import { DifferenceList } from './differences.ts';
import { compareJoined } from './half-lists.ts';
import { packetsOf as packetsOfHalf } from './half-reasons.ts';
import { ours } from './halves.ts';
import { packetsOf } from './packets.ts';
import { PAIR_REASONS } from './pair-reasons.ts';

/** A line for each message that differs, without anything of the captures' contents. */
const LIST = new DifferenceList('pair-differences.tsv', 'capture\tside\tframe\tkind\treason');
const counts = { requests: 0, answers: 0, pairs: 0 };

describe.skipIf(MISSING)(`published captures, transactions with and without assembly${MISSING}`, () => {
  test('every difference is known, and every known one is there', () => {
    LIST.settle(captures().flatMap(({ path }) => differencesOf(path)));
    expect(counts).toEqual({ requests: 695, answers: 647, pairs: 603 });
  });

  test('every reason is one that is explained, and none is left over', () => {
    expect(LIST.reasons()).toEqual(Object.keys(PAIR_REASONS).sort());
  });
});

function differencesOf(capture: string): string[] {
  const file = captureBytes(capture);
  const { differences, same, pairs } = compareJoined(ours(file), ours(file, false));
  for (const { kind } of same.keys()) counts[kind === 'Q' ? 'requests' : 'answers']++;
  counts.pairs += pairs.length;
  if (differences.length === 0) return [];
  const packets = packetsOf(file);
  const exchanges = readConnections(readCapture(file).frames).flatMap((one) => readTransactions(one).exchanges);
  return differences.map((difference) => {
    const context = { ...difference, packets, exchanges };
    const reason = Object.entries(PAIR_REASONS).find(([, { holds }]) => holds(context))?.[0] ?? '?';
    return [capture, difference.side, packetsOfHalf(context)[0]?.number ?? '~', difference.half.kind, reason].join(
      '\t',
    );
  });
}
