import {
  COUNTER_BYTES,
  COUNTER_BYTES_WRITTEN,
  COUNTER_COPIES,
  COUNTER_FILES_OPENED,
  COUNTER_HEADS_CUT,
  COUNTER_KERNEL_DROPS,
  COUNTER_KERNEL_FREEZES,
  COUNTER_KERNEL_PACKETS,
  COUNTER_LINES_NO_AREA,
  COUNTER_LINES_NOT_WRITTEN,
  COUNTER_LINES_WRITTEN,
  COUNTER_MESSAGES_CQ,
  COUNTER_MESSAGES_CR,
  COUNTER_MESSAGES_SQ,
  COUNTER_MESSAGES_SR,
  COUNTER_PACKETS,
  COUNTER_THREADS_RESTARTED,
  COUNTER_TRAPS,
  COUNTER_VERDICTS,
  COUNTER_WRITES_FAILED,
} from './counters.ts';
import {
  VERDICT_EMPTY,
  VERDICT_FILTERED,
  VERDICT_FRAGMENT,
  VERDICT_MALFORMED,
  VERDICT_NO_MESSAGE,
  VERDICT_NOT_IP,
  VERDICT_NOT_TCP,
  VERDICT_OTHER_INTERFACE,
  VERDICT_OTHER_PORT,
  VERDICT_SHORT,
} from './verdicts.ts';

/** One counter: its word and what it says. */
export interface Counter {
  readonly number: number;
  readonly name: string;
  readonly help: string;
}

/** Every counter, in the order of its number. */
export const COUNTERS: readonly Counter[] = [
  { number: COUNTER_PACKETS, name: 'packets', help: 'packets read (live: those that the kernel filter passed)' },
  { number: COUNTER_BYTES, name: 'bytes', help: 'bytes of those packets, as they were on the wire' },
  { number: COUNTER_MESSAGES_CQ, name: 'messages_cq', help: 'client queries' },
  { number: COUNTER_MESSAGES_CR, name: 'messages_cr', help: 'client responses' },
  { number: COUNTER_MESSAGES_SQ, name: 'messages_sq', help: 'server queries' },
  { number: COUNTER_MESSAGES_SR, name: 'messages_sr', help: 'server responses' },
  { number: COUNTER_HEADS_CUT, name: 'heads_cut', help: 'heads whose end is not in their packet' },
  { number: COUNTER_COPIES, name: 'copies', help: 'packets already seen on another interface' },
  { number: COUNTER_LINES_NO_AREA, name: 'lines_no_area', help: 'lines lost because the writer fell behind' },
  { number: COUNTER_TRAPS, name: 'traps', help: 'packets on which the packet code trapped' },
  { number: COUNTER_VERDICTS + VERDICT_SHORT, name: 'short', help: 'a header reaches beyond the captured bytes' },
  { number: COUNTER_VERDICTS + VERDICT_MALFORMED, name: 'malformed', help: 'a header contradicts itself' },
  { number: COUNTER_VERDICTS + VERDICT_NOT_IP, name: 'not_ip', help: 'not IP, or a link type that is not read' },
  { number: COUNTER_VERDICTS + VERDICT_NOT_TCP, name: 'not_tcp', help: 'IP, but not TCP' },
  { number: COUNTER_VERDICTS + VERDICT_FRAGMENT, name: 'fragment', help: 'later fragments' },
  { number: COUNTER_VERDICTS + VERDICT_OTHER_PORT, name: 'other_port', help: 'neither port is wanted' },
  { number: COUNTER_VERDICTS + VERDICT_EMPTY, name: 'empty', help: 'segments without payload' },
  { number: COUNTER_VERDICTS + VERDICT_NO_MESSAGE, name: 'no_message', help: 'payloads that begin no message' },
  {
    number: COUNTER_VERDICTS + VERDICT_OTHER_INTERFACE,
    name: 'other_interface',
    help: 'an interface that is not read, or the outgoing half of loopback',
  },
  { number: COUNTER_VERDICTS + VERDICT_FILTERED, name: 'filtered', help: 'refused by the filter expression' },
  { number: COUNTER_LINES_WRITTEN, name: 'lines_written', help: 'lines written' },
  { number: COUNTER_BYTES_WRITTEN, name: 'bytes_written', help: 'bytes written' },
  { number: COUNTER_LINES_NOT_WRITTEN, name: 'lines_not_written', help: 'lines lost because a write failed' },
  { number: COUNTER_WRITES_FAILED, name: 'writes_failed', help: 'writes that failed' },
  { number: COUNTER_FILES_OPENED, name: 'files_opened', help: 'log files opened' },
  { number: COUNTER_KERNEL_PACKETS, name: 'kernel_packets', help: 'packets that the kernel filter passed' },
  { number: COUNTER_KERNEL_DROPS, name: 'kernel_drops', help: 'packets for which the ring had no room' },
  { number: COUNTER_KERNEL_FREEZES, name: 'kernel_freezes', help: 'times that the ring was full' },
  { number: COUNTER_THREADS_RESTARTED, name: 'threads_restarted', help: 'threads started again after their death' },
];
