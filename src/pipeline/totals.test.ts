import { expect, test } from 'vitest';
import { COUNTERS } from '../../layout/counters.table.ts';
import { totalsLine } from './totals.ts';

test('one line, each number from its counter', () => {
  const numbers: Record<string, number> = {
    packets: 101,
    bytes: 102_000_000_000,
    messages_cq: 103,
    messages_cr: 104,
    messages_sq: 105,
    messages_sr: 106,
    heads_cut: 107,
    copies: 108,
    kernel_drops: 109,
    traps: 0,
    lines_no_area: 1000,
    lines_not_written: 110,
  };
  const of = (counter: number): number =>
    numbers[COUNTERS.find(({ number }) => number === counter)?.name ?? ''] ?? Number.NaN;
  expect(totalsLine(of)).toBe(
    'packets 101, bytes 102000000000, CQ 103, CR 104, SQ 105, SR 106, cut heads 107, copies 108, kernel drops 109, lines lost 1110',
  );
  numbers.traps = 7;
  expect(totalsLine(of)).toContain(', copies 108, packets that failed 7, kernel drops 109,');
});
