// The totals of a run, as they are printed at its end.
import {
  COUNTER_BYTES,
  COUNTER_COPIES,
  COUNTER_HEADS_CUT,
  COUNTER_KERNEL_DROPS,
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_MESSAGES_CQ,
  COUNTER_MESSAGES_CR,
  COUNTER_MESSAGES_SQ,
  COUNTER_MESSAGES_SR,
  COUNTER_PACKETS,
  COUNTER_TRAPS,
} from '../../layout/counters.ts';

/** One line with the totals; `of` gives a counter's (layout/counters). */
export function totalsLine(of: (counter: number) => number): string {
  const traps = of(COUNTER_TRAPS);
  const [cq, cr, sq, sr] = [COUNTER_MESSAGES_CQ, COUNTER_MESSAGES_CR, COUNTER_MESSAGES_SQ, COUNTER_MESSAGES_SR].map(of);
  return [
    `packets ${of(COUNTER_PACKETS)}`,
    `bytes ${of(COUNTER_BYTES)}`,
    `CQ ${cq}`,
    `CR ${cr}`,
    `SQ ${sq}`,
    `SR ${sr}`,
    `cut heads ${of(COUNTER_HEADS_CUT)}`,
    `copies ${of(COUNTER_COPIES)}`,
    ...(traps === 0 ? [] : [`packets that failed ${traps}`]),
    `kernel drops ${of(COUNTER_KERNEL_DROPS)}`,
    `lines lost ${of(COUNTER_LINES_NO_AREA) + of(COUNTER_LINES_NOT_WRITTEN)}`,
  ].join(', ');
}
