// The totals of a run, as they are printed at its end.
import {
  COUNTER_BYTES,
  COUNTER_COPIES,
  COUNTER_DELIVERY,
  COUNTER_FLOWS_EVICTED,
  COUNTER_GAPS,
  COUNTER_HEADS_CUT,
  COUNTER_KERNEL_DROPS,
  COUNTER_KERNEL_PACKETS,
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_MESSAGES,
  COUNTER_OUT_OF_ORDER,
  COUNTER_PACKETS,
  COUNTER_RECORDS_DAMAGED,
  COUNTER_RECORDS_NO_AREA,
  COUNTER_RECORDS_NOT_SPOOLED,
  COUNTER_REQUESTS_UNKEPT,
  COUNTER_RESYNCHRONISATIONS,
  COUNTER_RETRANSMISSIONS,
  COUNTER_SPOOL_DROPPED_RECORDS,
  COUNTER_TRANSACTIONS,
  COUNTER_TRAPS,
  COUNTER_TUNNEL_BYTES,
  COUNTER_WITHOUT_ANSWER,
  COUNTER_WITHOUT_REQUEST,
  DELIVERY_WORDS,
  REFUSED_RECORDS,
  STATUS_CLASSES,
} from '../../layout/counters.ts';
import { RECEIVERS } from '../../layout/receivers.table.ts';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types.ts';
import type { TransactionSettings } from './transaction-settings.ts';

/** A counter's total (layout/counters). */
type Of = (counter: number) => number;
/** What tells which counters a run has. */
type Counting = Pick<TransactionSettings, 'pair' | 'assemble'> & { readonly records?: boolean };

/** Packets that the kernel put into the rings and nobody has read. */
export function unreadPackets(of: Of): number {
  return Math.max(0, of(COUNTER_KERNEL_PACKETS) - of(COUNTER_KERNEL_DROPS) - of(COUNTER_PACKETS));
}

/** One line with the totals of a run; `unread` packets are told where a run ends before it has read them. */
export function totalsLine(of: Of, { pair, assemble, records = false }: Counting, unread = 0): string {
  const traps = of(COUNTER_TRAPS);
  const [cq, cr, sq, sr] = [TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR].map((type) => messagesOf(of, type));
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
    ...(unread === 0 ? [] : [`packets not read ${unread}`]),
    `lines lost ${of(COUNTER_LINES_NO_AREA) + of(COUNTER_LINES_NOT_WRITTEN)}`,
    ...(records ? recordWords(of) : []),
    ...(pair ? transactionWords(of) : []),
    ...(pair || assemble ? flowWords(of) : []),
    ...(assemble ? streamWords(of) : []),
  ].join(', ');
}

/** Messages of a type, of all status classes. */
function messagesOf(of: Of, type: number): number {
  const begin = COUNTER_MESSAGES + (type - TYPE_CQ) * STATUS_CLASSES;
  return Array.from({ length: STATUS_CLASSES }, (_, i) => of(begin + i)).reduce((sum, count) => sum + count);
}

function transactionWords(of: Of): string[] {
  const unkept = of(COUNTER_REQUESTS_UNKEPT);
  return [
    `transactions ${of(COUNTER_TRANSACTIONS)}`,
    `without answer ${of(COUNTER_WITHOUT_ANSWER)}`,
    `without request ${of(COUNTER_WITHOUT_REQUEST)}`,
    ...(unkept === 0 ? [] : [`requests that could not wait ${unkept}`]),
  ];
}

function flowWords(of: Of): string[] {
  return [`retransmissions ${of(COUNTER_RETRANSMISSIONS)}`, `flows evicted ${of(COUNTER_FLOWS_EVICTED)}`];
}

function streamWords(of: Of): string[] {
  return [
    `gaps ${of(COUNTER_GAPS)}`,
    `resynchronised ${of(COUNTER_RESYNCHRONISATIONS)}`,
    `out of order ${of(COUNTER_OUT_OF_ORDER)}`,
    `tunnel bytes ${of(COUNTER_TUNNEL_BYTES)}`,
  ];
}

function recordWords(of: Of): string[] {
  const refused = RECEIVERS.reduce((sum, _, i) => sum + of(COUNTER_DELIVERY + i * DELIVERY_WORDS + REFUSED_RECORDS), 0);
  return [
    `records lost ${of(COUNTER_RECORDS_NO_AREA) + of(COUNTER_RECORDS_NOT_SPOOLED) + of(COUNTER_RECORDS_DAMAGED)}`,
    `records dropped ${of(COUNTER_SPOOL_DROPPED_RECORDS)}`,
    ...(refused === 0 ? [] : [`records refused ${refused}`]),
  ];
}
