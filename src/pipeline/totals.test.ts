import { describe, expect, test } from 'vitest';
import { COUNTERS } from '../../test/support/counters.ts';
import { totalsLine, unreadPackets } from './totals.ts';

const MESSAGES = { pair: false, assemble: false };
/** Names of words; of a type's messages that of the first class, and the others hold one each. */
const NAMES = new Map(COUNTERS.flatMap(([name, words]) => words.map((word, i) => [word, i === 0 ? name : 'a_class'])));
const ofNumbers =
  (numbers: Readonly<Record<string, number>>) =>
  (counter: number): number =>
    numbers[NAMES.get(counter) ?? ''] ?? Number.NaN;

test('one line, each number from its counter', () => {
  const numbers: Record<string, number> = {
    packets: 101,
    bytes: 102_000_000_000,
    messages_cq: 103,
    messages_cr: 104,
    messages_sq: 105,
    messages_sr: 106,
    a_class: 1,
    heads_cut: 107,
    copies: 108,
    kernel_drops: 109,
    traps: 0,
    lines_no_area: 1000,
    lines_not_written: 110,
  };
  const of = ofNumbers(numbers);
  expect(totalsLine(of, MESSAGES)).toBe(
    'packets 101, bytes 102000000000, CQ 108, CR 109, SQ 110, SR 111, cut heads 107, copies 108, kernel drops 109, lines lost 1110',
  );
  numbers.traps = 7;
  expect(totalsLine(of, MESSAGES)).toContain(', copies 108, packets that failed 7, kernel drops 109,');
  expect(totalsLine(of, MESSAGES, 3)).toContain(', kernel drops 109, packets not read 3, lines lost 1110');
});

test('packets that nobody has read: what the kernel let in, less what it dropped and what was read', () => {
  expect(unreadPackets(ofNumbers({ kernel_packets: 100, kernel_drops: 20, packets: 70 }))).toBe(10);
  // Counts of the kernel that were not asked for yet.
  expect(unreadPackets(ofNumbers({ kernel_packets: 60, kernel_drops: 20, packets: 70 }))).toBe(0);
});

describe('transactions and streams', () => {
  const of = ofNumbers({
    transactions: 1,
    without_answer: 2,
    without_request: 3,
    retransmissions: 4,
    flows_evicted: 5,
    requests_unkept: 0,
    gaps: 6,
    resynchronisations: 7,
    out_of_order: 8,
    tunnel_bytes: 9,
  });
  const transactions = ', transactions 1, without answer 2, without request 3';
  const flows = ', retransmissions 4, flows evicted 5';
  const streams = ', gaps 6, resynchronised 7, out of order 8, tunnel bytes 9';
  /** What stands behind the words that every run has. */
  const behind = (pair: boolean, assemble: boolean): string =>
    totalsLine(of, { pair, assemble }).replace(/^.*, lines lost NaN/, '');

  test.each([
    [false, false, ''],
    [true, false, transactions + flows],
    [false, true, flows + streams],
    [true, true, transactions + flows + streams],
  ])('-pair %s, -assemble %s', (pair, assemble, words) => expect(behind(pair, assemble)).toBe(words));

  test('requests for which there was no room are told where there were any', () => {
    const unkept = ofNumbers({ requests_unkept: 10 });
    expect(totalsLine(unkept, { pair: true, assemble: false })).toContain(', requests that could not wait 10, retrans');
  });
});
